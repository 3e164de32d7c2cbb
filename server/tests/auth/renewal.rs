//! Expired access tokens: when they are noticed, by which request, and what happens when Neon Auth fails. Tests do not
//! wait: tokens are issued as short-lived as needed.

use super::browser::{Browser, SignInApp};
use crate::support::until;
use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;

const REFRESH: &str = "POST /auth/sessions/current/refresh";

/// Returns a browser that has signed in with an expired token. Later tokens live long.
async fn expired() -> (SignInApp, Browser) {
    let app = SignInApp::new().await;
    app.neon_auth.behaviour().lifetime = 0;
    let browser = app.signed_in("ada@example.test").await;
    app.neon_auth.behaviour().lifetime = 600;
    (app, browser)
}

#[tokio::test]
async fn parallel_requests_with_an_expired_token_renew_it_once() {
    let (app, browser) = expired().await;
    browser.assert_all_are(20, "ada@example.test").await;
    assert_eq!(app.neon_auth.calls(REFRESH), 1);
    assert_eq!(browser.clone().whoami().await, "ada@example.test");
    assert_eq!(app.neon_auth.calls(REFRESH), 1, "the new token was written down");
}

#[tokio::test]
async fn token_close_to_its_end_is_renewed_beside_the_request() {
    let app = SignInApp::new().await;
    app.neon_auth.behaviour().lifetime = 20;
    let mut browser = app.signed_in("ada@example.test").await;
    app.neon_auth.behaviour().lifetime = 600;
    assert_eq!(browser.whoami().await, "ada@example.test");
    until("the token is renewed", async || app.neon_auth.calls(REFRESH) == 1).await;
}

#[tokio::test]
async fn renewal_for_a_restricted_or_another_user_ends_the_session() {
    // The sign-in page tells a restricted user so; until then the row stays, as an anonymous session.
    for (claims, rows) in [(json!({"is_restricted": true}), 1), (json!({"sub": "eve@example.test"}), 0)] {
        let (app, mut browser) = expired().await;
        app.neon_auth.behaviour().claims = claims;
        assert_eq!(browser.whoami().await, "nobody");
        assert_eq!(app.rows().await, rows);
        let of_a_user = "web.session where user_id is not null or user_agent is not null";
        assert_eq!(app.database.count(of_a_user).await, 0);
        browser.get("/sign-in").await;
        assert_eq!(app.rows().await, 0);
        assert!(browser.jar.is_empty());
    }
}

#[tokio::test]
async fn outage_is_not_noticed_while_the_token_lasts() {
    let app = SignInApp::new().await;
    app.neon_auth.behaviour().lifetime = 20;
    let mut browser = app.signed_in("ada@example.test").await;
    app.neon_auth.stop();
    for _ in 0..3 {
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}

#[tokio::test]
async fn session_survives_an_outage() {
    let (app, mut browser) = expired().await;
    let before = browser.jar.clone();
    app.neon_auth.fail();
    for _ in 0..5 {
        assert_eq!(browser.whoami().await, "unavailable");
    }
    assert_eq!(app.neon_auth.calls(REFRESH), 1, "a service that is down is not hammered");
    assert_eq!((browser.jar.clone(), app.rows().await), (before.clone(), 1));

    app.neon_auth.behaviour().hostile = None;
    until("it recovers by itself", async || browser.whoami().await != "unavailable").await;
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(browser.jar, before);
}

#[tokio::test]
async fn refusal_that_is_not_about_the_session_keeps_it() {
    let (app, mut browser) = expired().await;
    app.neon_auth.behaviour().hostile = Some(|| {
        let body = axum::Json(json!({"code": "INVALID_PUBLISHABLE_CLIENT_KEY", "error": "wrong key"}));
        (StatusCode::UNAUTHORIZED, body).into_response()
    });
    assert_eq!(browser.whoami().await, "unavailable");
    assert_eq!(app.rows().await, 1);
}

#[tokio::test]
async fn login_that_begins_during_a_renewal_survives_it() {
    let (app, browser) = expired().await;
    let mut posting = browser.clone();
    let mut reading = browser;
    let (authorize, _) = tokio::join!(posting.go_to_provider("google", "/memos"), reading.fetch("/whoami"));
    assert_eq!(app.neon_auth.calls(REFRESH), 1);
    let back = app.neon_auth.consent(&authorize);
    posting.arrive(&back).await.assert_redirect("/memos");
}
