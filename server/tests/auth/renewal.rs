//! Expired access tokens: when they are noticed, by which request, and what happens when Neon Auth fails. Tests do not
//! wait: tokens are issued as short-lived as needed.

use super::browser::{Browser, SignInApp};
use super::fake::{Call, Generation};
use super::on_both;
use crate::support::until;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

on_both!(
    parallel_requests_with_an_expired_token_renew_it_once,
    token_close_to_its_end_is_renewed_beside_the_request,
    renewal_for_a_restricted_or_another_user_ends_the_session,
    outage_is_not_noticed_while_the_token_lasts,
    session_survives_an_outage,
    refusal_that_is_not_about_the_session_keeps_it,
    login_that_begins_during_a_renewal_survives_it,
);

/// Returns a browser that has signed in with an expired token. Later tokens live long.
async fn expired(generation: Generation) -> (SignInApp, Browser) {
    let app = SignInApp::new(generation).await;
    app.neon_auth.behaviour().lifetime = 0;
    let browser = app.signed_in("ada@example.test").await;
    app.neon_auth.behaviour().lifetime = 600;
    (app, browser)
}

async fn parallel_requests_with_an_expired_token_renew_it_once(generation: Generation) {
    let (app, browser) = expired(generation).await;
    browser.assert_all_are(20, "ada@example.test").await;
    assert_eq!(app.neon_auth.calls(Call::Renew), 1);
    assert_eq!(browser.clone().whoami().await, "ada@example.test");
    assert_eq!(app.neon_auth.calls(Call::Renew), 1, "the new token was written down");
}

async fn token_close_to_its_end_is_renewed_beside_the_request(generation: Generation) {
    let app = SignInApp::new(generation).await;
    app.neon_auth.behaviour().lifetime = 20;
    let mut browser = app.signed_in("ada@example.test").await;
    app.neon_auth.behaviour().lifetime = 600;
    assert_eq!(browser.whoami().await, "ada@example.test");
    until("the token is renewed", async || app.neon_auth.calls(Call::Renew) == 1).await;
}

async fn renewal_for_a_restricted_or_another_user_ends_the_session(generation: Generation) {
    // The sign-in page tells a restricted user so; until then the row stays, as an anonymous session.
    let restricted = match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => json!({"is_restricted": true}),
        #[cfg(feature = "managed")]
        Generation::Managed => json!({"banned": true}),
    };
    for (claims, rows) in [(restricted, 1), (json!({"sub": "eve@example.test"}), 0)] {
        let (app, mut browser) = expired(generation).await;
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

async fn outage_is_not_noticed_while_the_token_lasts(generation: Generation) {
    let app = SignInApp::new(generation).await;
    app.neon_auth.behaviour().lifetime = 20;
    let mut browser = app.signed_in("ada@example.test").await;
    app.neon_auth.stop();
    for _ in 0..3 {
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}

async fn session_survives_an_outage(generation: Generation) {
    let (app, mut browser) = expired(generation).await;
    let before = browser.jar.clone();
    app.neon_auth.fail();
    for _ in 0..5 {
        assert_eq!(browser.whoami().await, "unavailable");
    }
    assert_eq!(app.neon_auth.calls(Call::Renew), 1, "a service that is down is not hammered");
    assert_eq!((browser.jar.clone(), app.rows().await), (before.clone(), 1));

    app.neon_auth.behaviour().hostile = None;
    until("it recovers by itself", async || browser.whoami().await != "unavailable").await;
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(browser.jar, before);
}

async fn refusal_that_is_not_about_the_session_keeps_it(generation: Generation) {
    let (app, mut browser) = expired(generation).await;
    let refuse_app: fn() -> Response = match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => || {
            let body = axum::Json(json!({"code": "INVALID_PUBLISHABLE_CLIENT_KEY", "error": "wrong key"}));
            (StatusCode::UNAUTHORIZED, body).into_response()
        },
        #[cfg(feature = "managed")]
        Generation::Managed => || {
            let body = axum::Json(json!({"code": "INVALID_ORIGIN", "message": "Invalid origin"}));
            (StatusCode::FORBIDDEN, body).into_response()
        },
    };
    app.neon_auth.behaviour().hostile = Some(refuse_app);
    assert_eq!(browser.whoami().await, "unavailable");
    assert_eq!(app.rows().await, 1);
}

async fn login_that_begins_during_a_renewal_survives_it(generation: Generation) {
    let (app, browser) = expired(generation).await;
    let mut posting = browser.clone();
    let mut reading = browser;
    let (authorize, _) = tokio::join!(posting.go_to_provider("google", "/memos"), reading.fetch("/whoami"));
    assert_eq!(app.neon_auth.calls(Call::Renew), 1);
    let back = app.neon_auth.consent(&authorize);
    posting.arrive(&back).await.assert_redirect("/memos");
}
