//! Signing in and out: what the forms of its pages do, and the routes where a provider and a mail lead. Plain forms and
//! redirects: they work without JavaScript.

mod account;
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
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::StatusCode;
use neon_auth::{NeonAuthError, Proof};
use request::account::{Notice, SignInProblem};
use request::session::Purpose;
use request::{AppError, with_return_to};
use return_to::ReturnTo;
use rls::Db;

/// The pages that have these forms.
pub(super) const PAGES: [&str; 9] = [
    "/sign-in",
    "/sign-up",
    "/sign-in/code",
    "/verify-email",
    "/forgot-password",
    "/reset-password",
    "/account",
    "/account/password",
    "/account/delete",
];

/// Returns the routes beside the pages. The middleware around them checks origin, size and time, and
/// [`viewer::resolve`](super::viewer::resolve) opens the session that they work on.
pub(super) fn routes<S>(site: Site) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
{
    Router::new()
        .route("/auth/callback", get(oauth::callback))
        .route("/auth/mailed/{landing}", get(mailed::arrive))
        .route("/auth/sign-out", post(sign_out))
        .layer(Extension(site))
}

/// Returns what the forms of [`PAGES`] do: that of the form `?/key` of a page is at `page/key`. No request comes here by
/// itself.
pub(super) fn forms<S>(site: Site) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Auth: FromRef<S>,
    Db: FromRef<S>,
{
    Router::new()
        .route("/sign-in/password", post(password::sign_in))
        .route("/sign-in/oauth", post(oauth::start))
        .route("/sign-up/password", post(password::sign_up))
        .route("/sign-in/code/send", post(email::send_code))
        .route("/sign-in/code/enter", post(email::sign_in_with_code))
        .route("/verify-email/send", post(email::send_verification))
        .route("/verify-email/confirm", post(email::verify))
        .route("/forgot-password/send", post(reset::forgot))
        .route("/reset-password/set", post(reset::reset))
        .route("/account/password/change", post(own_password::change))
        .route("/account/password/set", post(own_password::set))
        .route("/account/end_device", post(devices::end))
        .route("/account/end_other_devices", post(devices::end_others))
        .route("/account/delete/delete", post(account::delete))
        .layer(Extension(site))
}

/// The refusal of a form: a page shows it again, and says why. As an answer it has no body, and is in the extensions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused {
    /// The path of the page, where that is not the one with the form.
    pub page: Option<&'static str>,
    pub problem: SignInProblem,
}

impl Refused {
    /// Refuses a form on another page than its own.
    fn on(page: &'static str, problem: SignInProblem) -> Self {
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

/// Returns the address of a page that leads on to where a form would have led.
pub(super) fn leading_on(page: &str, form: &[u8]) -> String {
    let return_to = url::form_urlencoded::parse(form).find(|(name, _)| name == "return_to");
    with_query(page, None, &return_to.map_or_else(ReturnTo::home, |(_, path)| ReturnTo::parse(&path)))
}

/// Ends the session here first: whatever becomes of the call to Neon Auth, this browser is signed out.
async fn sign_out(State(auth): State<Auth>, Extension(session): Extension<BrowserSession>) -> Response {
    let person = session.content().await.ok().and_then(|content| content.person);
    if session.end().await.is_err() {
        return led_to("/sign-in", SignInProblem::SignOutUncertain, &ReturnTo::home());
    }
    if let Some(person) = person {
        auth.sign_out_at_neon_auth(person);
    }
    Redirect::to("/").into_response()
}

/// Leads to a page with the code of the reason: no form was posted that could be shown again.
fn led_to(page: &str, problem: SignInProblem, return_to: &ReturnTo) -> Response {
    // Said with its status, and with the time to wait, which an address that any client can write does not carry.
    if let SignInProblem::RateLimited { seconds } = problem {
        return failed_at(&with_return_to(page, return_to.as_str()), AppError::RateLimited { seconds });
    }
    Redirect::to(&with_query(page, Some(("error", problem.code())), return_to)).into_response()
}

/// Leads to where the person was going.
fn onwards(return_to: &ReturnTo) -> Response {
    Redirect::to(return_to.as_str()).into_response()
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
