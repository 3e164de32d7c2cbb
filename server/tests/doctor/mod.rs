//! `server doctor` on a healthy set-up, and with one fault after another: each is named, with its fix.

#[cfg(feature = "managed")]
mod managed;
#[cfg(feature = "stack")]
mod stack;

#[cfg(feature = "stack")]
pub use stack::{Deployment, neon_auth_with_wrong_clock};

use crate::support::{SITE, TestDatabase};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doctor::{Check, CheckOutcome, Report, examine};
use http_server::config::PartialConfig;
use std::collections::BTreeMap;
use std::ffi::OsString;

const ORIGIN: &str = "https://app.example.com";

type Variables = BTreeMap<&'static str, String>;

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
