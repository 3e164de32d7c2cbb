//! Checks Neon Auth: whether it answers, knows the keys, trusts the origin and has a sign-in method switched on.

#[cfg(feature = "stack")]
mod keys;

use super::Report;
use super::clock::{self, Clock};
use super::jwks::JwksSummary;
use http_server::config::{NeonAuthSettings, PublicOrigin};
use identity::Verifier;
#[cfg(feature = "managed")]
use neon_auth::Outage;
#[cfg(feature = "stack")]
use neon_auth::Refusal;
use neon_auth::{NeonAuth, NeonAuthError, ProjectInfo, SignInMethods};
use rls::Db;

/// Checks Neon Auth as the server uses it, which may read settings of the project in `db`.
pub async fn check(settings: &NeonAuthSettings, origin: Option<&PublicOrigin>, db: Option<&Db>, report: &mut Report) {
    let (Some(origin), Some(db)) = (origin, db) else {
        let seen = "not asked: it needs PUBLIC_ORIGIN and DATABASE_URL";
        return report.warning("Neon Auth", seen, "correct those, and run the doctor again");
    };
    let client = match settings.client(origin.url(), db) {
        Ok(client) => client,
        Err(error) => {
            return report.failure("Neon Auth", error.to_string(), format!("correct {}", settings.url_variable()));
        }
    };
    let project = match client.project_info().await {
        Ok(project) => project,
        Err(error) => return report_error(error, settings, report),
    };
    report.ok("Neon Auth", format!("{} answers", description(settings)));
    if let Some(clock) = project.clock {
        clock::check(Clock::NeonAuth, clock, report);
    }
    check_trusted_origin(&project, origin, report);
    match client.settings().await {
        Ok(methods) => report_sign_in_methods(&methods, report),
        Err(error) => report.warning("sign-in methods", error.to_string(), "run the doctor again"),
    }
    #[cfg(feature = "stack")]
    if !settings.is_managed() {
        keys::check_server_key(&client, report).await;
    }
    check_keys(&client, report).await;
}

fn description(settings: &NeonAuthSettings) -> String {
    format!("{} generation, {}", settings.generation(), settings.url().host_str().unwrap_or_default())
}

fn check_trusted_origin(project: &ProjectInfo, origin: &PublicOrigin, report: &mut Report) {
    if project.trusted_domains.is_none() {
        let fix = "grant select on neon_auth.project_config to the role that owns this database";
        return report.warning("trusted domain", "the list cannot be read, nor which ways to sign in are on", fix);
    }
    match project.advice(origin.url()) {
        Some(advice) if advice.breaks_sign_in => report.failure("trusted domain", advice.seen, advice.fix),
        Some(advice) => report.warning("trusted domain", advice.seen, advice.fix),
        None if project.trusts(origin.url()) == Some(true) => {
            report.ok("trusted domain", format!("{} is trusted", origin.as_str()));
        }
        None => report.ok("trusted domain", "this machine, which new projects trust; the list does not say"),
    }
}

fn report_error(error: NeonAuthError, settings: &NeonAuthSettings, report: &mut Report) {
    let host = description(settings);
    match error {
        #[cfg(feature = "stack")]
        NeonAuthError::Refused(Refusal::Misconfigured) => keys::report_unknown(&host, report),
        #[cfg(feature = "managed")]
        NeonAuthError::Unreachable(Outage::Database(problem)) => report_unreadable_settings(&problem, report),
        NeonAuthError::Unreachable(outage) => {
            let seen = format!("{host} does not answer ({outage})");
            let fix = "let this machine reach it over https; if it can, see https://neonstatus.com and wait. Neon Auth \
                       does not work with Private Link (Private Networking) or IP Allow: switch these off for the project";
            report.failure("Neon Auth", seen, fix);
        }
        error => {
            let variable = settings.url_variable();
            let fix = format!("check that {variable} is what the Auth page of Neon's console shows for this branch");
            report.failure("Neon Auth", format!("{host}: {error}"), fix);
        }
    }
}

/// Reports that the settings, which the Managed generation keeps in the database, cannot be read. That is a failure of its
/// own only where the checks of the database have found none.
#[cfg(feature = "managed")]
fn report_unreadable_settings(problem: &str, report: &mut Report) {
    let seen = format!("not asked: its settings in the database cannot be read ({problem})");
    let fix =
        "run `server migrate` if it never ran, correct what else is said of the database, and run the doctor again";
    if report.is_healthy() {
        report.failure("Neon Auth", seen, fix);
    } else {
        report.warning("Neon Auth", seen, fix);
    }
}

fn report_sign_in_methods(methods: &SignInMethods, report: &mut Report) {
    let mut ways: Vec<&str> = methods.providers.iter().map(String::as_str).collect();
    if methods.password {
        ways.insert(0, "password");
    }
    if ways.is_empty() {
        let fix = "switch one on in Neon's console: Auth, Configuration";
        return report.failure("sign-in methods", "none is switched on: nobody can sign in", fix);
    }
    let sign_up = if methods.sign_up { "" } else { "; nobody new can sign up" };
    report.ok("sign-in methods", format!("{}{sign_up}", ways.join(", ")));
}

async fn check_keys(client: &NeonAuth, report: &mut Report) {
    let fix = "wait a minute and run the doctor again; if it stays, ask Neon's support about the JWKS of the project";
    let document = match client.jwks().await {
        Ok(document) => document,
        Err(error) => return report.failure("token keys", format!("the JWKS cannot be fetched: {error}"), fix),
    };
    match Verifier::new(client.expected()).replace_keys(&document) {
        Err(error) => report.failure("token keys", format!("the JWKS is of no use: {error}"), fix),
        Ok(usable) => {
            let JwksSummary { total, short, broken } = JwksSummary::read(&document);
            if broken > 0 {
                return report.failure(
                    "token keys",
                    format!("{broken} of {total} keys are no points of their curve"),
                    fix,
                );
            }
            let short =
                if short > 0 { format!(", {short} with a short coordinate, which is padded") } else { String::new() };
            report.ok("token keys", format!("{usable} of {total} can verify tokens{short}"));
        }
    }
}
