//! `server doctor`: looks at everything that the server depends on, and names the fix of what is wrong.
//! It must not print a secret, change anything or start anything.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod clock;
pub mod database;
mod host;
mod jwks;
#[cfg(all(feature = "managed", feature = "stack"))]
pub mod move_to_managed;
mod neon_auth;
mod schema;
mod settings;

pub use environment::{Check, CheckOutcome, Report};

use environment::colours;
use http_server::config::NeonAuthSettings;
use http_server::config::PartialConfig;
use http_server::listening;
use http_server::state::Site;
use secrecy::SecretString;
use std::io;

/// The PostgreSQL and Neon Auth of this machine, which the doctor does not start.
pub enum LocalServices {
    /// They run.
    Running(Box<Running>),
    /// They do not run.
    Stopped {
        /// The reason why they could not be started, if there is one.
        obstacle: Option<String>,
    },
}

/// The way to the services that local mode runs.
pub struct Running {
    /// The URL of the database, for the login of the server.
    pub database_url: SecretString,
    /// The URL of the database, for its owner.
    pub owner_url: SecretString,
    /// The settings of the local Neon Auth.
    pub neon_auth: NeonAuthSettings,
}

/// Checks everything and returns the report. Where parts of the configuration are wrong, it goes on with the rest.
/// `local` is what local mode runs, where it is on.
pub async fn examine(mut partial: PartialConfig, local: Option<LocalServices>, site: &Site) -> Report {
    let mut report = Report::default();
    settings::check(&partial, &mut report);
    if partial.local {
        match local {
            Some(LocalServices::Running(running)) => {
                partial.database_url = Some(running.database_url);
                partial.owner_url = Some(running.owner_url);
                partial.neon_auth = Some(running.neon_auth);
            }
            Some(LocalServices::Stopped { obstacle }) => {
                report_stopped(obstacle, &mut report);
                return report;
            }
            None => return report,
        }
    }
    if let Some(url) = &partial.database_url {
        database::check(url, partial.owner_url.as_ref(), partial.neon_auth.as_ref(), site, &mut report).await;
        if partial.owner_url.is_none() {
            let seen = "unknown: only the owner may read which ran; what they make was looked for";
            report.warning("migrations", seen, "run the doctor with DATABASE_OWNER_URL as well");
        }
    }
    if let Some(settings) = &partial.neon_auth {
        let db = partial.database_url.as_ref().and_then(|url| database::client(url, site));
        neon_auth::check(settings, partial.public_origin.as_ref(), db.as_ref(), &mut report).await;
    }
    report
}

/// Checks everything, prints the report, as JSON if `json` is set, and returns whether there was no failure.
pub async fn run(mut partial: PartialConfig, local: Option<LocalServices>, site: &Site, json: bool) -> bool {
    partial.problems.extend(listening::bind_problem(&partial.common.leptos).await);
    let report = examine(partial, local, site).await;
    if json {
        println!("{}", report.to_json());
    } else {
        println!("{}", report.to_text(colours::are_enabled(&io::stdout())));
    }
    report.is_healthy()
}

/// Reports that local mode is not running, so that there is nothing to examine.
fn report_stopped(obstacle: Option<String>, report: &mut Report) {
    let seen = "PostgreSQL and Neon Auth of this machine are not running";
    match obstacle {
        None => report.warning("local mode", seen, "`cargo xtask dev` starts them; then run the doctor again"),
        Some(obstacle) => report.failure("local mode", format!("{seen}, and cannot be started"), obstacle),
    }
}
