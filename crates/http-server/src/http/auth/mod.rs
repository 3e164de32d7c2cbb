//! The routes of signing in and out, and what they share. Plain forms and redirects: they work without JavaScript.
//! Failures go back to the page of the form with a closed code.

pub(super) mod account;
mod devices;
mod email;
mod form;
mod mailed;
mod oauth;
mod onward;
mod own_password;
mod password;
mod reset;
mod return_to;

use super::errors::failed_at;
use crate::sign_in::{Auth, AwaitedMail, BrowserSession};
use crate::state::Site;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use neon_auth::{NeonAuthError, Proof};
use request::account::{Notice, SignInProblem};
use request::form::OldInput;
use request::session::Purpose;
use request::{AppError, with_return_to};
use return_to::ReturnTo;

/// Bytes of a field that are worth keeping. Anonymous users cost nothing to pretend, and each would leave a row behind.
const LONGEST_KEPT: usize = 1024;

/// Returns the routes of signing in and out, without the one that deletes an account. The middleware around them checks
/// origin, size and time, and [`viewer::resolve`](super::viewer::resolve) opens the session that they work on.
pub fn routes<S>(site: Site) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
{
    Router::new()
        .route("/auth/sign-in", post(password::sign_in))
        .route("/auth/sign-up", post(password::sign_up))
        .route("/auth/oauth/{provider}", post(oauth::start))
        .route("/auth/callback", get(oauth::callback))
        .route("/auth/mailed/{landing}", get(mailed::arrive))
        .route("/auth/verify-email/send", post(email::send_verification))
        .route("/auth/verify-email", post(email::verify))
        .route("/auth/code/send", post(email::send_code))
        .route("/auth/code", post(email::sign_in_with_code))
        .route("/auth/password/forgot", post(reset::forgot))
        .route("/auth/password/reset", post(reset::reset))
        .route("/auth/password/change", post(own_password::change))
        .route("/auth/password/set", post(own_password::set))
        .route("/auth/sign-out", post(sign_out))
        .route("/auth/devices/end", post(devices::end))
        .route("/auth/devices/end-others", post(devices::end_others))
        .layer(Extension(site))
}

/// Ends the session here first: whatever becomes of the call to Neon Auth, this browser is signed out.
async fn sign_out(State(auth): State<Auth>, Extension(session): Extension<BrowserSession>) -> Response {
    let person = session.content().await.ok().and_then(|content| content.person);
    if session.end().await.is_err() {
        return failed("/sign-in", SignInProblem::SignOutUncertain, &ReturnTo::home());
    }
    if let Some(person) = person {
        auth.sign_out_at_neon_auth(person);
    }
    Redirect::to("/").into_response()
}

/// Leads back to the form with the reason.
fn failed(page: &str, problem: SignInProblem, return_to: &ReturnTo) -> Response {
    // Said with its status, and with the time to wait, which an address that any client can write does not carry.
    if let SignInProblem::RateLimited { seconds } = problem {
        return failed_at(&with_return_to(page, return_to.as_str()), AppError::RateLimited { seconds });
    }
    Redirect::to(&with_query(page, Some(("error", problem.code())), return_to)).into_response()
}

/// Leads to the page that says what has happened, and on from there.
fn done(page: &str, notice: Notice, return_to: &ReturnTo) -> Response {
    Redirect::to(&with_query(page, Some(("done", notice.code())), return_to)).into_response()
}

/// Returns the path of a page that says something, and leads on.
fn with_query(page: &str, said: Option<(&str, &str)>, return_to: &ReturnTo) -> String {
    let onward = (!return_to.is_home()).then_some(("return_to", return_to.as_str()));
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said.into_iter().chain(onward)).finish();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

/// Leads to the sign-in, and from there back to `page`: its form was sent after the session had ended, or while it
/// could not be read.
fn sign_in_first(page: &str) -> Response {
    Redirect::to(&with_return_to("/sign-in", page)).into_response()
}

/// Keeps what was typed for the page that shows the reason. Losing it is no reason to fail harder.
pub(super) async fn keep(session: &BrowserSession, action: &str, fields: &[(&str, &str)]) {
    let fields = fields.iter().filter(|(_, value)| (1..=LONGEST_KEPT).contains(&value.len()));
    let fields: Vec<_> = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    if fields.is_empty() {
        return;
    }
    session.keep_form(OldInput { action: action.to_owned(), fields }, "").await.ok();
}

/// Remembers a mail that was sent. Without that its code can still be typed together with the address.
async fn keep_mail(session: &BrowserSession, mail: AwaitedMail) {
    session.await_mail(mail).await.ok();
}

/// Forgets what is used up after a proof was sent to Neon Auth: the mail when it has served, its link also when it was
/// refused. What Neon Auth has not looked at stays, to be sent again.
async fn forget_used<T>(session: &BrowserSession, purpose: Purpose, proof: &Proof, answer: &Result<T, NeonAuthError>) {
    match (answer, proof) {
        (Ok(_), _) => session.forget_mail(purpose).await.ok(),
        (Err(error), Proof::Link(_)) if error.is_expected() => session.forget_link(purpose).await.ok(),
        (Err(_), _) => None,
    };
}

/// Returns the problem in the words for a link: what that carried was not typed.
fn about_link(proof: &Proof, problem: SignInProblem) -> SignInProblem {
    match (proof, problem) {
        (Proof::Link(_), SignInProblem::CodeWrong | SignInProblem::CodeLocked) => SignInProblem::LinkWrong,
        (_, problem) => problem,
    }
}
