//! Changes of Neon Auth's signing keys: how soon they are noticed, and at what cost.

use super::browser::SignInApp;
use super::fake_neon_auth::PROJECT;
use crate::rls::signing::Signer;
use axum::response::IntoResponse;
use http::StatusCode;

fn fetches(app: &SignInApp) -> usize {
    app.neon_auth.calls(&format!("GET /projects/{PROJECT}/.well-known/jwks.json"))
}

#[tokio::test]
async fn new_key_is_fetched_once_and_used() {
    let app = SignInApp::new().await;
    // The server does this when it starts.
    app.auth.keys.replace().await.unwrap();
    app.neon_auth.behaviour().lifetime = 0;
    let browser = app.signed_in("ada@example.test").await;
    assert_eq!(fetches(&app), 1);

    app.neon_auth.behaviour().signers.push(Signer::es256("key-2"));
    app.neon_auth.behaviour().lifetime = 600;
    browser.assert_all_are(10, "ada@example.test").await;
    assert_eq!(fetches(&app), 2);
}

#[tokio::test]
async fn unpublished_key_is_requested_once_a_minute() {
    let app = SignInApp::new().await;
    app.neon_auth.behaviour().signers.push(Signer::es256("unpublished"));
    app.neon_auth.behaviour().published = Some(vec![0]);
    for _ in 0..5 {
        app.browser().sign_in("eve@example.test").await.assert_refused("/sign-in", "unavailable");
    }
    assert_eq!(fetches(&app), 1);
}

#[tokio::test]
async fn retired_key_is_forgotten_and_its_tokens_renewed() {
    let app = SignInApp::new().await;
    let mut browser = app.signed_in("ada@example.test").await;
    app.neon_auth.behaviour().signers.push(Signer::es256("key-2"));
    app.neon_auth.behaviour().published = Some(vec![1]);
    app.auth.keys.replace().await.unwrap();
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(app.neon_auth.calls("POST /auth/sessions/current/refresh"), 1);
}

#[tokio::test]
async fn cached_keys_outlive_outages_and_invalid_answers() {
    let app = SignInApp::new().await;
    let mut browser = app.signed_in("ada@example.test").await;
    let answers: [fn() -> axum::response::Response; 3] =
        [|| StatusCode::BAD_GATEWAY.into_response(), || "{\"keys\": []}".into_response(), || "<html>".into_response()];
    for answer in answers {
        app.neon_auth.behaviour().hostile = Some(answer);
        assert!(app.auth.keys.replace().await.is_err());
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}
