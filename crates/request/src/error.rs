//! The one error that crosses the wire, and every sentence that a person reads about it.
//! It must not carry free text: what crosses the wire can come from any client, so each part is a closed enum, a number, or the name of
//! a field, which is compared and never shown.

mod field;

pub use field::Field;

use crate::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What went wrong, in terms that decide what the person can do next.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum AppError {
    #[error("Please sign in to continue.")]
    SignInRequired,
    #[error("You are not allowed to do that.")]
    Forbidden,
    #[error("This does not exist, or it is not yours.")]
    NotFound,
    #[error("Please check the marked fields.")]
    Invalid(FieldErrors),
    #[error("This was changed elsewhere since you opened it. Your text is kept: compare, then save again.")]
    Stale,
    #[error("Your account is still being set up. Your text is kept: please try again in a moment.")]
    AccountNotReady,
    #[error("Too many attempts. Please wait {} and try again.", duration(*seconds))]
    RateLimited { seconds: u32 },
    #[error("The service is not reachable right now. Nothing was changed: please try again in a moment.")]
    Unavailable,
    #[error("Something went wrong on our side. Please try again; if it stays, mention number {0}.")]
    Internal(ErrorNumber),
    #[error("The connection was interrupted. Please check it and try again.")]
    Network,
}

impl AppError {
    /// Returns the error that has one problem, with one field.
    pub fn field(field: Field, problem: FieldProblem) -> Self {
        Self::Invalid(FieldErrors(vec![(field, problem)]))
    }

    /// Returns the HTTP status for answers that can carry one (pages, fetch calls).
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInRequired => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Stale => 409,
            Self::Invalid(_) => 422,
            Self::RateLimited { .. } => 429,
            Self::Internal(_) => 500,
            Self::AccountNotReady | Self::Unavailable | Self::Network => 503,
        }
    }

    /// Returns the sentence for one field, when this error is about it.
    pub fn about(&self, field: &Field) -> Option<String> {
        match self {
            Self::Invalid(errors) => errors.about(field),
            _ => None,
        }
    }

    /// Returns the sentence for a place that has only this field to speak of: the one about it, or else the error's own.
    pub fn sentence(&self, field: &Field) -> String {
        self.about(field).unwrap_or_else(|| self.to_string())
    }
}

/// Returns a time to wait, as people say it. Never shorter than it is.
pub fn duration(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..=60 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Translates Leptos' own failures: an unreachable server in the browser, unreadable input on the server. What cannot be
    /// deserialized is the answer in the browser, and the request on the server.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Self::field(Field::FORM, FieldProblem::Unreadable)
            }
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Network
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::field(Field::FORM, FieldProblem::Unreadable)
            }
            _ => Self::Internal(ErrorNumber(0)),
        }
    }
}

/// The number that a person sees and that the log line of the same failure carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorNumber(
    /// Shown with eight digits.
    pub u32,
);

impl fmt::Display for ErrorNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Every problem of one form, so that all fields are marked at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(
    /// In the order of the form. The first about a field is the one that is shown.
    pub Vec<(Field, FieldProblem)>,
);

impl FieldErrors {
    /// Returns the sentence for one field.
    pub fn about(&self, field: &Field) -> Option<String> {
        let (_, problem) = self.0.iter().find(|(about, _)| about == field)?;
        Some(problem.to_string())
    }
}

