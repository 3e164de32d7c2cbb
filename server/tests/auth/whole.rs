//! Signing in with the whole server and a Neon Auth that follows the protocol exactly. The rest is tested with the
//! double, and with both generations in `contract`.

use crate::support::{Browser, PASSWORD, Page, TestApp};
use http::{Method, StatusCode};
use neon_auth::{Credentials, NeonAuthError, Refusal, SignInOutcome, Tokens};
use serde_json::{Value, json};

/// Calls a control endpoint of the local Neon Auth.
pub async fn lever(app: &TestApp, method: Method, path: &str, body: Value) {
    let url = format!("{}/local{path}", app.neon_auth.origin);
    let key = &app.neon_auth.super_secret_admin_key;
    let request = reqwest::Client::new().request(method, url).header("x-stack-super-secret-admin-key", key).json(&body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
}

pub async fn sign_up(browser: &mut Browser, name: &str, email: &str, password: &str) -> Page {
    let fields = [("name", name), ("email", email), ("password", password), ("return_to", "/account")];
    browser.post("/sign-up?/password", &fields).await
}

pub async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> Page {
    browser.post("/sign-in?/password", &[("email", email), ("password", password)]).await
}

fn credentials(email: &str) -> Credentials {
    Credentials { email: email.to_owned(), password: PASSWORD.into() }
}

fn entered(outcome: SignInOutcome) -> Tokens {
    match outcome {
        SignInOutcome::SignedIn(tokens) => tokens,
        SignInOutcome::ConfirmEmail(_) => panic!("no address has to be confirmed here"),
    }
}

#[tokio::test]
async fn rotated_keys_and_short_ones_sign_people_in() {
    let app = TestApp::start().await;
    app.state.auth.keys.replace().await.unwrap();
    lever(&app, Method::POST, "/keys", json!({"short_coordinate": true})).await;
    let page = sign_up(&mut app.browser(), "", "ada@example.com", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
}

#[tokio::test]
async fn the_verbs_mean_what_they_say() {
    let app = TestApp::start().await;
    let (neon_auth, keys) = (&app.state.auth.neon_auth, &app.state.auth.keys);
    let methods = neon_auth.settings().await.unwrap();
    assert!(methods.known && methods.password && methods.sign_up);
    assert_eq!(methods.providers, ["github", "google"]);

    let tokens = entered(neon_auth.sign_up(&credentials("ada@example.com"), "", None).await.unwrap());
    let claims = keys.verify(&tokens.access).await.unwrap();
    assert_eq!((claims.email(), claims.name()), (Some("ada@example.com"), None));

    let renewed = neon_auth.refresh(&tokens).await.unwrap();
    assert_eq!(keys.verify(&renewed.access).await.unwrap().subject(), claims.subject());

    neon_auth.sign_out(&tokens).await.unwrap();
    neon_auth.sign_out(&tokens).await.unwrap();
    let over = NeonAuthError::Refused(Refusal::SessionOver);
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);

    let tokens = entered(neon_auth.sign_in(&credentials("ADA@example.com")).await.unwrap());
    neon_auth.delete_account(claims.subject(), &tokens, None).await.unwrap();
    neon_auth.delete_account(claims.subject(), &tokens, None).await.unwrap();
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);
    let wrong = NeonAuthError::Refused(Refusal::WrongPassword);
    assert_eq!(neon_auth.sign_in(&credentials("ada@example.com")).await.unwrap_err(), wrong);
    neon_auth.sign_out(&tokens).await.unwrap();
}

#[tokio::test]
async fn an_expired_access_token_still_signs_out() {
    let app = TestApp::start().await;
    let neon_auth = &app.state.auth.neon_auth;
    lever(&app, Method::PATCH, "/settings", json!({"access_token_seconds": 0})).await;
    let tokens = entered(neon_auth.sign_up(&credentials("ada@example.com"), "", None).await.unwrap());
    lever(&app, Method::PATCH, "/settings", json!({"access_token_seconds": 600})).await;
    neon_auth.sign_out(&tokens).await.unwrap();
    let over = NeonAuthError::Refused(Refusal::SessionOver);
    assert_eq!(neon_auth.refresh(&tokens).await.unwrap_err(), over);
}
