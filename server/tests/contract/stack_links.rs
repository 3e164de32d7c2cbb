//! Links in mails as only Stack sends them, or only its client reads them.

use super::backend::{Backend, Setting};
use super::flows::{is_signed_in, sign_in};
use super::mail::{NEW, follow_link, proof, send};
use crate::support::SESSION_COOKIE;
use http::StatusCode;

/// Checks that a link resets the password of the account that it was sent to. The typed address serves only to sign in.
#[tokio::test]
async fn reset_link_with_another_address_signs_nobody_in() {
    let backend = Backend::stack().await;
    // Each request asks Neon Auth whether the session still exists.
    backend.set(Setting::TokenSeconds(0)).await;
    let mut phone = backend.signed_up("Ada").await;
    let mut bob = backend.signed_up("Bob").await;
    let mut browser = backend.browser();
    browser.post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let mut proof = proof(&backend, &mut browser, "Ada").await;
    proof[0].1 = "bob@example.com".to_owned();
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
    page.assert_redirect("/sign-in?done=password-reset");
    assert!(!is_signed_in(&mut browser).await);
    assert!(is_signed_in(&mut bob).await, "whose address was typed");
    assert!(!is_signed_in(&mut phone).await, "signed out by Neon Auth, when the token has ended");
    sign_in(&mut browser, "Ada", NEW).await.assert_redirect("/account");
}

/// Checks that a link signs in only the browser that requested it: otherwise an attacker could sign a victim in to
/// their own account.
#[tokio::test]
async fn sign_in_link_works_only_where_it_was_requested() {
    let backend = Backend::stack().await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    let (mut browser, mut victim) = (backend.browser(), backend.browser());
    browser.post("/sign-in/code?/send", &[("email", "ada@example.com"), ("return_to", "/account")]).await;
    let link = backend.mailed("ada@example.com").await;

    follow_link(&mut victim, &link).await.assert_shows(&["action=\"/sign-in/code?/enter"]);
    victim.post("/sign-in/code?/enter", &[]).await.assert_refused("/sign-in/code", "expired");
    assert!(!is_signed_in(&mut victim).await);

    let page = follow_link(&mut browser, &link).await;
    assert_eq!(page.url.query(), Some("return_to=%2Faccount"));
    browser.post("/sign-in/code?/enter", &[("return_to", "/account")]).await.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);
}

/// Checks that the answer does not reveal that Neon Auth refuses a code to an account with a password whose address was
/// never confirmed.
#[tokio::test]
async fn code_for_an_unconfirmed_address_is_not_refused_aloud() {
    let backend = Backend::stack().await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    backend.signed_up("Ada").await;
    let page = backend.browser().post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    page.assert_redirect("/sign-in/code?done=mail-sent-perhaps");
}

/// Covers a project that mails the link although it does not require it.
#[tokio::test]
async fn signed_in_user_confirms_and_stays_signed_in() {
    let (backend, mut browser) = Backend::stack().await.with_user("Ada").await;
    let link = backend.mailed("ada@example.com").await;
    follow_link(&mut browser, &link).await;
    let page = browser.post("/verify-email?/confirm", &[]).await;
    browser.follow_to("/account?done=email-confirmed-here", page).await.assert_shows(&["is confirmed."]);
}

#[tokio::test]
async fn landing_without_a_proof_says_so_and_offers_a_way_on() {
    let backend = Backend::stack().await;
    let mut browser = backend.browser();
    for (landing, target) in [
        ("confirm-email", "/verify-email?error=link-wrong"),
        ("reset-password?code=", "/reset-password?error=link-wrong"),
        ("sign-in?code=a&code=b", "/sign-in/code?error=link-wrong"),
        ("email-confirmed?error=token_expired", "/verify-email?error=code-spent"),
        ("reset-password?code=%00&return_to=//evil.example", "/reset-password?error=link-wrong"),
    ] {
        let mark = if landing.contains('?') { '&' } else { '?' };
        let page = browser.get(&format!("/auth/mailed/{landing}{mark}again=1")).await;
        let page = browser.follow_to(target, page).await.assert_shows(&["role=\"alert\"", "<a href"]);
        assert_eq!(page.status, StatusCode::OK, "{landing}: {page:?}");
    }
    assert_eq!(browser.get("/auth/mailed/elsewhere?code=a").await.status, StatusCode::NOT_FOUND);
    assert!(browser.cookie(SESSION_COOKIE).is_none());
}

#[tokio::test]
async fn code_is_not_denied_while_the_offer_is_unknown() {
    let backend = Backend::stack().await;
    backend.go_down().await;
    let mut browser = backend.browser();
    browser.get("/sign-in").await.assert_shows(&["is not answering at the moment"]);
    browser.get("/sign-in/code").await.assert_shows(&["not possible right now"]).assert_hides(&["not offered"]);
    let mut ask = async || browser.post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    ask().await.assert_refused("/sign-in/code", "unavailable");
    backend.come_back().await;
    ask().await.assert_refused("/sign-in/code", "not-offered");
}
