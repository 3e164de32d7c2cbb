//! Changes of Neon Auth's signing keys: how soon they are noticed, and at what cost.

use super::browser::SignInApp;
use super::fake::{Call, Generation};
use super::on_both;
use axum::response::IntoResponse;
use http::StatusCode;

on_both!(
    new_key_is_fetched_once_and_used,
    unpublished_key_is_requested_once_a_minute,
    retired_key_is_forgotten_and_its_tokens_renewed,
    cached_keys_outlive_outages_and_invalid_answers,
);

async fn new_key_is_fetched_once_and_used(generation: Generation) {
    let app = SignInApp::new(generation).await;
    // The server does this when it starts.
    app.auth.keys.replace().await.unwrap();
    app.neon_auth.behaviour().lifetime = 0;
    let browser = app.signed_in("ada@example.test").await;
    assert_eq!(app.neon_auth.calls(Call::Keys), 1);

    app.neon_auth.behaviour().signers.push(generation.signer("key-2"));
    app.neon_auth.behaviour().lifetime = 600;
    browser.assert_all_are(10, "ada@example.test").await;
    assert_eq!(app.neon_auth.calls(Call::Keys), 2);
}

async fn unpublished_key_is_requested_once_a_minute(generation: Generation) {
    let app = SignInApp::new(generation).await;
    app.neon_auth.behaviour().signers.push(generation.signer("unpublished"));
    app.neon_auth.behaviour().published = Some(vec![0]);
    for _ in 0..5 {
        app.browser().sign_in("eve@example.test").await.assert_refused("/sign-in", "unavailable");
    }
    assert_eq!(app.neon_auth.calls(Call::Keys), 1);
}

async fn retired_key_is_forgotten_and_its_tokens_renewed(generation: Generation) {
    let (app, mut browser) = SignInApp::with_ada(generation).await;
    app.neon_auth.behaviour().signers.push(generation.signer("key-2"));
    app.neon_auth.behaviour().published = Some(vec![1]);
    app.auth.keys.replace().await.unwrap();
    assert_eq!(browser.whoami().await, "ada@example.test");
    assert_eq!(app.neon_auth.calls(Call::Renew), 1);
}

async fn cached_keys_outlive_outages_and_invalid_answers(generation: Generation) {
    let (app, mut browser) = SignInApp::with_ada(generation).await;
    let answers: [fn() -> axum::response::Response; 3] =
        [|| StatusCode::BAD_GATEWAY.into_response(), || "{\"keys\": []}".into_response(), || "<html>".into_response()];
    for answer in answers {
        app.neon_auth.behaviour().hostile = Some(answer);
        assert!(app.auth.keys.replace().await.is_err());
        assert_eq!(browser.whoami().await, "ada@example.test");
    }
}
