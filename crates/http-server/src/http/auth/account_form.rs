//! Every form about an account: its page, its budget, and what it does.

use super::redirect::Refused;
use super::{account, devices, email, oauth, own_password, password, reset};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limit::{Budget, RateLimits};
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use http::StatusCode;
use http::request::Parts;
use request::account::SignInProblem;
use request::form::OldInput;
use request::routes::{
    ACCOUNT, ACCOUNT_DELETE, ACCOUNT_PASSWORD, FORGOT_PASSWORD, RESET_PASSWORD, SIGN_IN, SIGN_IN_CODE, SIGN_UP,
    VERIFY_EMAIL,
};
use request::session::{SignedIn, Viewer};
use std::collections::BTreeSet;
use std::str;
use tower::ServiceExt;

/// Bytes. These forms have a few fields.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// A form about an account.
pub struct AccountForm {
    /// The page that has the form, and that is shown again when the form fails.
    page: &'static str,
    /// The key of the form in the query that it is posted with, such as `?/password`.
    key: &'static str,
    /// The budget that an attempt draws on.
    budget: Budget,
    action: fn() -> MethodRouter<AppState>,
}

/// Every form about an account. Pages and budgets follow from it.
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

pub fn pages() -> BTreeSet<&'static str> {
    FORMS.iter().map(|form| form.page).collect()
}

pub fn has_form(path: &str) -> bool {
    FORMS.iter().any(|form| form.page == path)
}

impl AccountForm {
    /// Returns the form `?/key` of a page.
    pub fn find(page: &str, key: &str) -> Option<Self> {
        FORMS.into_iter().find(|form| form.page == page && form.key == key)
    }

    /// Does what the form asks for, unless it is one attempt too many.
    pub async fn submit(&self, state: AppState, limits: &RateLimits, request: Parts, body: Bytes) -> Response {
        if body.len() > MAX_FORM_BYTES {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        // Forms are read leniently behind this: a password would silently become another one.
        if str::from_utf8(&body).is_err() {
            return StatusCode::BAD_REQUEST.into_response();
        }
        let account = account_of(&request, &body);
        let taken = limits.take(self.budget, ClientAddress::of(&request.extensions), account.as_deref());
        if let Err(seconds) = taken {
            return Refused::from(SignInProblem::RateLimited { seconds }).into_response();
        }
        let action: MethodRouter = (self.action)().with_state(state);
        let Ok(response) = action.oneshot(Request::from_parts(request, Body::from(body))).await;
        response
    }
}

/// Returns the account that a form is about: the address in it, or else the signed-in user. A form about one's own
/// account has no address, and one that a client adds to it would be a budget of its choice.
fn account_of(request: &Parts, body: &[u8]) -> Option<String> {
    let is_about_oneself = request.uri.path().starts_with(ACCOUNT);
    let form = OldInput::read("", body);
    let typed = form.value("email").filter(|_| !is_about_oneself);
    let typed = typed.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
    typed.or_else(|| match &request.extensions.get::<Viewer>()?.user {
        SignedIn::Yes(claims) => Some(claims.subject().to_owned()),
        SignedIn::No | SignedIn::Unavailable => None,
    })
}
