//! How the routes and forms about an account are answered: a refusal, or a redirect with what is to be said.

use super::return_to::ReturnTo;
use crate::http::errors::Failed;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use request::account::{Notice, SignInProblem};
use request::{AppError, with_return_to};
use url::form_urlencoded::Serializer;

/// The refusal of a form: a page shows it again, and says why. As an answer it has no body, and is in the extensions.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The path of the page, where that is not the one with the form.
    pub page: Option<&'static str>,
    pub problem: SignInProblem,
}

impl Refused {
    /// Refuses a form on another page than its own.
    pub(super) fn on(page: &'static str, problem: SignInProblem) -> Self {
        Self { page: Some(page), problem }
    }
}

impl From<SignInProblem> for Refused {
    fn from(problem: SignInProblem) -> Self {
        Self { page: None, problem }
    }
}

impl From<FormRejection> for Refused {
    fn from(_: FormRejection) -> Self {
        SignInProblem::Unreadable.into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Extension(self)).into_response()
    }
}

impl ReturnTo {
    /// Redirects to where the user was going.
    pub fn redirect(&self) -> Response {
        Redirect::to(self.as_str()).into_response()
    }
}

/// Redirects to the page that says what has happened, and leads on from there.
pub fn redirect_with_notice(page: &str, notice: Notice, return_to: &ReturnTo) -> Response {
    Redirect::to(&page_url(page, Some(("done", notice.code())), return_to)).into_response()
}

/// Redirects to a page with the code of the problem, where no form was posted that could be shown again.
pub fn redirect_with_error(page: &str, problem: SignInProblem, return_to: &ReturnTo) -> Response {
    match rate_limit_error(problem) {
        Some(error) => Failed::from(error).back_to(with_return_to(page, return_to.as_str())).into_response(),
        None => Redirect::to(&page_url(page, Some(("error", problem.code())), return_to)).into_response(),
    }
}

/// Returns the error of a limit, which is answered with its status and the time to wait: an address that any client can
/// write does not carry that.
pub fn rate_limit_error(problem: SignInProblem) -> Option<AppError> {
    match problem {
        SignInProblem::RateLimited { seconds } => Some(AppError::RateLimited { seconds }),
        _ => None,
    }
}

/// Returns the path of a page that says something, and leads on.
pub fn page_url(page: &str, message: Option<(&str, &str)>, return_to: &ReturnTo) -> String {
    let return_to = (!return_to.is_home()).then_some(("return_to", return_to.as_str()));
    let query = Serializer::new(String::new()).extend_pairs(message.into_iter().chain(return_to)).finish();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}
