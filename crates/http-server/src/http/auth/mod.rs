//! Signing in and out: what the forms of its pages do, and the routes where a provider and a mail lead. Plain forms and
//! redirects: they work without JavaScript.

mod account;
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

use super::rate_limit::{Budget, RateLimits, limit};
use crate::sign_in::{Auth, BrowserSession};
use crate::state::AppState;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
pub(super) use oauth::redirect_misrouted_callback;
use redirect::redirect_with_error;
pub(super) use redirect::{Refused, page_url, rate_limit_error};
use request::account::SignInProblem;
use request::routes::{
    ACCOUNT, ACCOUNT_DELETE, ACCOUNT_PASSWORD, FORGOT_PASSWORD, RESET_PASSWORD, SIGN_IN, SIGN_IN_CODE, SIGN_UP,
    VERIFY_EMAIL,
};
pub(super) use return_to::ReturnTo;
use std::collections::BTreeSet;

/// A form about an account.
struct AccountForm {
    /// The page that has the form, and that is shown again when the form fails.
    page: &'static str,
    /// The key of the form in the query that it is posted with, such as `?/password`.
    key: &'static str,
    /// The budget that an attempt draws on.
    budget: Budget,
    action: fn() -> MethodRouter<AppState>,
}

/// Every form about an account. Pages, routes and budgets follow from it.
const FORMS: [AccountForm; 14] = {
    use Budget::{Code, Other, SignIn};
    [
        form(SIGN_IN, "password", SignIn, || post(password::sign_in)),
        form(SIGN_IN, "oauth", SignIn, || post(oauth::start)),
        form(SIGN_UP, "password", SignIn, || post(password::sign_up)),
        form(SIGN_IN_CODE, "send", Code, || post(email::send_code)),
        form(SIGN_IN_CODE, "enter", Code, || post(email::sign_in_with_code)),
        form(VERIFY_EMAIL, "send", Code, || post(email::send_verification)),
        form(VERIFY_EMAIL, "confirm", Code, || post(email::verify)),
        form(FORGOT_PASSWORD, "send", Code, || post(reset::forgot)),
        form(RESET_PASSWORD, "set", Code, || post(reset::reset)),
        form(ACCOUNT_PASSWORD, "change", SignIn, || post(own_password::change)),
        form(ACCOUNT_PASSWORD, "set", SignIn, || post(own_password::set)),
        form(ACCOUNT, "end_device", Other, || post(devices::end)),
        form(ACCOUNT, "end_other_devices", Other, || post(devices::end_others)),
        form(ACCOUNT_DELETE, "delete", SignIn, || post(account::delete)),
    ]
};

const fn form(
    page: &'static str,
    key: &'static str,
    budget: Budget,
    action: fn() -> MethodRouter<AppState>,
) -> AccountForm {
    AccountForm { page, key, budget, action }
}

/// Returns the forms about an account: the page and the key of each.
pub fn forms() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMS.into_iter().map(|form| (form.page, form.key))
}

/// Returns the pages that have a form about an account.
pub(super) fn pages() -> BTreeSet<&'static str> {
    FORMS.iter().map(|form| form.page).collect()
}

/// Tells whether the page at this path has a form about an account.
pub(super) fn has_form(path: &str) -> bool {
    FORMS.iter().any(|form| form.page == path)
}

/// Returns what the forms do: that of the form `?/key` of a page is at `page/key`. No request comes here by itself.
pub(super) fn actions(state: &AppState, limits: &RateLimits) -> Router {
    let routes = FORMS.iter().fold(Router::new(), |router, AccountForm { page, key, budget, action }| {
        router.route(&format!("{page}/{key}"), action().layer(from_fn_with_state((limits.clone(), *budget), limit)))
    });
    routes.with_state(state.clone())
}

/// Returns the routes beside the pages. The middleware around them checks origin, size and time, and
/// [`viewer::resolve`](super::viewer::resolve) opens the session that they work on.
pub(super) fn routes(limits: &RateLimits) -> Router<AppState> {
    Router::new()
        .route("/auth/callback", get(oauth::callback))
        .route("/auth/mailed/{landing}", get(mail_links::follow_link))
        .route("/auth/sign-out", post(sign_out))
        .layer(from_fn_with_state((limits.clone(), Budget::Other), limit))
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
