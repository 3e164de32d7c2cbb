//! Signing in and out: what the forms of its pages do, and the routes where a provider and a mail lead. Plain forms and
//! redirects: they work without JavaScript.

mod account;
mod account_form;
mod devices;
mod email;
mod extract;
mod fields;
mod interstitial;
mod mail_links;
mod oauth;
mod own_password;
mod password;
mod redirect;
mod reset;
mod return_to;

use super::rate_limit::{RateLimits, limit};
use crate::sign_in::{Auth, BrowserSession};
use crate::state::AppState;
pub use account_form::forms;
pub(super) use account_form::{AccountForm, has_form, pages};
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
pub(super) use oauth::redirect_misrouted_callback;
use redirect::redirect_with_error;
pub(super) use redirect::{Refused, page_url, rate_limit_error};
use request::account::SignInProblem;
use request::routes::{OAUTH_CALLBACK, SIGN_IN, SIGN_OUT};
pub(super) use return_to::ReturnTo;

/// Returns the routes beside the pages. The middleware around them checks origin, size and time, and
/// [`viewer::resolve`](super::viewer::resolve) opens the session that they work on.
pub(super) fn routes(limits: &RateLimits) -> Router<AppState> {
    Router::new()
        .route(OAUTH_CALLBACK, get(oauth::callback))
        .route("/auth/mailed/{landing}", get(mail_links::follow_link))
        .route(SIGN_OUT, post(sign_out))
        .layer(from_fn_with_state(limits.clone(), limit))
}

/// Ends the session here first: whatever becomes of the call to Neon Auth, this browser is signed out.
async fn sign_out(State(auth): State<Auth>, Extension(session): Extension<BrowserSession>) -> Response {
    let person = session.content().await.ok().and_then(|content| content.person);
    if session.end().await.is_err() {
        return redirect_with_error(SIGN_IN, SignInProblem::SignOutUncertain, &ReturnTo::home());
    }
    if let Some(person) = person {
        auth.sign_out_at_neon_auth(person);
    }
    Redirect::to("/").into_response()
}
