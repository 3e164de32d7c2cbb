//! Where the links in mails lead. What a link carries moves from the address into the session, and the page after it
//! has an address that holds no secret. Nothing is used up: programs that look through mails open links, too.

use super::email::email_confirmed;
use super::fields::is_plain_code;
use super::interstitial;
use super::redirect::{page_url, redirect_with_error};
use super::return_to::ReturnTo;
use crate::sign_in::{BrowserSession, VISIT};
use crate::state::{AppState, Site};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::REFERRER_POLICY;
use request::account::SignInProblem;
use request::routes::{RESET_PASSWORD, SIGN_IN_CODE, VERIFY_EMAIL};
use request::session::{Purpose, Viewer};
use secrecy::SecretString;
use url::form_urlencoded;

/// Answers a link of a mail. `landing` says what the mail was for.
pub async fn follow_link(
    State(AppState { site, .. }): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Extension(session): Extension<BrowserSession>,
    Path(landing): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let return_to = ReturnTo::parse(&one(&query, "return_to").unwrap_or_default());
    let answer = match &*landing {
        "email-confirmed" => confirmed_elsewhere(&viewer, &query, &return_to),
        "confirm-email" => keep_link(&site, &session, Purpose::ConfirmEmail, &landing, &query, &return_to).await,
        "sign-in" => keep_link(&site, &session, Purpose::SignIn, &landing, &query, &return_to).await,
        "reset-password" => keep_link(&site, &session, Purpose::ResetPassword, &landing, &query, &return_to).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    ([(REFERRER_POLICY, "no-referrer")], answer).into_response()
}

/// Moves what the link carries into the session, and leads to the page that asks for the proof.
async fn keep_link(
    site: &Site,
    session: &BrowserSession,
    purpose: Purpose,
    landing: &str,
    query: &str,
    return_to: &ReturnTo,
) -> Response {
    let path = format!("/auth/mailed/{landing}");
    if let Some(page) = interstitial::retry_with_cookie(site, session, "Opening the link", &path, query) {
        return page;
    }
    let page = match purpose {
        Purpose::ConfirmEmail => VERIFY_EMAIL,
        Purpose::SignIn => SIGN_IN_CODE,
        Purpose::ResetPassword => RESET_PASSWORD,
    };
    let Some(link) = link(query) else { return redirect_with_error(page, SignInProblem::LinkWrong, return_to) };
    match session.update_or_begin(VISIT, |content| content.mails.follow_link(purpose, link.clone())).await {
        Ok(()) => Redirect::to(&page_url(page, None, return_to)).into_response(),
        Err(lost) => redirect_with_error(page, lost.into(), return_to),
    }
}

/// Returns what the link carries, if it can be a code.
fn link(query: &str) -> Option<SecretString> {
    let code = one(query, "code")?;
    is_plain_code(&code).then(|| code.into())
}

/// Returns the value of a parameter that is there once.
fn one(query: &str, wanted: &str) -> Option<String> {
    let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == wanted);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.into_owned())
}

/// Answers a link that Neon Auth has looked at itself: it adds why it was refused.
fn confirmed_elsewhere(viewer: &Viewer, query: &str, return_to: &ReturnTo) -> Response {
    if query.split('&').any(|parameter| parameter.starts_with("error")) {
        return redirect_with_error(VERIFY_EMAIL, SignInProblem::CodeSpent, return_to);
    }
    email_confirmed(viewer, return_to)
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn a_link_carries_one_plain_code() {
        assert!(link("code=abc&return_to=%2F").is_some());
        let long = format!("code={}", "a".repeat(257));
        for query in ["", "code=", "code=a&code=b", "code=a%20b", "code=%00", "code=%C3%A9", &long] {
            assert!(link(query).is_none(), "{query}");
        }
    }
}
