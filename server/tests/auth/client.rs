//! The client of Neon Auth against a server that follows the protocol exactly: the local Neon Auth.

use crate::support::{PASSWORD, TestApp};
use neon_auth::{Credentials, NeonAuthError, Refusal, SignInOutcome, Tokens};
use serde_json::json;

fn credentials(email: &str) -> Credentials {
    Credentials { email: email.to_owned(), password: PASSWORD.into() }
}

fn signed_in(outcome: SignInOutcome) -> Tokens {
    match outcome {
        SignInOutcome::SignedIn(tokens) => tokens,
        SignInOutcome::ConfirmEmail(_) => panic!("no address has to be confirmed here"),
    }
}

#[tokio::test]
async fn client_signs_up_renews_signs_out_and_deletes() {
    let app = TestApp::start().await;
    let (neon_auth, keys) = (&app.state.auth.neon_auth, &app.state.auth.keys);
    let methods = neon_auth.settings().await.unwrap();
    assert!(methods.known && methods.password && methods.sign_up);
    assert_eq!(methods.providers, ["github", "google"]);

    let tokens = signed_in(neon_auth.sign_up(&credentials("ada@example.com"), "", None).await.unwrap());
    let claims = keys.verify(&tokens.access).await.unwrap();
    assert_eq!((claims.email(), claims.name()), (Some("ada@example.com"), None));

    let renewed = neon_auth.refresh(&tokens).await.unwrap();
    assert_eq!(keys.verify(&renewed.access).await.unwrap().subject(), claims.subject());

    neon_auth.sign_out(&tokens).await.unwrap();
    neon_auth.sign_out(&tokens).await.unwrap();
    let over = NeonAuthError::Refused(Refusal::SessionOver);
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);

    let tokens = signed_in(neon_auth.sign_in(&credentials("ADA@example.com")).await.unwrap());
    neon_auth.delete_account(claims.subject(), &tokens, None).await.unwrap();
    neon_auth.delete_account(claims.subject(), &tokens, None).await.unwrap();
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);
    let wrong = NeonAuthError::Refused(Refusal::WrongPassword);
    assert_eq!(neon_auth.sign_in(&credentials("ada@example.com")).await.unwrap_err(), wrong);
    neon_auth.sign_out(&tokens).await.unwrap();
}

#[tokio::test]
async fn expired_access_token_still_signs_out() {
    let app = TestApp::start().await;
    let neon_auth = &app.state.auth.neon_auth;
    app.neon_auth.change(json!({"access_token_seconds": 0})).await;
    let tokens = signed_in(neon_auth.sign_up(&credentials("ada@example.com"), "", None).await.unwrap());
    app.neon_auth.change(json!({"access_token_seconds": 600})).await;
    neon_auth.sign_out(&tokens).await.unwrap();
    let over = NeonAuthError::Refused(Refusal::SessionOver);
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);
}
