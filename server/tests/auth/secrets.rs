//! What must never leave the server: tokens, codes, verifiers, passwords. They are searched for in every answer and in
//! the whole log.

use super::browser::World;
use super::double::PASSWORD;
use crate::support::Log;
use axum::response::IntoResponse;
use http::StatusCode;
#[tokio::test]
async fn no_secret_is_sent_or_logged_whatever_happens() {
    let log = Log::of_everything();
    let world = World::new().await;
    world.double.wishes().lifetime = 0;
    let mut ada = world.signed_in("ada@example.test").await;
    ada.whoami().await;
    let mut bob = world.browser();
    let back = world.double.consent(&bob.depart("google", "/").await);
    bob.arrive(&back).await;
    bob.arrive(&back).await;
    bob.whoami().await;
    // Each failure is logged in some way.
    world.double.wishes().hostile = Some(|| StatusCode::BAD_GATEWAY.into_response());
    ada.whoami().await;
    world.browser().sign_in("eve@example.test").await;
    world.double.wishes().hostile = Some(|| "[]".into_response());
    world.browser().sign_in("eve@example.test").await;
    ada.post("/auth/sign-out", &[]).await;
    world.double.stop();
    bob.post("/auth/sign-out", &[]).await;

    let log = log.text();
    let sent = world.sent.lock().unwrap().clone();
    assert!(log.contains("signed in") && log.contains("Neon Auth"), "the log was caught");
    let wishes = world.double.wishes();
    assert!(wishes.secrets.len() >= 6);
    for secret in
        wishes.secrets.iter().map(String::as_str).chain([PASSWORD, "ssk_test_server_key", super::browser::KEY])
    {
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!sent.contains(secret), "{secret} was sent");
    }
    assert!(!log.contains(ada.cookie().unwrap_or("no cookie")), "a cookie is in the log");
}
