//! What the page of a form is told when its post has failed.

use crate::account::SignInProblem;
use crate::{AppError, Field, session};
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

/// What a page has to know of the last post of one of its forms. Empty when there was none, or when it succeeded.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    /// Why the post failed. None for a preview, and for a form that has waited for a sign-in.
    pub error: Option<AppError>,
    /// Why it failed, where it is a form about an account.
    pub problem: Option<SignInProblem>,
    /// What was typed.
    pub input: OldInput,
}

impl FormState {
    /// Returns the state of the form that calls `F`.
    pub fn of<F: ServerFn>() -> Self {
        Self::at(F::PATH)
    }

    /// Returns the state of the form with this action, which is the path of a server function, or of a page about an account.
    pub fn at(action: &str) -> Self {
        session::viewer().form.filter(|form| form.input.action == action).unwrap_or_default()
    }

    /// Returns the HTTP status of the failure, if it is one.
    pub fn status(&self) -> Option<u16> {
        self.error.as_ref().map(AppError::status).or(self.problem.map(SignInProblem::status))
    }

    /// Returns what was typed into a field.
    pub fn value(&self, name: &str) -> Option<String> {
        self.input.value(name).map(ToOwned::to_owned)
    }

    /// Returns the sentence about the whole form, when the error is about no field of it.
    pub fn overall(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let is_overall = !matches!(error, AppError::Invalid(_)) || error.about(&Field::FORM).is_some();
        is_overall.then(|| error.sentence(&Field::FORM))
    }

    /// Returns the sentence at the head of the form: about the whole of it, or that fields are marked.
    pub fn summary(&self) -> Option<String> {
        self.error.as_ref().map(|error| error.sentence(&Field::FORM))
    }

    /// Returns the sentence next to a field.
    pub fn about(&self, field: &Field) -> Option<String> {
        self.error.as_ref()?.about(field)
    }
}

/// The fields of a form, as its page shows them again. Never a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldInput {
    /// The path of the server function that the form is for, or of the page about an account that has it.
    pub action: String,
    /// Names and values, in the order of the form.
    pub fields: Vec<(String, String)>,
}

impl OldInput {
    /// Reads the body of a form, and leaves out passwords.
    pub fn read(action: &str, body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body)
            .filter(|(name, _)| !name.to_ascii_lowercase().contains("password"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self { action: action.to_owned(), fields: fields.collect() }
    }

    /// Returns the value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::OldInput;

    #[test]
    fn everything_but_passwords_is_kept() {
        let input = OldInput::read("/api/x", b"title=a+b&password=x&New_Password=y&content=%F0%9F%A6%80");
        assert_eq!((input.value("title"), input.value("content")), (Some("a b"), Some("🦀")));
        assert_eq!(input.fields.len(), 2);
    }
}
