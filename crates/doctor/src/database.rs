//! Checks the database: whether it answers, its round-trip time, the login and the schema.
//! It must not show a URL: passwords are in there.

use super::Report;
use super::clock::{self, Clock};
use super::host::DatabaseHost;
use super::schema;
use http_server::config::NeonAuthSettings;
use http_server::state::Site;
use rls::inspect::{Inspection, Revocation};
use rls::{Db, DbSettings, LoginProblem};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// A database that has scaled to zero takes some seconds to wake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A page takes three to four round trips.
const SLOW_ROUND_TRIP: Duration = Duration::from_millis(20);

/// Returns the database as the server uses it. It connects when it is first asked.
pub(crate) fn client(web: &SecretString, site: &Site) -> Option<Db> {
    Db::connect_lazy(&DbSettings {
        url: web.expose_secret().to_owned(),
        application_name: application_name(site),
        max_connections: 1,
        acquire_timeout: CONNECT_TIMEOUT,
        statement_cache_capacity: 0,
    })
    .ok()
}

/// Returns the name that PostgreSQL shows for the doctor's connections.
fn application_name(site: &Site) -> String {
    format!("{} doctor", site.name)
}

/// Checks the database with the login of the server, and its migrations with that of the owner.
pub(crate) async fn check(
    web: &SecretString,
    owner: Option<&SecretString>,
    neon_auth: Option<&NeonAuthSettings>,
    site: &Site,
    report: &mut Report,
) {
    let host = DatabaseHost::from_url(web);
    if let Some(host) = &host {
        check_private_link(host, report).await;
    }
    let host = host.as_ref();
    match Inspection::open(web.expose_secret(), &application_name(site), CONNECT_TIMEOUT).await {
        Ok(mut database) => {
            if let Err(error) = check_as_web(&mut database, host, neon_auth, site, report).await {
                report_query_error(&error, report);
            }
            database.close().await;
        }
        Err(problem) => report_unreachable("database", "DATABASE_URL", &problem, report),
    }
    if let Some(owner) = owner {
        check_as_owner(owner, site, report).await;
    }
}

async fn check_as_web(
    database: &mut Inspection,
    host: Option<&DatabaseHost>,
    neon_auth: Option<&NeonAuthSettings>,
    site: &Site,
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    let server = database.server().await?;
    let host = host.map(|host| {
        let route = if host.is_pooled { "pooled" } else { "direct" };
        format!("{}, {route}{}", host.name, if host.is_neon { ", Neon" } else { "" })
    });
    report.ok("database", format!("PostgreSQL {} at {}", server.version, host.unwrap_or_default()));
    report_round_trip(database.round_trip().await?, report);
    clock::check(Clock::Database, server.now, report);
    match database.check_login().await {
        Ok(()) => {
            report.ok("login", "web, under which row-level security holds");
            check_temporary_tables(database, report).await?;
        }
        Err(problem) => report.failure("login", problem.to_string(), LOGIN_FIX),
    }
    schema::check(database, neon_auth, site.migrations, report).await
}

/// Warns where the login may make temporary tables. `server migrate` takes this right away where the database belongs
/// to the owner of the schema.
async fn check_temporary_tables(database: &mut Inspection, report: &mut Report) -> Result<(), sqlx::Error> {
    if let Some(Revocation { owner, statement }) = database.temporary_tables().await? {
        let seen = "web may make temporary tables, which it never needs: SQL that is smuggled in could hide a table behind one";
        report.warning("temporary tables", seen, format!("as {owner}, the owner of the database: {statement}"));
    }
    Ok(())
}

/// The fix for every login under which policies would not hold.
pub const LOGIN_FIX: &str =
    "set DATABASE_URL to the login \"web\" and run `server migrate`, with DATABASE_OWNER_URL for the owner";

fn report_round_trip(round_trip: Duration, report: &mut Report) {
    let milliseconds = round_trip.as_secs_f64() * 1000.0;
    if round_trip < SLOW_ROUND_TRIP {
        report.ok("distance", format!("{milliseconds:.1} ms for a round trip"));
    } else {
        let seen = format!("{milliseconds:.0} ms for a round trip, of which a page takes three or four");
        report.warning("distance", seen, "run the server in the region of the database");
    }
}

async fn check_private_link(host: &DatabaseHost, report: &mut Report) {
    if host.is_private_link || host.resolves_to_private_address().await {
        let seen =
            format!("{} goes through Private Link (Private Networking), with which Neon Auth does not work", host.name);
        let fix = "use the public host of the branch, and switch Private Networking off for the project";
        report.failure("Private Link", seen, fix);
    }
}

async fn check_as_owner(owner: &SecretString, site: &Site, report: &mut Report) {
    if DatabaseHost::from_url(owner).is_some_and(|host| host.is_pooled) {
        let seen = "DATABASE_OWNER_URL goes through the pooler, where the lock of migrations does not hold";
        report.warning("owner", seen, "take \"-pooler\" out of its host");
    }
    match Inspection::open(owner.expose_secret(), &application_name(site), CONNECT_TIMEOUT).await {
        Ok(mut database) => {
            if let Err(error) = schema::check_migrations(&mut database, site.migrations, report).await {
                report_query_error(&error, report);
            }
            database.close().await;
        }
        Err(problem) => report_unreachable("owner", "DATABASE_OWNER_URL", &problem, report),
    }
}

fn report_unreachable(name: &'static str, variable: &str, problem: &LoginProblem, report: &mut Report) {
    match problem {
        LoginProblem::Refused(message) => {
            let fix = match name {
                "owner" => format!("copy {variable} from Neon's console again"),
                _ => format!("run `server migrate` with this {variable}: it gives the login its password"),
            };
            report.failure(name, format!("PostgreSQL refused {variable}: {message}"), fix);
        }
        problem => {
            tracing::debug!(%problem, "the database does not answer");
            let fix = format!("check the host in {variable}, and in Neon's console that the branch has a compute");
            report.failure(name, format!("nobody answers at {variable}"), fix);
        }
    }
}

fn report_query_error(error: &sqlx::Error, report: &mut Report) {
    tracing::debug!(%error, "a query of the doctor failed");
    let seen = match error.as_database_error() {
        Some(refusal) => format!("a question was refused: {}", refusal.message()),
        None => "the connection broke off".to_owned(),
    };
    report.failure("database", seen, "run the doctor again");
}
