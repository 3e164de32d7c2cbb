//! What is proved by a mail, a changed password, and who is signed out by it.

use super::on_both;
use super::side::{GRACE, Setting, Side, decide, email, is_signed_in, leave, sign_in, sign_up};
use crate::support::{Browser, ManagedApp, PASSWORD, Page};
use http::StatusCode;
use serde_json::json;

const NEW: &str = "another horse battery";

on_both!(
    an_address_is_confirmed_before_it_signs_in,
    a_forgotten_password_is_replaced_and_ends_what_was_before,
    a_changed_password_ends_the_other_devices,
    somebody_without_a_password_sets_one,
);

/// What the last mail to this address brought, as the fields of the form that it leads to.
async fn proof(side: &Side, browser: &mut Browser, name: &str) -> Vec<(&'static str, String)> {
    let mailed = side.mailed(&email(name)).await;
    if !side.is_stack() {
        return vec![("email", email(name)), ("code", mailed)];
    }
    // Opening the link uses nothing up: programs that look through mails do it first.
    browser.get(&mailed).await;
    let page = browser.get(&mailed).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let (_, rest) = page.body.split_once("name=\"code\" value=\"").unwrap_or_else(|| panic!("a form: {page:?}"));
    vec![("code", rest.split_once('"').expect("a value").0.to_owned())]
}

async fn send(browser: &mut Browser, action: &str, proof: &[(&str, String)], more: &[(&str, &str)]) -> Page {
    let fields: Vec<_> =
        proof.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
    browser.post(action, &fields).await
}

async fn an_address_is_confirmed_before_it_signs_in(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    let waiting = Some("/verify-email?done=mail-sent&return_to=%2Faccount");
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.redirect_path().as_deref(), waiting, "{page:?}");
    assert!(browser.follow(page).await.body.contains("ada@example.com"));
    assert!(!is_signed_in(&mut browser).await);
    let first = side.mailed("ada@example.com").await;

    assert!(sign_in(&mut browser, "Ada", "wrong password").await.redirect_path().unwrap().contains("wrong-password"));
    assert_eq!(side.mailed("ada@example.com").await, first, "no mail for a wrong password");
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.redirect_path().as_deref(), waiting);
    assert_ne!(side.mailed("ada@example.com").await, first, "a new mail for the right one");

    let wrong = send(&mut browser, "/auth/verify-email", &[("code", "no such code".to_owned())], &[]).await;
    assert!(wrong.redirect_path().unwrap().starts_with("/verify-email?error="), "{wrong:?}");
    let proof = proof(&side, &mut browser, "Ada").await;
    let page = send(&mut browser, "/auth/verify-email", &proof, &[("return_to", "/account")]).await;
    if side.is_stack() {
        assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?done=email-confirmed&return_to=%2Faccount"));
        assert!(browser.follow(page).await.body.contains("is confirmed"));
        assert_eq!(sign_in(&mut browser, "Ada", PASSWORD).await.redirect_path().as_deref(), Some("/account"));
    } else {
        assert_eq!(page.redirect_path().as_deref(), Some("/account"), "that was the sign-in");
    }
    let account = browser.get("/account").await;
    assert!(account.status == StatusCode::OK && account.body.contains("Ada"), "with the name: {}", account.body);
    let page = send(&mut browser, "/auth/verify-email", &proof, &[]).await;
    let told = page.redirect_path().unwrap();
    assert!(["/verify-email?error=code-spent", "/verify-email?error=code-wrong"].contains(&&*told), "once: {told}");
}

async fn a_forgotten_password_is_replaced_and_ends_what_was_before(side: Side) {
    // So that each request here asks Neon Auth whether the session is still one.
    side.set(Setting::TokenSeconds(0)).await;
    let mut phone = side.signed_up("Ada").await;
    let mut browser = side.browser();
    let mut answers = Vec::new();
    for name in ["Nobody", "Ada"] {
        let fields = [("email", &*email(name)), ("return_to", "/account")];
        let page = browser.post_from("/forgot-password", "/auth/password/forgot", &fields).await;
        answers.push(page.redirect_path().unwrap());
        let body = browser.follow(page).await.body;
        assert!(body.contains("If there is an account with this address"), "{body}");
    }
    assert_eq!(answers[0], answers[1], "whether the address is known is not said");

    let proof = proof(&side, &mut browser, "Ada").await;
    let page = send(&mut browser, "/auth/password/reset", &proof, &[("password", "7 chars")]).await;
    assert!(page.redirect_path().unwrap().contains("error=password-too-short"), "{page:?}");
    let body = browser.follow(page).await.body;
    assert!(body.contains("too short") && body.contains("name=\"code\""), "the proof is still good: {body}");
    let more = [("password", NEW), ("return_to", "/account")];
    let page = send(&mut browser, "/auth/password/reset", &proof, &more).await;
    if side.is_stack() {
        assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?done=password-reset&return_to=%2Faccount"));
    } else {
        assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
        assert!(is_signed_in(&mut browser).await);
    }
    assert!(!is_signed_in(&mut phone).await, "signed out by the new password");
    let spent = send(&mut side.browser(), "/auth/password/reset", &proof, &more).await;
    assert!(spent.redirect_path().unwrap().contains("error=code-"), "once: {spent:?}");
    let old = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert!(old.redirect_path().unwrap().contains("wrong-password"));
    assert_eq!(sign_in(&mut side.browser(), "Ada", NEW).await.redirect_path().as_deref(), Some("/account"));
}

