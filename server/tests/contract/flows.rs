//! What users do in a browser, on either generation: sign up, sign in with a password or a provider, delete the account.

use crate::support::{Browser, Page};
use http::StatusCode;
use url::Url;

pub fn email(name: &str) -> String {
    format!("{}@example.com", name.to_ascii_lowercase())
}

pub async fn sign_up(browser: &mut Browser, name: &str, password: &str) -> Page {
    let fields = [("name", name), ("email", &*email(name)), ("password", password), ("return_to", "/account")];
    browser.post("/sign-up?/password", &fields).await
}

pub async fn sign_in(browser: &mut Browser, name: &str, password: &str) -> Page {
    let fields = [("email", &*email(name)), ("password", password), ("return_to", "/account")];
    browser.post("/sign-in?/password", &fields).await
}

/// Posts a form, and follows the answer to the page that it leads to.
pub async fn submit(browser: &mut Browser, address: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.post(address, fields).await;
    browser.follow(page).await
}

/// Deletes the account of this browser from its page.
pub async fn delete_account(browser: &mut Browser) -> Page {
    browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await
}

pub async fn is_signed_in(browser: &mut Browser) -> bool {
    let page = browser.get("/account").await;
    let path = page.redirect_path();
    assert!(path.as_ref().map_or(page.status == StatusCode::OK, |path| path.starts_with("/sign-in")), "{page:?}");
    path.is_none()
}

/// The provider's consent page.
pub struct Consent {
    page: Page,
    state: String,
}

/// Presses "Continue with Google" and follows the redirects to the consent page.
pub async fn go_to_provider(browser: &mut Browser, return_to: &str) -> Consent {
    let page = browser.post("/sign-in?/oauth", &[("provider", "google"), ("return_to", return_to)]).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let page = browser.get(&page.interstitial_target().expect("a way on")).await;
    let page = browser.follow(page).await;
    let (_, rest) = page.body.split_once("name=\"state\" value=\"").expect("a consent page");
    let state = rest.split_once('"').expect("a value").0.to_owned();
    Consent { page, state }
}

/// Submits the consent page, and follows the redirects up to the app's callback, which is not opened.
pub async fn submit_consent(browser: &mut Browser, consent: &Consent, fields: &[(&str, &str)]) -> Url {
    let address = consent.page.url.join("/local/consent").expect("an address");
    let fields: Vec<_> = fields.iter().copied().chain([("state", &*consent.state)]).collect();
    let mut page = browser.post(address.as_str(), &fields).await;
    loop {
        let next = page.redirect().unwrap_or_else(|| panic!("the way back ends at {page:?}"));
        if next.path() == "/auth/callback" {
            return next;
        }
        page = browser.get(next.as_str()).await;
    }
}

pub const GRACE: [(&str, &str); 4] =
    [("decision", "approve"), ("name", "Grace"), ("email", "grace@example.com"), ("email_verified", "on")];

/// Goes to the provider, consents as Grace, and returns the address of the app's callback, which is not opened.
pub async fn callback_after_consent(browser: &mut Browser, return_to: &str) -> Url {
    let consent = go_to_provider(browser, return_to).await;
    submit_consent(browser, &consent, &GRACE).await
}

/// Signs in as Grace with a provider, and returns the answer of the callback.
pub async fn sign_in_with_provider(browser: &mut Browser, return_to: &str) -> Page {
    let back = callback_after_consent(browser, return_to).await;
    browser.get(back.as_str()).await
}
