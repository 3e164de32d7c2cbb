//! `server doctor` with a project of the Stack generation, and what it says whichever generation that is.

mod database;
mod program;
mod values;

use super::{ORIGIN, Variables, assert_all_ok, assert_check, check, report_on, variables};
use crate::http::site_root;
use crate::support::{Server, Shape, TestDatabase, stack};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use doctor::{CheckOutcome, Report};
use http::StatusCode;
use http::header::DATE;
use serde_json::json;
use stand_ins::neon_auth::{self, Running, Settings};
use std::net::{Ipv4Addr, SocketAddr};

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
        variables.extend(stack::variables(&neon_auth));
        variables.extend([
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

/// Checks that there is one failure, with this name, observation and fix.
#[track_caller]
fn assert_failure(report: &Report, name: &str, seen: &str, fix: &str) {
    let failures = report.checks.iter().filter(|check| check.outcome == CheckOutcome::Failure).count();
    assert_eq!(failures, 1, "{report:#?}");
    assert!(!report.is_healthy());
    assert_check(report, name, CheckOutcome::Failure, seen, fix);
}

/// Starts a Neon Auth with a wrong clock, no keys and no way to sign in.
pub async fn neon_auth_with_wrong_clock() -> Server {
    async fn answer(request: Request) -> Response {
        let date = [(DATE, "Tue, 01 Oct 2024 12:00:00 GMT")];
        if request.uri().path().ends_with("jwks.json") {
            return (StatusCode::OK, date, "<html>Maintenance</html>").into_response();
        }
        let config = json!({"credential_enabled": false, "domains": [{"domain": ORIGIN}]});
        (date, axum::Json(json!({ "config": config }))).into_response()
    }
    Server::of(Router::new().fallback(answer)).await
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
