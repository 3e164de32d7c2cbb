//! An app whose address is not a trusted domain of its project: users are told that the operator has to act, and the
//! log tells the operator what to do. The doctor's tests cover its report.

use super::on_both;
use super::side::{Setting, Side, email, sign_up};
use crate::http::ORIGIN;
use crate::support::{Browser, Log, ManagedNeonAuth, PASSWORD, Page, Program, Shape, TestDatabase};
use http::StatusCode;
use serde_json::{Value, json};
use stand_ins::neon_auth::{self, Settings};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

on_both!(whoever_needs_that_trust_is_told_and_so_is_the_owner);

const SENTENCE: &str = "is not on the list that its sign-in service trusts";

/// Checks that the user lands on the page of the form with the sentence, and that the log has the fix once.
async fn assert_told(side: &Side, log: &Log, browser: &mut Browser, form: &str, page: Page) {
    let told = page.told().unwrap_or_else(|| panic!("{page:?}"));
    assert!(told.starts_with(&format!("{form}?error=app-not-trusted")), "{told}");
    let page = browser.follow(page).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains(SENTENCE), "{form}: {}", page.body);
    assert_logged(side, log, form);
}

fn assert_logged(side: &Side, log: &Log, form: &str) {
    let origin = side.state().config.public_origin.as_str();
    let log = log.take_lines().join("\n");
    let fix = format!("add {origin} in Neon's console: Auth, Configuration, Domains");
    assert!(log.contains("WARN") && log.contains("AppNotTrusted") && log.contains(&fix), "{form}: {log}");
}

async fn whoever_needs_that_trust_is_told_and_so_is_the_owner(side: Side) {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.methods_refreshed().await;
    side.signed_up("Bob").await;
    side.set(Setting::AppNotTrusted).await;
    let log = Log::of_warnings();
    let mut browser = side.browser();

    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    assert_told(&side, &log, &mut browser, "/sign-up", page).await;
    assert!(browser.get("/account").await.told().is_some(), "nobody is signed in");

    for (form, action, path) in [
        ("/forgot-password", "/forgot-password?/send", "/email-otp/request-password-reset"),
        ("/sign-in/code", "/sign-in/code?/send", "/email-otp/send-verification-otp"),
    ] {
        if let Side::Managed(app) = &side {
            // better-auth 1.4 checks the origin of a call without cookies only if a browser made it; later versions
            // always do.
            app.neon_auth.fail(refusal(path, "INVALID_ORIGIN")).await;
        }
        let page = browser.post(action, &[("email", &*email("Bob"))]).await;
        side.state().auth.finish_calls().await;
        if side.is_stack() {
            // It does not show whether it trusts ports of this machine, and its answer depends on the address, so that
            // only the operator can be told.
            assert!(page.told().is_some_and(|path| path.contains("done=mail-sent-perhaps")), "{page:?}");
            assert_logged(&side, &log, form);
        } else {
            assert_told(&side, &log, &mut browser, form, page).await;
        }
    }
    if !side.is_stack() {
        // The first generation is not asked before the browser leaves, and refuses on the way back.
        let page = browser.post("/sign-in?/oauth", &[("provider", "google")]).await;
        assert_told(&side, &log, &mut browser, "/sign-in", page).await;
    }
}

fn refusal(path: &str, code: &str) -> Value {
    json!({
        "mode": "answer", "path": path, "status": 403, "body": json!({ "code": code, "message": "Invalid" }).to_string(),
        "headers": [["content-type", "application/json"]],
    })
}

/// Checks the error codes of all versions of Better Auth.
#[tokio::test]
async fn every_spelling_of_it_is_understood() {
    let side = Side::managed().await;
    let log = Log::of_warnings();
    let mut browser = side.browser();
    for code in ["INVALID_ORIGIN", "MISSING_ORIGIN", "MISSING_OR_NULL_ORIGIN", "INVALID_CALLBACK_URL"] {
        side.managed_neon_auth().fail(refusal("/sign-up/email", code)).await;
        let page = sign_up(&mut browser, "Ada", PASSWORD).await;
        assert_told(&side, &log, &mut browser, "/sign-up", page).await;
    }
}

/// Returns the variables of a deployment with a database of its own, without those of Neon Auth.
fn variables(database: &TestDatabase) -> BTreeMap<&'static str, String> {
    let mut variables = crate::http::variables();
    variables.retain(|name, _| !name.starts_with("STACK_"));
    variables.insert("DATABASE_URL", database.web_url.clone());
    variables
}

const ADD: &str = "add https://app.example.com in Neon's console: Auth, Configuration, Domains";

#[tokio::test]
async fn a_server_that_starts_says_what_managed_neon_auth_does_not_trust_or_trusts_still() {
    for (settings, seen, fix) in [
        (
            json!({ "trusted_origins": ["https://www.example.com"], "allow_localhost": false }),
            "https://app.example.com is not among the trusted domains of Neon Auth (https://www.example.com)",
            ADD,
        ),
        (
            json!({ "trusted_origins": [ORIGIN], "allow_localhost": true }),
            "still trusts every port of localhost",
            "Allow localhost",
        ),
    ] {
        let database = TestDatabase::new(Shape::Managed).await;
        let neon_auth = ManagedNeonAuth::start(&database, &settings).await;
        let mut variables = variables(&database);
        variables.insert("NEON_AUTH_BASE_URL", neon_auth.base_url.clone());
        let mut program = Program::start_logged(variables).await;
        let said = program.line_with(seen).await;
        assert!(said.contains("WARN") && said.contains(fix), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_starts_says_what_stack_does_not_trust() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), database.superuser_url.clone());
    settings.trusted_domains = vec!["https://www.example.com".to_owned()];
    let neon_auth = neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"));
    let mut variables = variables(&database);
    variables.extend([
        ("STACK_API_URL", neon_auth.origin.clone()),
        ("STACK_PROJECT_ID", neon_auth.project_id.clone()),
        ("STACK_PUBLISHABLE_CLIENT_KEY", neon_auth.publishable_client_key.clone()),
        ("STACK_SECRET_SERVER_KEY", neon_auth.secret_server_key.clone()),
    ]);
    let mut program = Program::start_logged(variables).await;
    let said = program.line_with("is not among the trusted domains of Neon Auth (https://www.example.com)").await;
    assert!(said.contains("WARN") && said.contains(ADD), "{said}");
}
