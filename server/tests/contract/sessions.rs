//! Sessions of Managed Neon Auth after the sign-in: prolonged, replaced, revoked, or of a banned user.

use super::backend::{Backend, Setting};
use super::flows::{delete_account, email, is_signed_in, sign_in};
use crate::support::{ManagedNeonAuth, PASSWORD, SESSION_COOKIE};
use http::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const RESTRICTED: &str = "This account is restricted";
const BAN: &str = r#"update neon_auth."user" set banned = true where email = 'ada@example.com'"#;

/// Checks that the session continues when Neon Auth prolongs it, which it does once a day with a new cookie.
#[tokio::test]
async fn prolonged_session_continues_and_a_revoked_one_ends() {
    let backend = Backend::managed_with(json!({ "token_seconds": 0 })).await;
    let mut browser = backend.signed_up("Ada").await;
    backend.change_sessions(json!({ "action": "age", "email": "ada@example.com", "seconds": 90_000 })).await;
    let long = r#"select count(*) from neon_auth.session where "expiresAt" > now() + interval '6 days 12 hours'"#;
    assert_eq!(backend.count(long).await, 0);
    // The next token has to differ from the last, which may have been issued in the same second.
    backend.set(Setting::TokenSeconds(-1)).await;
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(backend.count(long).await, 1, "prolonged");

    backend.change_sessions(json!({ "action": "revoke", "email": "ada@example.com" })).await;
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
async fn replaced_cookie_of_neon_auth_is_used() {
    let backend = Backend::managed_with(json!({ "token_seconds": 0 })).await;
    let mut browser = backend.signed_up("Ada").await;
    let first = "select token from neon_auth.session";
    let first: String = sqlx::query_scalar(first).fetch_one(&backend.database().superuser).await.expect("one session");
    // Differs from the first token, and has expired, too.
    backend.set(Setting::TokenSeconds(-1)).await;
    let (cookie, token) = another_session(backend.managed_neon_auth(), "Ada").await;
    let replaced = format!("{cookie}; Path=/; HttpOnly; Secure; Max-Age=604800");
    let headers = [("set-cookie", &*replaced), ("set-auth-jwt", &*token)];
    backend.answer("/get-session", 200, "{\"session\":{}}", &headers).await;
    assert!(is_signed_in(&mut browser).await);

    backend.come_back().await;
    backend.set(Setting::TokenSeconds(60)).await;
    let end_first = sqlx::query("delete from neon_auth.session where token = $1").bind(first);
    assert_eq!(end_first.execute(&backend.database().superuser).await.expect("deleted").rows_affected(), 1);
    assert!(is_signed_in(&mut browser).await, "by the new one");
    assert_eq!(backend.managed_neon_auth().calls("GET /get-session").await.1["cookie"], cookie);
}

/// Covers a revoked session whose token is valid for minutes, so that nothing else has noticed.
#[tokio::test]
async fn revoked_session_ends_at_the_page_that_asks_neon_auth() {
    let backend = Backend::managed().await;
    let mut ada = backend.signed_up("Ada").await;
    backend.change_sessions(json!({ "action": "revoke", "email": "ada@example.com" })).await;
    ada.get("/account/password").await.assert_redirect("/sign-in?return_to=%2Faccount%2Fpassword");
    assert!(ada.cookie(SESSION_COOKIE).is_none() && !is_signed_in(&mut ada).await);
}

/// Covers a banned user, whose session Neon Auth prolongs all the same, with tokens that name the ban.
#[tokio::test]
async fn banned_user_is_signed_out_at_the_next_renewal_and_told_why() {
    let backend = Backend::managed_with(json!({ "token_seconds": 0 })).await;
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    backend.sql(BAN).await;
    // Issued in another second than the tokens before.
    backend.set(Setting::TokenSeconds(60)).await;

    // The request that notices it is anonymous already.
    delete_account(&mut ada).await.assert_redirect("/sign-in?return_to=%2Faccount%2Fdelete");
    assert_eq!(backend.count(r#"select count(*) from neon_auth."user""#).await, 2);
    // That page asks nobody to sign in.
    ada.get("/").await.assert_hides(&[RESTRICTED]);
    let page = ada.get("/account").await.assert_redirect("/sign-in?return_to=%2Faccount");
    assert_eq!(backend.count("select count(*) from web.session where user_id is not null").await, 1, "Bob's");
    ada.follow(page).await.assert_shows(&["role=\"alert\"", RESTRICTED]);
    // Once.
    ada.get("/sign-in").await.assert_hides(&[RESTRICTED]);
    assert!(ada.cookie(SESSION_COOKIE).is_none());

    let page = sign_in(&mut ada, "Ada", PASSWORD).await;
    page.assert_refused("/sign-in?return_to=%2Faccount", "restricted").assert_shows(&[RESTRICTED]);
    assert!(is_signed_in(&mut bob).await);
}

/// Covers a token that is renewed shortly before it expires, beside a request that does not wait for it.
#[tokio::test]
async fn ban_found_beside_a_request_is_told_as_well() {
    let backend = Backend::managed_with(json!({ "token_seconds": 20 })).await;
    let mut ada = backend.signed_up("Ada").await;
    backend.sql(BAN).await;
    let ended = async { while is_signed_in(&mut ada).await {} };
    timeout(Duration::from_secs(10), ended).await.expect("long before the token ends");
    ada.get("/sign-in").await.assert_shows(&[RESTRICTED]);
}
