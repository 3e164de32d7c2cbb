//! Signing up, in and out with a password; tokens that expire, keys that change, and a Neon Auth that is down.

use super::backend::{Backend, Setting};
use super::flows::{email, is_signed_in, sign_in, sign_in_with_provider, sign_up};
use super::on_both;
use crate::support::{PASSWORD, SESSION_COOKIE, until};
use http::StatusCode;

on_both!(
    user_signs_up_is_greeted_signs_out_and_in_again,
    failed_sign_in_does_not_tell_whether_there_is_an_account,
    refusal_has_its_sentence_and_keeps_what_was_typed,
    expired_token_is_renewed_unless_the_account_is_deleted,
    outage_ends_no_session,
    new_key_is_not_noticed_by_users,
);

const SIGN_IN: &str = "/sign-in?return_to=%2Faccount";
const SESSIONS: &str = "select count(*) from web.session";
const SIGN_UP: &str = "/sign-up?return_to=%2Faccount";

async fn user_signs_up_is_greeted_signs_out_and_in_again(backend: Backend) {
    let mut browser = backend.signed_up("Ada").await;
    browser.get("/account").await.assert_shows(&["Ada", "ada@example.com"]);
    let before = browser.cookie(SESSION_COOKIE).map(str::to_owned);

    browser.post("/auth/sign-out", &[]).await.assert_redirect("/");
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(backend.count(SESSIONS).await, 0);

    sign_in(&mut browser, "ADA", PASSWORD).await.assert_redirect("/account");
    assert_ne!(browser.cookie(SESSION_COOKIE).map(str::to_owned), before);
    assert!(is_signed_in(&mut browser).await);
}

async fn failed_sign_in_does_not_tell_whether_there_is_an_account(backend: Backend) {
    backend.signed_up("Ada").await;
    let mut grace = backend.browser();
    sign_in_with_provider(&mut grace, "/account").await;
    assert!(is_signed_in(&mut grace).await, "a user without a password");

    let mut lengths = Vec::new();
    for name in ["Ada", "Nobody", "Grace"] {
        let mut browser = backend.browser();
        let page = sign_in(&mut browser, name, "not the password").await;
        let typed = format!("value=\"{}\"", email(name));
        let page = page.assert_refused(SIGN_IN, "wrong-password").assert_shows(&["do not match", &typed]);
        let page = page.assert_hides(&["not the password"]);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        lengths.push(page.body.len() - name.len());
        // The page itself knows nothing of it, and no session was begun.
        browser.get("/sign-in").await.assert_hides(&[&email(name)]);
        assert!(!is_signed_in(&mut browser).await && browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(backend.count(SESSIONS).await, 2, "of those who signed in");
    assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
}

async fn refusal_has_its_sentence_and_keeps_what_was_typed(backend: Backend) {
    backend.signed_up("Ada").await;
    let long = "x".repeat(129);
    for (name, password, code, sentence) in [
        ("Ada", PASSWORD, "email-known", "already an account"),
        ("Ada", PASSWORD, "email-known", "href=\"/forgot-password?return_to=%2Faccount\""),
        ("Bob", "7 chars", "password-too-short", "too short"),
        ("Bob", &*long, "password-too-long", "too long"),
    ] {
        let page = sign_up(&mut backend.browser(), name, password).await.assert_refused(SIGN_UP, code);
        page.assert_shows(&[sentence, &email(name)]).assert_hides(&[password]);
    }
    backend.set(Setting::SignUpOff).await;
    sign_up(&mut backend.browser(), "Bob", PASSWORD).await.assert_refused(SIGN_UP, "sign-up-off");
    backend.set(Setting::PasswordOff).await;
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_refused(SIGN_IN, "password-off");
}

async fn expired_token_is_renewed_unless_the_account_is_deleted(backend: Backend) {
    backend.set(Setting::TokenSeconds(0)).await;
    let mut browser = backend.signed_up("Ada").await;
    assert!(is_signed_in(&mut browser).await, "renewed, to one that is over at once");
    backend.set(Setting::TokenSeconds(600)).await;
    assert!(is_signed_in(&mut browser).await);

    backend.set(Setting::TokenSeconds(0)).await;
    let mut other = backend.browser();
    sign_in(&mut other, "Ada", PASSWORD).await;
    backend.delete_in_console("ada@example.com").await;
    assert!(!is_signed_in(&mut other).await, "Neon Auth knows no such user any more");
    let page = other.get("/sign-in").await;
    assert!(other.cookie(SESSION_COOKIE).is_none());
    assert_eq!(backend.count(SESSIONS).await, 1, "that of the first browser");
    assert_eq!(page.body.contains("This account was deleted."), !backend.is_stack(), "Stack does not tell why");
}

async fn outage_ends_no_session(backend: Backend) {
    backend.set(Setting::TokenSeconds(600)).await;
    let mut lasting = backend.signed_up("Ada").await;
    backend.set(Setting::TokenSeconds(0)).await;
    let mut expired = backend.signed_up("Bob").await;
    backend.set(Setting::TokenSeconds(600)).await;

    backend.go_down().await;
    assert!(is_signed_in(&mut lasting).await, "the token is still good");
    let page = expired.get("/account").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page:?}");
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_refused(SIGN_IN, "unavailable");

    backend.come_back().await;
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_redirect("/account");
    assert!(expired.cookie(SESSION_COOKIE).is_some());
    // A session that met the outage tries again after two seconds.
    until("it is signed in again", async || expired.get("/account").await.status == StatusCode::OK).await;
}

async fn new_key_is_not_noticed_by_users(backend: Backend) {
    backend.state().auth.keys.replace().await.expect("keys");
    let mut before = backend.signed_up("Ada").await;
    backend.rotate_keys().await;
    assert!(is_signed_in(&mut before).await);
    assert_eq!(before.get("/account/password").await.status, StatusCode::OK, "which asks Neon Auth with that token");
    let mut after = backend.signed_up("Bob").await;
    assert!(is_signed_in(&mut after).await);
    assert!(is_signed_in(&mut before).await, "a token of a key that is gone is renewed");
}
