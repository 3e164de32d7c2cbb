//! What must never leave the server: tokens, codes, verifiers, passwords. They are searched for in every answer and in
//! the whole log.

use super::browser::SignInApp;
use super::fake::Generation;
use super::on_both;
use crate::http::SESSION_KEY;
use crate::support::{Log, PASSWORD};
use axum::response::IntoResponse;

on_both!(no_secret_is_sent_or_logged);

async fn no_secret_is_sent_or_logged(generation: Generation) {
    let log = Log::of_everything();
    let app = SignInApp::new(generation).await;
    app.neon_auth.behaviour().lifetime = 0;
    let mut ada = app.signed_in("ada@example.test").await;
    // The next token differs from the last, which may have been issued in the same second, and has expired, too.
    app.neon_auth.behaviour().lifetime = -1;
    ada.whoami().await;
    let mut bob = app.browser();
    let back = app.neon_auth.consent(&bob.go_to_provider("google", "/").await);
    bob.arrive(&back).await;
    bob.arrive(&back).await;
    bob.whoami().await;
    // Each failure is logged in some way.
    app.neon_auth.fail();
    ada.whoami().await;
    app.browser().sign_in("eve@example.test").await;
    app.neon_auth.behaviour().hostile = Some(|| "[]".into_response());
    app.browser().sign_in("eve@example.test").await;
    let cookies = [&ada, &bob].map(|browser| browser.cookie().expect("a session").to_owned());
    ada.post("/auth/sign-out", &[]).await;
    app.neon_auth.stop();
    bob.post("/auth/sign-out", &[]).await;

    let log = log.text();
    let sent = app.sent.lock().unwrap().clone();
    assert!(log.contains("signed in") && log.contains("Neon Auth"), "the log was caught");
    let behaviour = app.neon_auth.behaviour();
    assert!(behaviour.secrets.len() >= 7);
    for secret in behaviour.secrets.iter().map(String::as_str).chain([PASSWORD, SESSION_KEY]) {
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!sent.contains(secret), "{secret} was sent");
    }
    for cookie in cookies {
        assert!(!log.contains(&cookie), "a cookie is in the log");
    }
}