async fn a_changed_password_ends_the_other_devices(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let mut phone = side.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    assert!(here.get("/account/password").await.body.contains("Current password"));
    for (old, new, told) in [
        ("not the old one", NEW, "old-password-wrong"),
        (PASSWORD, "7 chars", "password-too-short"),
        (PASSWORD, &"x".repeat(200), "password-too-long"),
    ] {
        let page = here.post("/auth/password/change", &[("old_password", old), ("password", new)]).await;
        assert_eq!(page.redirect_path(), Some(format!("/account/password?error={told}")));
        assert!(is_signed_in(&mut phone).await, "nothing has happened");
    }
    let before = here.cookie("session").map(str::to_owned);
    let page = here.post("/auth/password/change", &[("old_password", PASSWORD), ("password", NEW)]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    assert_ne!(here.cookie("session").map(str::to_owned), before, "a new session id");
    assert!(!is_signed_in(&mut phone).await, "over at once");
    // At Neon Auth it is the session that went on.
    side.set(Setting::TokenSeconds(0)).await;
    assert!(here.follow(page).await.body.contains("signed out on all other devices"));
    assert!(is_signed_in(&mut here).await);

    let old = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert!(old.redirect_path().unwrap().contains("wrong-password"));
    assert_eq!(sign_in(&mut side.browser(), "Ada", NEW).await.redirect_path().as_deref(), Some("/account"));
    let nobody = side.browser().post("/auth/password/change", &[("old_password", NEW), ("password", PASSWORD)]).await;
    assert_eq!(nobody.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fpassword"));
}

async fn somebody_without_a_password_sets_one(side: Side) {
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    browser.get(back.as_str()).await;
    let page = browser.get("/account/password").await;
    assert!(page.body.contains("has no password yet"), "{}", page.body);
    if side.is_stack() {
        let page = browser.post("/auth/password/set", &[("password", NEW)]).await;
        assert_eq!(page.redirect_path().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    } else {
        let page = browser.post("/auth/password/set", &[("password", NEW)]).await;
        assert_eq!(page.redirect_path().as_deref(), Some("/account/password?error=not-offered"));
        browser.post("/auth/password/forgot", &[("email", "grace@example.com")]).await;
        let proof = proof(&side, &mut browser, "Grace").await;
        let page = send(&mut browser, "/auth/password/reset", &proof, &[("password", NEW)]).await;
        assert_eq!(page.redirect_path().as_deref(), Some("/"), "{page:?}");
    }
    assert!(is_signed_in(&mut browser).await);
    assert!(browser.get("/account/password").await.body.contains("Current password"));
    assert_eq!(sign_in(&mut side.browser(), "Grace", NEW).await.redirect_path().as_deref(), Some("/account"));
}

/// The local Stack has no codes to sign in with.
#[tokio::test]
async fn a_mailed_code_signs_in_once_and_cannot_be_guessed() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    side.state().auth.methods_refreshed().await;
    side.signed_up("Ada").await;
    let mut browser = side.browser();
    assert!(browser.get("/sign-in?return_to=%2Ftodos").await.body.contains("/sign-in/code?return_to=%2Ftodos"));
    let ask = async |browser: &mut Browser, name: &str| {
        let fields = [("email", &*email(name)), ("return_to", "/account")];
        browser.post_from("/sign-in/code", "/auth/code/send", &fields).await
    };
    let (unknown, known) = (ask(&mut browser, "Nobody").await, ask(&mut browser, "Ada").await);
    assert_eq!(known.redirect_path().as_deref(), Some("/sign-in/code?done=mail-sent-perhaps&return_to=%2Faccount"));
    assert_eq!(unknown.redirect_path(), known.redirect_path());
    let page = browser.follow(known).await;
    assert!(page.body.contains("ada@example.com") && page.body.contains("one-time-code"), "{}", page.body);

    let code = side.mailed("ada@example.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut told = Vec::new();
    for _ in 0..4 {
        let page = browser.post("/auth/code", &[("email", "ada@example.com"), ("code", wrong)]).await;
        told.push(page.redirect_path().unwrap());
    }
    assert_eq!(told[0], "/sign-in/code?error=code-wrong");
    assert_eq!(told[3], "/sign-in/code?error=code-locked");
    let fields = [("email", "ada@example.com"), ("code", &*code)];
    assert!(browser.post("/auth/code", &fields).await.redirect_path().unwrap().contains("error="), "too late for it");

    ask(&mut browser, "Ada").await;
    let code = side.mailed("ada@example.com").await;
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let fields = [("email", "ADA@example.com"), ("code", &*spaced), ("return_to", "/account")];
    let page = browser.post("/auth/code", &fields).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
    let again = side.browser().post("/auth/code", &fields).await;
    assert!(again.redirect_path().unwrap().contains("error=code-"), "once");
}

/// Where a project mails links, they lead to Neon Auth, which sends the browser back with the outcome.
#[tokio::test]
async fn a_link_that_neon_auth_looks_at_itself_confirms_or_says_that_it_did_not() {
    let settings = json!({ "require_email_verification": true, "verification_method": "link" });
    let side = Side::Managed(ManagedApp::with(&settings).await);
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let link = side.mailed("ada@example.com").await;

    let broken = link.replace("token=", "token=x");
    let page = browser.get(&broken).await;
    assert!(page.redirect().is_some_and(|url| url.query().is_some_and(|query| query.contains("error="))), "{page:?}");
    let page = browser.follow(page).await;
    assert!(page.body.contains("used already, or is too old") && !page.body.contains("is confirmed"), "{}", page.body);
    assert!(sign_in(&mut browser, "Ada", PASSWORD).await.redirect_path().unwrap().starts_with("/verify-email"));

    let page = browser.get(&link).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("is confirmed"), "{}", page.body);
    assert_eq!(sign_in(&mut browser, "Ada", PASSWORD).await.redirect_path().as_deref(), Some("/account"));
}