/// What is wrong with a field. Lengths are in Unicode scalar values, as PostgreSQL's `char_length` counts.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum FieldProblem {
    #[error("This cannot be empty.")]
    Empty,
    #[error("This is too long: at most {max} characters, you have {actual}.")]
    TooLong { max: u32, actual: u32 },
    #[error("This contains a control character that cannot be stored. Please remove it.")]
    ControlCharacter,
    #[error("This form could not be read. Please reload the page and send it again.")]
    Unreadable,
    #[error("This is too large to be sent. Please shorten it and try again.")]
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::{AppError, ErrorNumber, Field, FieldErrors, FieldProblem};
    use proptest::prelude::*;
    use serde_json::{from_str, to_string};

    #[test]
    fn every_error_is_read_as_it_was_written() {
        let (form, password) = (Field::FORM, Field::new("old_password"));
        let too_long = FieldProblem::TooLong { max: 500, actual: u32::MAX };
        let long = FieldErrors(vec![(form.clone(), FieldProblem::Unreadable), (password.clone(), too_long)]);
        for (error, json) in [
            (AppError::SignInRequired, r#""sign-in-required""#),
            (AppError::Forbidden, r#""forbidden""#),
            (AppError::NotFound, r#""not-found""#),
            (AppError::Stale, r#""stale""#),
            (AppError::AccountNotReady, r#""account-not-ready""#),
            (AppError::Unavailable, r#""unavailable""#),
            (AppError::Network, r#""network""#),
            (AppError::RateLimited { seconds: 30 }, r#"{"rate-limited":{"seconds":30}}"#),
            (AppError::Internal(ErrorNumber(u32::MAX)), r#"{"internal":4294967295}"#),
            (AppError::field(form.clone(), FieldProblem::Empty), r#"{"invalid":[["form","empty"]]}"#),
            (
                AppError::field(form.clone(), FieldProblem::ControlCharacter),
                r#"{"invalid":[["form","control-character"]]}"#,
            ),
            (AppError::field(form, FieldProblem::TooLarge), r#"{"invalid":[["form","too-large"]]}"#),
            (
                AppError::Invalid(long),
                r#"{"invalid":[["form","unreadable"],["old_password",{"too-long":{"max":500,"actual":4294967295}}]]}"#,
            ),
        ] {
            assert_eq!(to_string(&error).unwrap(), json);
            assert_eq!(from_str::<AppError>(json).unwrap(), error);
        }
    }

    #[test]
    fn anything_else_is_no_error_of_this_app() {
        for json in [
            r#""""#,
            r#""NotFound""#,
            r#""not-found ""#,
            r#"{"not-found":1}"#,
            r#""internal""#,
            r#"{"internal":99999999999999}"#,
            r#"{"internal":"<script>"}"#,
            r#""invalid""#,
            r#"{"invalid":[["form"]]}"#,
            r#"{"invalid":[["form",""]]}"#,
            r#"{"invalid":[["form",{"too-long":{"max":1}}]]}"#,
            r#"{"invalid":[["form",{"too-long":{"max":1,"actual":-1}}]]}"#,
            r#"{"conflict":"task"}"#,
            r#"{"rate-limited":{"seconds":"soon"}}"#,
        ] {
            assert!(from_str::<AppError>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_field_that_no_form_could_have_is_no_error_of_this_app() {
        assert!(from_str::<AppError>(r#"{"invalid":[["name","empty"]]}"#).is_ok());
        let too_long = "a".repeat(33);
        for name in ["", "Name", "name1", "first-name", "näme", "<b>", "call_0800_555", "name:name", "\0", &too_long] {
            let name = to_string(name).unwrap();
            for json in [
                format!(r#"{{"invalid":[[{name},"empty"]]}}"#),
                format!(r#"{{"invalid":[["form","empty"],[{name},{{"too-long":{{"max":1,"actual":2}}}}]]}}"#),
            ] {
                assert!(from_str::<AppError>(&json).is_err(), "{json}");
            }
        }
    }

    #[test]
    fn a_sentence_is_about_the_field_or_the_error() {
        let title = Field::new("title");
        let empty = AppError::field(title.clone(), FieldProblem::Empty);
        assert_eq!(empty.sentence(&title), FieldProblem::Empty.to_string());
        for error in [empty, AppError::NotFound] {
            assert_eq!(error.sentence(&Field::FORM), error.to_string());
        }
    }

    proptest! {
        #[test]
        fn no_free_text_gets_through(
            noise in any::<String>(),
            variant in "[a-z-]{1,12}",
            value in "[\\[\\]{}\",:0-9a-z-]{0,40}",
        ) {
            for json in [noise, format!("\"{variant}\""), format!("{{\"{variant}\":{value}}}")] {
                if let Ok(error) = from_str::<AppError>(&json) {
                    prop_assert_eq!(from_str::<AppError>(&to_string(&error).unwrap()).unwrap(), error);
                }
            }
        }
    }
}
