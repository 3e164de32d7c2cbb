//! Mails of Managed Neon Auth that depend on its version or on the project's settings. `mail.rs` has what both
//! generations do.

use super::side::{Side, email, is_signed_in, sign_in, sign_up};
use crate::support::{Log, ManagedApp, PASSWORD};
use serde_json::{Value, json};

const NEW: &str = "another horse battery";
const RESET: &str = "/email-otp/request-password-reset";
const OLDER: &str = "POST /forget-password/email-otp";

fn refusal(status: u16, body: &str) -> Value {
    let headers = json!([["content-type", "application/json"]]);
    json!({ "mode": "answer", "path": RESET, "status": status, "body": body, "headers": headers })
}

#[tokio::test]
async fn a_password_is_reset_where_only_the_older_path_is_there() {
    let side = Side::managed().await;
    side.signed_up("Ada").await;
    for (calls, missing, new) in [(1, r#"{"code":"NOT_FOUND","message":"Not Found"}"#, NEW), (2, "", PASSWORD)] {
        side.managed_neon_auth().fail(refusal(404, missing)).await;
        let mut browser = side.browser();
        let page = browser.post("/forgot-password?/send", &[("email", &*email("Ada"))]).await;
        assert_eq!(page.told().as_deref(), Some("/reset-password?done=mail-sent-perhaps"), "{page:?}");
        side.state().auth.finish_calls().await;
        assert_eq!(side.managed_neon_auth().calls(OLDER).await.0, calls);
        let code = side.mailed_code(&email("Ada")).await;
        let fields = [("email", &*email("Ada")), ("code", &*code), ("password", new), ("return_to", "/notes")];
        let page = browser.post("/reset-password?/set", &fields).await;
        assert_eq!(page.told().as_deref(), Some("/notes"), "{page:?}");
        assert!(is_signed_in(&mut browser).await);
        assert_eq!(sign_in(&mut side.browser(), "Ada", new).await.told().as_deref(), Some("/account"));
    }
}

#[tokio::test]
async fn the_older_path_is_for_nothing_but_a_missing_one() {
    let side = Side::managed().await;
    side.signed_up("Ada").await;
    let forgot = async || {
        let fields = [("email", &*email("Ada"))];
        side.browser().post("/forgot-password?/send", &fields).await
    };
    let log = Log::of_warnings();
    for (status, body, lines) in [
        (400, r#"{"code":"VALIDATION_ERROR"}"#, 0),
        (400, "", 1),
        (403, r#"{"code":"INVALID_ORIGIN"}"#, 1),
        (429, "", 1),
        (503, "", 1),
    ] {
        side.managed_neon_auth().fail(refusal(status, body)).await;
        let told = forgot().await.told();
        assert_eq!(told.as_deref(), Some("/reset-password?done=mail-sent-perhaps"), "{status} {body}");
        side.state().auth.finish_calls().await;
        let found = log.take_lines();
        assert_eq!(found.len(), lines, "what only the owner can do something about: {status} {body} {found:#?}");
    }
    side.managed_neon_auth().recover().await;
    assert_eq!(side.managed_neon_auth().calls(OLDER).await.0, 0);
}

#[tokio::test]
async fn an_address_that_is_confirmed_without_a_sign_in_leads_to_one() {
    let settings = json!({ "require_email_verification": true, "auto_sign_in_after_verification": false });
    let side = Side::Managed(ManagedApp::with(&settings).await);
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let code = side.mailed_code(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    let page = browser.post("/verify-email?/confirm", &fields).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?done=email-confirmed&return_to=%2Faccount"), "{page:?}");
    let page = browser.follow(page).await;
    assert!(page.body.contains("Your e-mail address is confirmed. You can sign in now."), "{}", page.body);
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(sign_in(&mut browser, "Ada", PASSWORD).await.told().as_deref(), Some("/account"));
}
