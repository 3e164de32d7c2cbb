//! `server doctor` on Managed Neon Auth: healthy, and with each of its faults. Those of Stack are in `tests/doctor.rs`.

use crate::support::{ManagedNeonAuth, SITE, Shape, TestDatabase};
use doctor::{CheckOutcome, Report, examine};
use http_server::config::PartialConfig;
use serde_json::json;
use std::collections::BTreeMap;
use std::ffi::OsString;

const ORIGIN: &str = "https://app.example.com";

struct Deployment {
    variables: BTreeMap<&'static str, String>,
    neon_auth: ManagedNeonAuth,
    database: TestDatabase,
}

impl Deployment {
    async fn new() -> Self {
        let database = TestDatabase::new(Shape::Managed).await;
        database.forbid_temporary_tables().await;
        let settings =
            json!({ "trusted_origins": [ORIGIN], "allow_localhost": false, "providers": ["google", "github"] });
        let neon_auth = ManagedNeonAuth::start(&database, &settings).await;
        let variables = BTreeMap::from([
            ("DATABASE_URL", database.web_url.clone()),
            ("DATABASE_OWNER_URL", database.owner_url.clone()),
            ("NEON_AUTH_BASE_URL", neon_auth.base_url.clone()),
            ("PUBLIC_ORIGIN", ORIGIN.to_owned()),
            ("SESSION_KEY", "qmYFHTLSV3UdWGOEzMSQzpZSyf5Gi3wAo1RcpUqXDUo=".to_owned()),
        ]);
        let here = Self { variables, neon_auth, database };
        here.sql(r#"grant delete on neon_auth."user" to app_owner"#).await;
        here
    }

    async fn sql(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&self.database.superuser).await.expect("it runs");
    }

    async fn examine(&self) -> Report {
        examine(PartialConfig::read(&|name| self.variables.get(name).map(OsString::from)), None, &SITE).await
    }
}

#[track_caller]
fn assert_only(report: &Report, outcome: CheckOutcome, name: &str, seen: &str, fix: &str) {
    let found: Vec<_> = report.checks.iter().filter(|check| check.outcome != CheckOutcome::Ok).collect();
    assert_eq!(found.len(), 1, "{report:#?}");
    assert_eq!((found[0].outcome, found[0].name), (outcome, name), "{report:#?}");
    assert!(found[0].seen.contains(seen), "{:?}", found[0]);
    assert!(found[0].fix.as_ref().is_some_and(|given| given.contains(fix)), "{:?}", found[0]);
}

#[tokio::test]
async fn a_healthy_set_up_has_nothing_to_repair() {
    let report = Deployment::new().await.examine().await;
    assert!(report.checks.iter().all(|check| check.outcome == CheckOutcome::Ok), "{report:#?}");
    let seen = |name: &str| report.checks.iter().find(|check| check.name == name).map(|check| check.seen.as_str());
    assert!(seen("Neon Auth").unwrap().contains("Managed generation"));
    assert!(seen("directory").unwrap().contains("removes deleted users"));
    assert_eq!(seen("sign-in methods"), Some("password, google, github"));
    assert!(seen("token keys").unwrap().contains("can verify tokens"));
}

#[tokio::test]
async fn what_the_project_lacks_is_named_with_its_fix() {
    let mut here = Deployment::new().await;
    here.neon_auth.change(json!({ "trusted_origins": ["https://www.example.com"] })).await;
    let report = here.examine().await;
    assert_only(
        &report,
        CheckOutcome::Failure,
        "trusted domain",
        "https://www.example.com",
        "add https://app.example.com",
    );

    here.neon_auth.change(json!({ "trusted_origins": [ORIGIN], "allow_localhost": true })).await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Warning, "trusted domain", "localhost", "switch off");
    here.neon_auth.change(json!({ "allow_localhost": false })).await;

    here.neon_auth.change(json!({ "email_and_password": false, "providers": [] })).await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Failure, "sign-in methods", "nobody can sign in", "console");
    here.neon_auth.change(json!({ "email_and_password": true })).await;

    here.neon_auth.fail(json!({ "mode": "html", "path": "/.well-known/jwks.json" })).await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Failure, "token keys", "of no use", "support");
    here.neon_auth.fail(json!({ "mode": "unavailable" })).await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Failure, "Neon Auth", "does not answer", "Private Link");
    here.neon_auth.recover().await;

    here.sql(r#"revoke delete on neon_auth."user" from app_owner"#).await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Warning, "account deletion", "may not delete users", "grant delete");
    here.sql(r#"grant delete on neon_auth."user" to app_owner"#).await;

    here.sql("revoke select on neon_auth.project_config from app_owner").await;
    let report = here.examine().await;
    assert_only(&report, CheckOutcome::Warning, "trusted domain", "cannot be read", "grant select");
    here.sql("grant select on neon_auth.project_config to app_owner").await;

    let base_url = here.neon_auth.base_url.replace("/neondb/auth", "/elsewhere/auth");
    here.variables.insert("NEON_AUTH_BASE_URL", base_url);
    let report = here.examine().await;
    let failed = report.checks.iter().find(|check| check.name == "Neon Auth").expect("a check");
    assert!(
        failed.outcome == CheckOutcome::Failure && failed.fix.as_ref().unwrap().contains("NEON_AUTH_BASE_URL"),
        "{report:#?}"
    );
}

#[tokio::test]
async fn a_directory_of_the_other_generation() {
    let here = Deployment::new().await;
    let mut stack = here.variables.clone();
    stack.remove("NEON_AUTH_BASE_URL");
    stack.extend(
        ["STACK_PROJECT_ID", "STACK_PUBLISHABLE_CLIENT_KEY", "STACK_SECRET_SERVER_KEY"]
            .map(|name| (name, "x".to_owned())),
    );
    stack.insert("STACK_API_URL", "http://127.0.0.1:9".to_owned());
    let report = examine(PartialConfig::read(&|name| stack.get(name).map(OsString::from)), None, &SITE).await;
    let directory = report.checks.iter().find(|check| check.name == "directory").expect("a check");
    assert_eq!(directory.outcome, CheckOutcome::Failure);
    assert!(directory.fix.as_ref().unwrap().contains("set NEON_AUTH_BASE_URL"), "{directory:?}");
}
