//! Signing in at a provider on real parts: every hop of the way is made, as a browser makes it.
//! It must not tamper with anything: that is done with the double.

use super::whole::sign_up;
use crate::support::{Browser, PASSWORD, Page, TestApp};
use http::StatusCode;
use url::Url;

/// Presses "Continue with Google" and opens the page that the browser is sent to.
async fn leave(browser: &mut Browser, return_to: &str) -> (Page, String) {
    let page = browser.post_from("/sign-in", "/auth/oauth/google", &[("return_to", return_to)]).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let (_, rest) = page.body.split_once("content=\"0;url=").expect("a meta refresh");
    let authorize = rest.split_once('"').unwrap().0.replace("&amp;", "&");
    let at_provider = browser.get(&authorize).await;
    let at_provider = browser.follow(at_provider).await;
    let (_, rest) = at_provider.body.split_once("name=\"state\" value=\"").expect("a consent page");
    let state = rest.split_once('"').unwrap().0.to_owned();
    (at_provider, state)
}

/// Decides on the consent page, and follows the way back until the app has answered.
async fn decide(browser: &mut Browser, at_provider: &Page, fields: &[(&str, &str)]) -> Page {
    let consent: Url = at_provider.url.join("/local/consent").unwrap();
    let mut page = browser.post(consent.as_str(), fields).await;
    while !page.url.path().starts_with("/auth/callback") {
        let next = page.redirect().unwrap_or_else(|| panic!("the way back ends at {page:?}"));
        page = browser.get(next.as_str()).await;
    }
    page
}

#[tokio::test]
async fn a_person_signs_in_with_google() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let (at_provider, state) = leave(&mut browser, "/account").await;
    let allow = [("state", &*state), ("decision", "approve"), ("name", "Grace"), ("email", "grace@example.com")];
    let page = decide(&mut browser, &at_provider, &allow).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
    let callback = page.url.clone();
    assert!(browser.follow(page).await.body.contains("Grace"));

    let replayed = browser.get(callback.as_str()).await;
    assert_eq!(replayed.redirect_path().as_deref(), Some("/sign-in?error=expired"));
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_presses_deny_is_told_so_and_can_try_again() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let (at_provider, state) = leave(&mut browser, "/account").await;
    let page = decide(&mut browser, &at_provider, &[("state", &state), ("decision", "deny")]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?error=cancelled"));
    assert!(browser.follow(page).await.body.contains("You cancelled"));

    let (at_provider, state) = leave(&mut browser, "/account").await;
    let allow = [("state", &*state), ("decision", "approve"), ("name", "Grace"), ("email", "grace@example.com")];
    let page = decide(&mut browser, &at_provider, &allow).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
}

#[tokio::test]
async fn an_address_with_a_password_is_not_taken_over_by_a_provider() {
    let app = TestApp::start().await;
    sign_up(&mut app.browser(), "Ada", "ada@example.com", PASSWORD).await;
    let mut browser = app.browser();
    let (at_provider, state) = leave(&mut browser, "/").await;
    let fields = [("state", &*state), ("decision", "approve"), ("email", "ada@example.com"), ("email_verified", "on")];
    let page = decide(&mut browser, &at_provider, &fields).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?error=conflict"));
    assert!(browser.follow(page).await.body.contains("already an account"));
    assert!(browser.get("/account").await.redirect_path().is_some());
}
