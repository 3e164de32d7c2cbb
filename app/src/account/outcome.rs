//! What became of the last form of an account page: the reason or the success in the address, and what was typed.
//! It must not trust either: both came through the browser.

use super::notice::Notice;
use super::problem::SignInProblem;
use crate::page;
use crate::session::{self, KeptForm};
use crate::ui::alert::{Alert, Confirmation};
use leptos::prelude::*;

#[derive(Clone, Debug)]
pub struct Outcome {
    pub problem: Option<SignInProblem>,
    pub notice: Option<Notice>,
    kept: Option<KeptForm>,
    fieldless: bool,
}

impl Outcome {
    /// Of the form that posts to `action`.
    pub fn of(action: &str) -> Self {
        let (error, done) = (page::query("error"), page::query("done"));
        // Neon Auth adds an error of its own to the address of a success, when a link that it looks at itself is too old.
        let foreign = || done.as_ref().map(|_| SignInProblem::CodeSpent);
        let problem = error.as_ref().and_then(|code| code.parse().ok().or_else(foreign));
        Self {
            problem,
            notice: done.filter(|_| error.is_none()).and_then(|code| code.parse().ok()),
            kept: session::viewer().kept_form.filter(|form| form.action == action),
            fieldless: false,
        }
    }

    /// Whether a mail was sent for this page, or a code from one was refused here.
    pub fn was_sent(&self) -> bool {
        let sent = matches!(self.notice, Some(Notice::MailSent | Notice::MailSentPerhaps));
        sent || matches!(
            self.problem,
            Some(SignInProblem::CodeWrong | SignInProblem::CodeSpent | SignInProblem::CodeLocked)
        )
    }

    pub fn typed(&self, field: &str) -> String {
        self.kept.as_ref().and_then(|form| form.field(field)).unwrap_or_default().to_owned()
    }

    /// The sentence next to a field.
    pub fn about(&self, field: &str) -> Option<String> {
        self.problem.filter(|problem| problem.field() == Some(field)).map(|problem| problem.to_string())
    }

    /// The sentence about no field in particular.
    pub fn overall(&self) -> Option<String> {
        self.problem.filter(|problem| problem.field().is_none() || self.fieldless).map(|problem| problem.to_string())
    }

    /// For a page without any field: whatever is wrong is said at its head.
    pub fn fieldless(self) -> Self {
        Self { fieldless: true, ..self }
    }
}

/// What a page says first: what went wrong with no field in particular, or what was done.
#[component]
pub fn Said(outcome: Outcome) -> impl IntoView {
    view! {
        <Alert message=outcome.overall() />
        <Confirmation message=outcome.notice.map(|notice| notice.to_string()) />
    }
}
