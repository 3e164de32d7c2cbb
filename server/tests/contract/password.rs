//! Signing up, in and out with a password; tokens that expire, keys that change, and a Neon Auth that is down.

use super::on_both;
use super::side::{Setting, Side, decide, is_signed_in, leave, sign_in, sign_up};
use crate::support::{PASSWORD, SESSION_COOKIE};
use http::StatusCode;

on_both!(
    a_person_signs_up_is_greeted_signs_out_and_in_again,
    whatever_is_wrong_a_stranger_gets_the_same_answer,
    every_refusal_has_its_sentence_and_keeps_what_was_typed,
    an_expired_token_is_renewed_and_a_deleted_account_is_not,
    an_outage_ends_no_session,
    nobody_notices_a_new_key,
);

async fn a_person_signs_up_is_greeted_signs_out_and_in_again(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    let account = browser.get("/account").await;
    assert!(account.body.contains("Ada") && account.body.contains("ada@example.com"), "{}", account.body);
    let before = browser.cookie(SESSION_COOKIE).map(str::to_owned);

    let page = browser.post("/auth/sign-out", &[]).await;
    assert_eq!(page.told().as_deref(), Some("/"));
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(side.count("select count(*) from web.session").await, 0);

    let page = sign_in(&mut browser, "ADA", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert_ne!(browser.cookie(SESSION_COOKIE).map(str::to_owned), before);
    assert!(is_signed_in(&mut browser).await);
}

async fn whatever_is_wrong_a_stranger_gets_the_same_answer(side: Side) {
    side.signed_up("Ada").await;
    let mut grace = side.browser();
    let consent = leave(&mut grace, "/account").await;
    let back = decide(&mut grace, &consent, &super::side::GRACE).await;
    grace.get(back.as_str()).await;
    assert!(is_signed_in(&mut grace).await, "somebody without a password");

    let mut pages = Vec::new();
    for name in ["Ada", "Nobody", "Grace"] {
        let mut browser = side.browser();
        let page = sign_in(&mut browser, name, "not the password").await;
        assert_eq!(page.told().as_deref(), Some("/sign-in?error=wrong-password&return_to=%2Faccount"));
        let page = browser.follow(page).await;
        assert!(page.body.contains("do not match"), "{}", page.body);
        pages.push(page.body.len() - name.len());
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[1], pages[2]);
}

async fn every_refusal_has_its_sentence_and_keeps_what_was_typed(side: Side) {
    side.signed_up("Ada").await;
    let long = "x".repeat(129);
    for (name, password, told, sentence) in [
        ("Ada", PASSWORD, "email-known", "already an account"),
        ("Ada", PASSWORD, "email-known", "href=\"/forgot-password?return_to=%2Faccount\""),
        ("Bob", "7 chars", "password-too-short", "too short"),
        ("Bob", &*long, "password-too-long", "too long"),
    ] {
        let mut browser = side.browser();
        let page = sign_up(&mut browser, name, password).await;
        assert_eq!(page.told(), Some(format!("/sign-up?error={told}&return_to=%2Faccount")));
        let page = browser.follow(page).await;
        assert!(page.body.contains(sentence), "{sentence}: {}", page.body);
        assert!(page.body.contains(&super::side::email(name)) && !page.body.contains(password), "{}", page.body);
    }
    side.set(Setting::SignUpOff).await;
    let page = sign_up(&mut side.browser(), "Bob", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/sign-up?error=sign-up-off&return_to=%2Faccount"));
    side.set(Setting::PasswordOff).await;
    let page = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?error=password-off&return_to=%2Faccount"));
}

async fn an_expired_token_is_renewed_and_a_deleted_account_is_not(side: Side) {
    side.set(Setting::TokenSeconds(0)).await;
    let mut browser = side.signed_up("Ada").await;
    assert!(is_signed_in(&mut browser).await, "renewed, to one that is over at once");
    side.set(Setting::TokenSeconds(600)).await;
    assert!(is_signed_in(&mut browser).await);

    side.set(Setting::TokenSeconds(0)).await;
    let mut other = side.browser();
    sign_in(&mut other, "Ada", PASSWORD).await;
    side.delete_in_console("ada@example.com").await;
    assert!(!is_signed_in(&mut other).await, "Neon Auth knows nobody of that name any more");
    let page = other.get("/sign-in").await;
    assert!(other.cookie(SESSION_COOKIE).is_none());
    assert_eq!(page.body.contains("This account was deleted."), !side.is_stack(), "Stack does not tell why");
}

async fn an_outage_ends_no_session(side: Side) {
    side.set(Setting::TokenSeconds(600)).await;
    let mut lasting = side.signed_up("Ada").await;
    side.set(Setting::TokenSeconds(0)).await;
    let mut expired = side.signed_up("Bob").await;
    side.set(Setting::TokenSeconds(600)).await;

    side.go_down().await;
    assert!(is_signed_in(&mut lasting).await, "the token is still good");
    let page = expired.get("/account").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page:?}");
    let page = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?error=unavailable&return_to=%2Faccount"));

    side.come_back().await;
    let page = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(expired.cookie(SESSION_COOKIE).is_some());
    // A session that met the outage tries again after two seconds.
    for _ in 0..100 {
        if expired.get("/account").await.status == StatusCode::OK {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("still not signed in again");
}

async fn nobody_notices_a_new_key(side: Side) {
    side.state().auth.keys.replace().await.expect("keys");
    let mut before = side.signed_up("Ada").await;
    side.rotate_keys().await;
    assert!(is_signed_in(&mut before).await);
    assert_eq!(before.get("/account/password").await.status, StatusCode::OK, "which asks Neon Auth with that token");
    let mut after = side.signed_up("Bob").await;
    assert!(is_signed_in(&mut after).await);
    assert!(is_signed_in(&mut before).await, "a token of a key that is gone is renewed");
}
