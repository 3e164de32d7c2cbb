//! `server doctor` on a healthy set-up, and with one fault after another: each is named, with its fix.

mod database;
mod managed;
mod program;
mod values;

use crate::http::site_root;
use crate::support::{SITE, Shape, TestDatabase};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doctor::{Check, CheckOutcome, Report, examine};
use http::StatusCode;
use http::header::DATE;
use http_server::config::PartialConfig;
use serde_json::json;
use stand_ins::neon_auth::{self, Running, Settings};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const ORIGIN: &str = "https://app.example.com";

type Variables = BTreeMap<&'static str, String>;

pub struct Deployment {
    pub variables: Variables,
    pub database: TestDatabase,
    _neon_auth: Running,
}

impl Deployment {
    pub async fn new() -> Self {
        Self::of(Shape::SyncUuid).await
    }

    async fn of(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), database.superuser_url.clone());
        settings.trusted_domains = vec![ORIGIN.to_owned()];
        let neon_auth = neon_auth::start(settings).await.unwrap_or_else(|error| panic!("{error}"));
        let mut variables = variables(&database).await;
        variables.extend([
            ("STACK_API_URL", neon_auth.origin.clone()),
            ("STACK_PROJECT_ID", neon_auth.project_id.clone()),
            ("STACK_PUBLISHABLE_CLIENT_KEY", neon_auth.publishable_client_key.clone()),
            ("STACK_SECRET_SERVER_KEY", neon_auth.secret_server_key.clone()),
            ("LEPTOS_SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("LEPTOS_SITE_ROOT", site_root().display().to_string()),
            ("LEPTOS_HASH_FILES", "false".to_owned()),
        ]);
        Self { variables, database, _neon_auth: neon_auth }
    }

    /// Examines the deployment with another value of one variable.
    async fn examine_with(&self, name: &'static str, value: &str) -> Report {
        let mut variables = self.variables.clone();
        variables.insert(name, value.to_owned());
        report_on(&variables).await
    }

    async fn examine(&self) -> Report {
        report_on(&self.variables).await
    }
}

/// Returns the variables of a deployment on this database, without those of Neon Auth.
async fn variables(database: &TestDatabase) -> Variables {
    database.forbid_temporary_tables().await;
    let mut key = [0; 32];
    aws_lc_rs::rand::fill(&mut key).unwrap();
    BTreeMap::from([
        ("DATABASE_URL", database.web_url.clone()),
        ("DATABASE_OWNER_URL", database.owner_url.clone()),
        ("PUBLIC_ORIGIN", ORIGIN.to_owned()),
        ("SESSION_KEY", STANDARD.encode(key)),
    ])
}

async fn report_on(variables: &Variables) -> Report {
    examine(PartialConfig::read(&|name| variables.get(name).map(OsString::from)), None, &SITE).await
}

fn check<'a>(report: &'a Report, name: &str) -> &'a Check {
    report.checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} in {report:#?}"))
}

fn assert_all_ok(report: &Report) {
    assert!(report.checks.iter().all(|check| check.outcome == CheckOutcome::Ok), "{report:#?}");
}

/// Checks the outcome of one check, what it saw, and its fix.
#[track_caller]
fn assert_check(report: &Report, name: &str, outcome: CheckOutcome, seen: &str, fix: &str) {
    let found = check(report, name);
    assert_eq!(found.outcome, outcome, "{found:?}");
    assert!(found.seen.contains(seen), "{seen}: {found:?}");
    assert!(found.fix.as_ref().is_some_and(|found| found.contains(fix)), "{fix}: {found:?}");
}

/// Checks that there is one failure, with this name, observation and fix.
#[track_caller]
fn assert_failure(report: &Report, name: &str, seen: &str, fix: &str) {
    let failures = report.checks.iter().filter(|check| check.outcome == CheckOutcome::Failure).count();
    assert_eq!(failures, 1, "{report:#?}");
    assert!(!report.is_healthy());
    assert_check(report, name, CheckOutcome::Failure, seen, fix);
}

/// Starts a Neon Auth with a wrong clock, no keys and no way to sign in.
pub async fn strange_neon_auth() -> (String, JoinHandle<()>) {
    async fn answer(request: Request) -> Response {
        let date = [(DATE, "Tue, 01 Oct 2024 12:00:00 GMT")];
        if request.uri().path().ends_with("jwks.json") {
            return (StatusCode::OK, date, "<html>Maintenance</html>").into_response();
        }
        let config = json!({"credential_enabled": false, "domains": [{"domain": ORIGIN}]});
        (date, axum::Json(json!({ "config": config }))).into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    (origin, tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }))
}

#[tokio::test]
async fn healthy_set_up_has_nothing_to_repair() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let report = Deployment::of(shape).await.examine().await;
        assert_all_ok(&report);
        for (name, seen) in [
            ("directory", "neon_auth.users_sync"),
            ("migrations", "all "),
            ("sign-in methods", "password, "),
            ("database", "direct"),
        ] {
            assert!(check(&report, name).seen.contains(seen), "{seen}: {report:#?}");
        }
    }
}
