//! `server doctor` on a healthy set-up, and with one fault after another: each is named, with its fix.

mod database;
#[cfg(feature = "managed")]
mod managed;
mod program;
#[cfg(feature = "stack")]
mod stack;
mod values;

#[cfg(feature = "stack")]
pub use values::neon_auth_with_wrong_clock;

use crate::http::site_root;
use crate::support::{NeonAuthStandIn, SITE, Shape, TestDatabase, TestNeonAuth};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doctor::{Check, CheckOutcome, Report, examine};
use http_server::config::PartialConfig;
use std::collections::BTreeMap;
use std::ffi::OsString;

const ORIGIN: &str = "https://app.example.com";

type Variables = BTreeMap<&'static str, String>;

/// A deployment with a Neon Auth of one generation, in which nothing is wrong.
pub struct Deployment<N> {
    pub variables: Variables,
    neon_auth: N,
    /// Last, so that it is dropped after everything that is connected to it.
    pub database: TestDatabase,
}

pub type TestDeployment = Deployment<TestNeonAuth>;

impl<N: NeonAuthStandIn> Deployment<N> {
    pub async fn new() -> Self {
        Self::of(N::SHAPE).await
    }

    async fn of(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        database.forbid_temporary_tables().await;
        let neon_auth = N::start_for_deployment(&database, ORIGIN).await;
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).unwrap();
        let mut variables = BTreeMap::from([
            ("DATABASE_URL", database.web_url.clone()),
            ("DATABASE_OWNER_URL", database.owner_url.clone()),
            ("PUBLIC_ORIGIN", ORIGIN.to_owned()),
            ("SESSION_KEY", STANDARD.encode(key)),
            ("LEPTOS_SITE_ADDR", "127.0.0.1:0".to_owned()),
            ("LEPTOS_SITE_ROOT", site_root().display().to_string()),
            ("LEPTOS_HASH_FILES", "false".to_owned()),
        ]);
        variables.extend(neon_auth.variables());
        Self { variables, neon_auth, database }
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

async fn report_on(variables: &Variables) -> Report {
    examine(PartialConfig::read(&|name| variables.get(name).map(OsString::from)), None, &SITE).await
}

fn check<'a>(report: &'a Report, name: &str) -> &'a Check {
    report.checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} in {report:#?}"))
}

fn assert_all_ok(report: &Report) {
    assert!(report.checks.iter().all(|check| check.outcome == CheckOutcome::Ok), "{report:#?}");
}

/// Checks that there is one failure, with this name, observation and fix.
#[track_caller]
fn assert_failure(report: &Report, name: &str, seen: &str, fix: &str) {
    let failures = report.checks.iter().filter(|check| check.outcome == CheckOutcome::Failure).count();
    assert_eq!(failures, 1, "{report:#?}");
    assert!(!report.is_healthy());
    assert_check(report, name, CheckOutcome::Failure, seen, fix);
}

/// Checks the outcome of one check, what it saw, and its fix.
#[track_caller]
fn assert_check(report: &Report, name: &str, outcome: CheckOutcome, seen: &str, fix: &str) {
    let found = check(report, name);
    assert_eq!(found.outcome, outcome, "{found:?}");
    assert!(found.seen.contains(seen), "{seen}: {found:?}");
    assert!(found.fix.as_ref().is_some_and(|found| found.contains(fix)), "{fix}: {found:?}");
}
