//! Where the links in mails lead. What a link carries moves from the address into the session, and the page after it
//! has an address that holds no secret. Nothing is used up: programs that look through mails open links, too.

use super::form::is_plain_code;
use super::return_to::ReturnTo;
use super::{done, email, led_to, onward, reset, with_query};
use crate::sign_in::BrowserSession;
use crate::state::Site;
use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::REFERRER_POLICY;
use request::account::{Notice, SignInProblem};
use request::session::{Purpose, SignedIn, Viewer};
use secrecy::SecretString;
use url::form_urlencoded;

/// Answers a link of a mail. `landing` says what the mail was for.
pub async fn arrive(
    Extension(site): Extension<Site>,
    Extension(viewer): Extension<Viewer>,
    Extension(session): Extension<BrowserSession>,
    Path(landing): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let return_to = ReturnTo::parse(&one(&query, "return_to").unwrap_or_default());
    let answer = match landing.as_str() {
        "email-confirmed" => confirmed_elsewhere(&viewer, &query, &return_to),
        _ => match target(&landing) {
            Some((purpose, page)) => follow(&site, &session, &landing, &query, purpose, page, &return_to).await,
            None => StatusCode::NOT_FOUND.into_response(),
        },
    };
    ([(REFERRER_POLICY, "no-referrer")], answer).into_response()
}

/// Returns what the mail was for, and the page that asks for the proof.
fn target(landing: &str) -> Option<(Purpose, &'static str)> {
    match landing {
        "confirm-email" => Some((Purpose::ConfirmEmail, email::VERIFY_PAGE)),
        "sign-in" => Some((Purpose::SignIn, email::CODE_PAGE)),
        "reset-password" => Some((Purpose::ResetPassword, reset::RESET_PAGE)),
        _ => None,
    }
}

/// Moves what the link carries into the session, and leads to the page.
async fn follow(
    site: &Site,
    session: &BrowserSession,
    landing: &str,
    query: &str,
    purpose: Purpose,
    page: &'static str,
    return_to: &ReturnTo,
) -> Response {
    if let Some(page) = onward::once_more(site, session, "Opening the link", &format!("/auth/mailed/{landing}"), query)
    {
        return page;
    }
    let Some(link) = link(query) else { return led_to(page, SignInProblem::LinkWrong, return_to) };
    if let Err(lost) = session.follow_link(purpose, &link).await {
        return led_to(page, lost.into(), return_to);
    }
    Redirect::to(&with_query(page, None, return_to)).into_response()
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
        return led_to(email::VERIFY_PAGE, SignInProblem::CodeSpent, return_to);
    }
    match viewer.user {
        SignedIn::Yes(_) => done("/account", Notice::EmailConfirmedHere, &ReturnTo::home()),
        SignedIn::No | SignedIn::Unavailable => done("/sign-in", Notice::EmailConfirmed, return_to),
    }
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
