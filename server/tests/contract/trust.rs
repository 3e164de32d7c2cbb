//! An app whose address is not a trusted domain of its project: users are told that the operator has to act, and the
//! log tells the operator what to do. The doctor's tests cover its report.

use super::backend::{Backend, Setting};
use super::flows::{email, is_signed_in, sign_up};
use super::on_both;
#[cfg(feature = "stack")]
use crate::doctor::TestDeployment;
#[cfg(feature = "managed")]
use crate::http::{ORIGIN, variables_with_managed};
use crate::support::{Log, PASSWORD, Page, Program};
#[cfg(feature = "managed")]
use crate::support::{ManagedNeonAuth, Shape, TestDatabase};
use http::StatusCode;
#[cfg(feature = "managed")]
use serde_json::json;

on_both!(missing_trust_is_told_to_users_and_to_the_operator);

const SENTENCE: &str = "is not on the list that its sign-in service trusts";

/// Checks that the page of the form says the sentence, and that the log has the fix once.
fn assert_told(backend: &Backend, log: &Log, form: &str, page: Page) {
    let (address, code) = page.refusal().unwrap_or_else(|| panic!("{page:?}"));
    assert!(address.starts_with(form) && code == "app-not-trusted", "{form}: {address} {code}");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_shows(&[SENTENCE]);
    assert_logged(backend, log, form);
}

fn assert_logged(backend: &Backend, log: &Log, form: &str) {
    let origin = backend.state().config.public_origin.as_str();
    let log = log.take_lines().join("\n");
    let fix = format!("add {origin} in Neon's console: Auth, Configuration, Domains");
    assert!(log.contains("WARN") && log.contains("AppNotTrusted") && log.contains(&fix), "{form}: {log}");
}

async fn missing_trust_is_told_to_users_and_to_the_operator(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    backend.signed_up("Bob").await;
    backend.set(Setting::AppNotTrusted).await;
    let log = Log::of_warnings();
    let mut browser = backend.browser();

    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    assert_told(&backend, &log, "/sign-up", page);
    assert!(!is_signed_in(&mut browser).await);

    for (form, action, path) in [
        ("/forgot-password", "/forgot-password?/send", "/email-otp/request-password-reset"),
        ("/sign-in/code", "/sign-in/code?/send", "/email-otp/send-verification-otp"),
    ] {
        let_managed_refuse(&backend, path).await;
        let page = browser.post(action, &[("email", &*email("Bob"))]).await;
        backend.state().auth.finish_calls().await;
        if backend.is_stack() {
            // It does not show whether it trusts ports of this machine, and its answer depends on the address, so that
            // only the operator can be told.
            assert!(page.redirect_path().is_some_and(|path| path.contains("done=mail-sent-perhaps")), "{page:?}");
            assert_logged(&backend, &log, form);
        } else {
            assert_told(&backend, &log, form, page);
        }
    }
    if !backend.is_stack() {
        // The Stack generation is not asked before the browser leaves, and refuses on the way back.
        let page = browser.post("/sign-in?/oauth", &[("provider", "google")]).await;
        assert_told(&backend, &log, "/sign-in", page);
    }
}

/// Refuses the next calls to a path. Better Auth 1.4 checks the origin of a call without cookies only if a browser made
/// it; later versions always do.
#[cfg(feature = "managed")]
async fn let_managed_refuse(backend: &Backend, path: &str) {
    if !backend.is_stack() {
        refuse(backend, path, "INVALID_ORIGIN").await;
    }
}

#[cfg(not(feature = "managed"))]
async fn let_managed_refuse(_: &Backend, _: &str) {}

#[cfg(feature = "managed")]
async fn refuse(backend: &Backend, path: &str, code: &str) {
    backend.answer(path, 403, &json!({ "code": code, "message": "Invalid" }).to_string(), &[]).await;
}

#[cfg(feature = "managed")]
#[tokio::test]
async fn error_codes_of_all_versions_are_understood() {
    let backend = Backend::managed().await;
    let log = Log::of_warnings();
    let mut browser = backend.browser();
    for code in ["INVALID_ORIGIN", "MISSING_ORIGIN", "MISSING_OR_NULL_ORIGIN", "INVALID_CALLBACK_URL"] {
        refuse(&backend, "/sign-up/email", code).await;
        let page = sign_up(&mut browser, "Ada", PASSWORD).await;
        assert_told(&backend, &log, "/sign-up", page);
    }
}

const ADD: &str = "add https://app.example.com in Neon's console: Auth, Configuration, Domains";

#[cfg(feature = "managed")]
#[tokio::test]
async fn server_start_reports_what_managed_neon_auth_trusts() {
    let other = json!({ "trusted_origins": ["https://www.example.com"], "allow_localhost": false });
    let localhost = json!({ "trusted_origins": [ORIGIN], "allow_localhost": true });
    for (settings, seen, fix) in [
        (other, "is not among the trusted domains of Neon Auth (https://www.example.com)", ADD),
        (localhost, "still trusts every port of localhost", "Allow localhost"),
    ] {
        let database = TestDatabase::new(Shape::Managed).await;
        let neon_auth = ManagedNeonAuth::with(&database, &settings).await;
        let mut variables = variables_with_managed(&neon_auth.base_url);
        variables.insert("DATABASE_URL", database.web_url.clone());
        let mut program = Program::start_logged(variables).await;
        let said = program.line_with(seen).await;
        assert!(said.contains("WARN") && said.contains(fix), "{said}");
        assert_eq!(said.contains("https://app.example.com is not among"), fix == ADD, "{said}");
    }
}

#[cfg(feature = "stack")]
#[tokio::test]
async fn server_start_reports_what_stack_does_not_trust() {
    let here = TestDeployment::new().await;
    let mut variables = here.variables.clone();
    variables.insert("PUBLIC_ORIGIN", "https://www.example.com".to_owned());
    let mut program = Program::start_logged(variables).await;
    let said = program.line_with("is not among the trusted domains of Neon Auth (https://app.example.com)").await;
    assert!(said.contains("WARN") && said.contains(&ADD.replace("app", "www")), "{said}");
}
