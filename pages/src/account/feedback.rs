//! The feedback of the last account form, with the typed fields; or a code in the address, where a form that succeeded, a
//! provider or a mail has led here. Codes may not be trusted, since anyone can write an address.

use app::page::loaded;
use app::ui::alert::{Alert, Confirmation};
use app::ui::button::ButtonLink;
use leptos::either::Either;
use leptos::prelude::*;
use request::account::{Notice, SignInProblem};
use request::form::OldInput;
use request::session::{self, Mail, Purpose};
use request::{AppError, FormState};

#[derive(Clone, Debug)]
pub struct FormFeedback {
    pub problem: Option<SignInProblem>,
    pub notice: Option<Notice>,
    input: OldInput,
    mail: Option<Mail>,
    fieldless: bool,
    lacks: Option<&'static str>,
}

impl FormFeedback {
    /// Reads the feedback of the forms of this page.
    pub fn of(page: &str) -> Self {
        let FormState { problem, input, .. } = FormState::at(page);
        let in_address = || request::query("error").and_then(|code| code.parse().ok());
        Self {
            problem: problem.or_else(in_address).or(session::viewer().ended),
            notice: request::query("done").and_then(|code| code.parse().ok()),
            input,
            mail: None,
            fieldless: false,
            lacks: None,
        }
    }

    /// Adds the mail that this browser waits for.
    pub fn with_mail(self, purpose: Purpose) -> Self {
        Self { mail: session::viewer().mail(purpose).cloned(), ..self }
    }

    /// Returns the address that the awaited mail was sent to.
    pub fn sent_to(&self) -> Option<String> {
        self.mail.as_ref().map(|mail| mail.email.clone()).filter(|email| !email.is_empty())
    }

    /// Returns whether the link in the mail was followed, so that there is no code to type.
    pub fn is_followed(&self) -> bool {
        self.mail.as_ref().is_some_and(|mail| mail.followed)
    }

    pub fn typed(&self, field: &str) -> String {
        self.input.value(field).unwrap_or_default().to_owned()
    }

    /// Returns the last typed address, or the one that the awaited mail was sent to.
    pub fn email(&self) -> String {
        let typed = self.typed("email");
        if typed.is_empty() { self.sent_to().unwrap_or_default() } else { typed }
    }

    /// Returns the error of a field.
    pub fn about(&self, field: &str) -> Option<String> {
        self.problem.filter(|problem| problem.field() == Some(field)).map(|problem| problem.to_string())
    }

    /// Returns the error that is not shown beside a field.
    pub fn overall(&self) -> Option<String> {
        let beside_no_field = |problem: &SignInProblem| match problem.field() {
            None => true,
            field => self.fieldless || field == self.lacks,
        };
        self.problem.filter(beside_no_field).map(|problem| problem.to_string())
    }

    /// Marks the page as one without fields, so that every error is shown at its head.
    pub fn fieldless(self) -> Self {
        Self { fieldless: true, ..self }
    }

    /// Marks the page as one without this field, so that its error is shown at the head.
    pub fn without(self, field: &'static str) -> Self {
        Self { lacks: Some(field), ..self }
    }
}

/// Renders a page like [`loaded`], for one that a form leads back to. If its data cannot be loaded, it shows at least
/// the feedback of the form, without an error that would contradict it.
pub fn loaded_with_feedback<T, V>(
    feedback: FormFeedback,
    data: impl Future<Output = Result<T, AppError>> + Send + 'static,
    view: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    let has_something_to_say = feedback.problem.is_some() || feedback.notice.is_some();
    let data = async move {
        match data.await {
            Err(AppError::Unavailable | AppError::Internal(_)) if has_something_to_say => Ok(None),
            result => result.map(Some),
        }
    };
    loaded(data, move |data| match data {
        Some(data) => Either::Left(view(data)),
        None => Either::Right(view! { <FeedbackAlone feedback=feedback.fieldless() /> }),
    })
}

#[component]
fn FeedbackAlone(feedback: FormFeedback) -> impl IntoView {
    request::set_unavailable();
    view! {
        <div class="max-w-prose space-y-6">
            <FormMessages feedback />
            <ButtonLink href=request::path()>"Back to the page"</ButtonLink>
        </div>
    }
}

/// Renders the error that is not shown beside a field, or the success.
#[component]
pub fn FormMessages(feedback: FormFeedback) -> impl IntoView {
    view! {
        <Alert message=feedback.overall() />
        <Confirmation message=feedback.notice.map(|notice| notice.to_string()) />
    }
}
