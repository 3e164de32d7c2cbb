//! Sessions of Managed Neon Auth after the sign-in: prolonged, replaced, revoked, or of a banned user.

use super::side::{Setting, Side, email, is_signed_in, sign_in};
use crate::support::{ManagedApp, ManagedNeonAuth, PASSWORD, SESSION_COOKIE};
use http::Method;
use http::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const RESTRICTED: &str = "This account is restricted";

/// Checks that the session continues when Neon Auth prolongs it, which it does once a day with a new cookie.
#[tokio::test]
async fn a_session_that_is_prolonged_goes_on_and_one_that_was_revoked_ends() {
    let side = Side::Managed(ManagedApp::with(&json!({ "token_seconds": 0 })).await);
    let mut browser = side.signed_up("Ada").await;
    let age = json!({ "action": "age", "email": "ada@example.com", "seconds": 90_000 });
    side.managed_neon_auth().control(Method::POST, "/sessions", &age).await;
    let long = r#"select count(*) from neon_auth.session where "expiresAt" > now() + interval '6 days 12 hours'"#;
    assert_eq!(side.count(long).await, 0);
    // The next token has to differ from the last, which may have been issued in the same second.
    side.set(Setting::TokenSeconds(-1)).await;
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(side.count(long).await, 1, "prolonged");

    let revoke = json!({ "action": "revoke", "email": "ada@example.com" });
    side.managed_neon_auth().control(Method::POST, "/sessions", &revoke).await;
    assert!(!is_signed_in(&mut browser).await, "Neon Auth answers null, which is definitive");
    assert!(browser.cookie(SESSION_COOKIE).is_none());
}

/// Starts a session without the app, and returns its cookie and a token.
async fn another_session(neon_auth: &ManagedNeonAuth, name: &str) -> (String, String) {
    let client = reqwest::Client::new();
    let credentials = json!({ "email": email(name), "password": PASSWORD });
    let request = client.post(format!("{}/sign-in/email", neon_auth.base_url)).json(&credentials);
    let answer = request.send().await.expect("an answer");
    let cookies = answer.headers().get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("a readable cookie"));
    let mut pairs = cookies.map(|cookie| cookie.split_once(';').expect("attributes").0);
    let cookie = pairs.find(|pair| pair.contains(".session_token=")).expect("a session").to_owned();
    let request = client.get(format!("{}/token", neon_auth.base_url)).header(COOKIE, &cookie);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    (cookie, answer["token"].as_str().expect("a token").to_owned())
}

/// Checks that a new cookie replaces the old one. Today's service sends the same value again, so the test uses another
/// session of the same user.
#[tokio::test]
async fn a_cookie_that_takes_the_place_of_the_last_one_is_the_one_that_counts() {
    let side = Side::Managed(ManagedApp::with(&json!({ "token_seconds": 0 })).await);
    let mut browser = side.signed_up("Ada").await;
    let first = "select token from neon_auth.session";
    let first: String = sqlx::query_scalar(first).fetch_one(&side.database().superuser).await.expect("one session");
    // Differs from the first token, and has expired, too.
    side.set(Setting::TokenSeconds(-1)).await;
    let (cookie, token) = another_session(side.managed_neon_auth(), "Ada").await;
    let headers = json!([
        ["content-type", "application/json"],
        ["set-cookie", format!("{cookie}; Path=/; HttpOnly; Secure; Max-Age=604800")],
        ["set-auth-jwt", token],
    ]);
    let answer = json!({ "mode": "answer", "path": "/get-session", "body": "{\"session\":{}}", "headers": headers });
    side.managed_neon_auth().fail(answer).await;
    assert!(is_signed_in(&mut browser).await);

    side.managed_neon_auth().recover().await;
    side.set(Setting::TokenSeconds(60)).await;
    let end_first = sqlx::query("delete from neon_auth.session where token = $1").bind(first);
    assert_eq!(end_first.execute(&side.database().superuser).await.expect("deleted").rows_affected(), 1);
    assert!(is_signed_in(&mut browser).await, "by the new one");
    assert_eq!(side.managed_neon_auth().calls("GET /get-session").await.1["cookie"], cookie);
}

/// Covers a revoked session whose token is valid for minutes, so that nothing else has noticed.
#[tokio::test]
async fn a_session_that_is_over_there_ends_at_the_page_that_asks() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let mut ada = side.signed_up("Ada").await;
    let revoke = json!({ "action": "revoke", "email": "ada@example.com" });
    side.managed_neon_auth().control(Method::POST, "/sessions", &revoke).await;
    let page = ada.get("/account/password").await;
    assert!(page.told().is_some_and(|path| path.starts_with("/sign-in?return_to=")), "{page:?}");
    assert!(ada.cookie(SESSION_COOKIE).is_none() && !is_signed_in(&mut ada).await);
}

/// Covers a banned user, whose session Neon Auth prolongs all the same, with tokens that name the ban.
#[tokio::test]
async fn somebody_who_is_banned_is_out_at_the_next_renewal_and_told_why() {
    let side = Side::Managed(ManagedApp::with(&json!({ "token_seconds": 0 })).await);
    let (mut ada, mut bob) = (side.signed_up("Ada").await, side.signed_up("Bob").await);
    ban(&side, "ada@example.com").await;
    // Issued in another second than the tokens before.
    side.set(Setting::TokenSeconds(60)).await;

    // The request that notices it is anonymous already.
    let page = ada.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 2);
    assert!(!ada.get("/").await.body.contains(RESTRICTED), "that page asks nobody to sign in");
    let page = ada.get("/account").await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?return_to=%2Faccount"));
    assert_eq!(side.count("select count(*) from web.session where user_id is not null").await, 1, "Bob's");
    let page = ada.follow(page).await;
    assert!(page.body.contains("role=\"alert\"") && page.body.contains(RESTRICTED), "{}", page.body);
    assert!(!ada.get("/sign-in").await.body.contains(RESTRICTED), "once");
    assert!(ada.cookie(SESSION_COOKIE).is_none());

    let page = sign_in(&mut ada, "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?error=restricted&return_to=%2Faccount"));
    assert!(ada.follow(page).await.body.contains(RESTRICTED));
    assert!(is_signed_in(&mut bob).await);
}

/// Covers a token that is renewed shortly before it expires, beside a request that does not wait for it.
#[tokio::test]
async fn a_ban_that_no_request_waited_for_is_told_as_well() {
    let side = Side::Managed(ManagedApp::with(&json!({ "token_seconds": 20 })).await);
    let mut ada = side.signed_up("Ada").await;
    ban(&side, "ada@example.com").await;
    let ended = async { while is_signed_in(&mut ada).await {} };
    timeout(Duration::from_secs(10), ended).await.expect("long before the token ends");
    let page = ada.get("/sign-in").await;
    assert!(page.body.contains(RESTRICTED), "{}", page.body);
}

async fn ban(side: &Side, email: &str) {
    let ban = sqlx::query(r#"update neon_auth."user" set banned = true where email = $1"#).bind(email);
    ban.execute(&side.database().superuser).await.expect("banned");
}
