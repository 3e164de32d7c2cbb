//! Mails of Managed Neon Auth that depend on its version or on the project's settings. `mail.rs` has what both
//! generations do.

use super::backend::Backend;
use super::flows::{email, is_signed_in, sign_in, sign_up};
use super::mail::NEW;
use crate::support::{Log, PASSWORD};
use serde_json::json;

const RESET: &str = "/email-otp/request-password-reset";
const OLDER: &str = "POST /forget-password/email-otp";

/// Asks for a mail that resets the password, and waits until Neon Auth has answered.
async fn ask(backend: &Backend) {
    let page = backend.browser().post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    page.assert_redirect("/reset-password?done=mail-sent-perhaps");
    backend.state().auth.finish_calls().await;
}

#[tokio::test]
async fn password_is_reset_over_the_older_path_where_the_newer_is_missing() {
    let backend = Backend::managed().await;
    backend.signed_up("Ada").await;
    for (calls, missing, new) in [(1, r#"{"code":"NOT_FOUND","message":"Not Found"}"#, NEW), (2, "", PASSWORD)] {
        backend.answer(RESET, 404, missing, &[]).await;
        ask(&backend).await;
        assert_eq!(backend.managed_neon_auth().calls(OLDER).await.0, calls);
        let mut browser = backend.browser();
        let code = backend.mailed_code(&email("Ada")).await;
        let fields = [("email", &*email("Ada")), ("code", &*code), ("password", new), ("return_to", "/memos")];
        browser.post("/reset-password?/set", &fields).await.assert_redirect("/memos");
        assert!(is_signed_in(&mut browser).await);
        sign_in(&mut backend.browser(), "Ada", new).await.assert_redirect("/account");
    }
}

#[tokio::test]
async fn older_path_is_used_only_where_the_newer_is_missing() {
    let backend = Backend::managed().await;
    backend.signed_up("Ada").await;
    let log = Log::of_warnings();
    for (status, body, lines) in [
        (400, r#"{"code":"VALIDATION_ERROR"}"#, 0),
        (400, "", 1),
        (403, r#"{"code":"INVALID_ORIGIN"}"#, 1),
        (429, "", 1),
        (503, "", 1),
    ] {
        backend.answer(RESET, status, body, &[]).await;
        ask(&backend).await;
        let found = log.take_lines();
        assert_eq!(found.len(), lines, "what only the operator can act on: {status} {body} {found:#?}");
    }
    backend.come_back().await;
    assert_eq!(backend.managed_neon_auth().calls(OLDER).await.0, 0);
}

#[tokio::test]
async fn confirmation_without_a_sign_in_leads_to_one() {
    let settings = json!({ "require_email_verification": true, "auto_sign_in_after_verification": false });
    let backend = Backend::managed_with(settings).await;
    let mut browser = backend.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let code = backend.mailed_code(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    let page = browser.post("/verify-email?/confirm", &fields).await;
    let page = browser.follow_to("/sign-in?done=email-confirmed&return_to=%2Faccount", page).await;
    page.assert_shows(&["Your e-mail address is confirmed. You can sign in now."]);
    assert!(!is_signed_in(&mut browser).await);
    sign_in(&mut browser, "Ada", PASSWORD).await.assert_redirect("/account");
}

/// Covers a project of the Managed generation with a mail server of its own, which mails links over Neon's host.
#[tokio::test]
async fn link_over_neons_host_comes_back_with_its_result() {
    let settings = json!({ "verification_method": "link", "require_email_verification": true });
    let backend = Backend::managed_with(settings).await;
    backend.state().auth.refresh_methods().await;
    let mut browser = backend.browser();
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let page = browser.follow_to("/verify-email?done=signed-up&return_to=%2Faccount", page).await;
    page.assert_shows(&["Check your mail", "Send a new mail"]);
    let again = [("email", "ada@example.com"), ("return_to", "/account")];
    let page = browser.post("/verify-email?/send", &again).await;
    page.assert_redirect("/verify-email?done=mail-sent-perhaps&return_to=%2Faccount");
    assert_eq!(backend.managed_neon_auth().calls("POST /send-verification-email").await.0, 1);
    let link = backend.mailed("ada@example.com").await;

    for (link, target) in [
        (link.replacen("token=", "token=x", 1), "/verify-email?error=code-spent&return_to=%2Faccount"),
        (link, "/sign-in?done=email-confirmed&return_to=%2Faccount"),
    ] {
        let page = browser.get(&link).await;
        let page = browser.get(page.redirect().expect("back to the app").as_str()).await.assert_redirect(target);
        if target.starts_with("/sign-in") {
            // The address of the user who is about to sign in.
            browser.follow(page).await.assert_shows(&["value=\"ada@example.com\""]);
        }
    }
    sign_in(&mut browser, "Ada", PASSWORD).await.assert_redirect("/account");
}
