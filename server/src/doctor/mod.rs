//! `server doctor`: looks at everything that the server depends on, and names the fix of what is wrong.
//! It must not change anything, start anything or print a secret.

pub(crate) mod clock;
pub(crate) mod database;
mod host;
mod jwks;
mod neon_auth;
mod schema;
mod settings;

pub use environment::{Check, Outcome, Report};

use crate::config::Findings;
use crate::listening;
#[cfg(feature = "local")]
use crate::local;
#[cfg(feature = "local")]
use crate::neon_auth::NeonAuthSettings;
use environment::colours;
use std::io;

/// Goes on with whatever the configuration still says when parts of it are wrong.
pub async fn examine(mut findings: Findings) -> Report {
    let mut report = Report::default();
    settings::check(&findings, &mut report);
    if findings.local && !adopt_running_stand_ins(&mut findings).await {
        stopped_stand_ins(&mut report).await;
        return report;
    }
    if let Some(url) = &findings.database_url {
        database::check(url, findings.owner_url.as_ref(), findings.neon_auth.as_ref(), &mut report).await;
        if findings.owner_url.is_none() {
            let seen = "unknown: only the owner may read which ran; what they make was looked for";
            report.warning("migrations", seen, "run the doctor with DATABASE_OWNER_URL as well");
        }
    }
    if let Some(settings) = &findings.neon_auth {
        let db = findings.database_url.as_ref().and_then(database::client);
        neon_auth::check(settings, findings.public_origin.as_ref(), db.as_ref(), &mut report).await;
    }
    report
}

/// Prints what was found, and says whether there was no failure.
pub async fn run(json: bool) -> bool {
    let mut findings = Findings::for_start();
    findings.problems.extend(listening::obstacle(&findings.basics.site).await);
    let report = examine(findings).await;
    if json {
        println!("{}", report.to_json());
    } else {
        println!("{}", report.for_people(colours::are_wanted(&io::stdout())));
    }
    report.is_healthy()
}

/// The doctor starts nothing: what is not running has nothing to be examined.
#[cfg(feature = "local")]
async fn adopt_running_stand_ins(findings: &mut Findings) -> bool {
    let Some(found) = local::find_running(&local::folder()).await else { return false };
    findings.database_url = Some(found.database_url);
    findings.owner_url = Some(found.owner_url);
    findings.neon_auth = Some(NeonAuthSettings::Stack(found.neon_auth));
    true
}

#[cfg(not(feature = "local"))]
async fn adopt_running_stand_ins(_: &mut Findings) -> bool {
    false
}

#[cfg(feature = "local")]
async fn stopped_stand_ins(report: &mut Report) {
    let seen = "PostgreSQL and Neon Auth of this machine are not running";
    match local::could_start(&local::folder()).await {
        Ok(()) => report.warning("local mode", seen, "`cargo xtask dev` starts them; then run the doctor again"),
        Err(error) => report.failure("local mode", format!("{seen}, and cannot be started"), format!("{error:#}")),
    }
}

#[cfg(not(feature = "local"))]
async fn stopped_stand_ins(_: &mut Report) {}
