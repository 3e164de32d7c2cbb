//! The whole app, and its server: started from the configuration, with the background tasks beside it.

use anyhow::{anyhow, bail};
use axum::Router;
use doctor::clock::{self, Clock};
use doctor::database::LOGIN_FIX;
use http_server::config::{Config, Mode, OTHER_DIRECTORY_FIX};
use http_server::state::{AppState, Site};
use http_server::{http, listening, shutdown};
#[cfg(feature = "local")]
use local::{Generation, Guard};
use request::feature::Features;
use rls::{Db, DbError, LoginProblem};
use std::time::Duration;
use time::OffsetDateTime;

/// The time within which users whom Neon Auth has marked as deleted lose their data.
const PURGE_INTERVAL: Duration = Duration::from_secs(60);

const LOGIN_RETRY_INTERVAL: Duration = Duration::from_secs(2);

const NEON_AUTH_RETRY_INTERVAL: Duration = Duration::from_secs(30);

/// Serves the app until the process is told to stop.
pub async fn run(mode: Mode, site: Site) -> anyhow::Result<()> {
    let (config, _local) = complete(mode, site).await?;
    let listen_address = config.common.leptos.address();
    let listener = listening::bind(&config.common.leptos).await?;
    let limits = config.common.limits.clone();
    let state = AppState::new(config, site)?;

    check_login(&state).await?;
    check_generation(&state).await?;

    state.auth.spawn_background();
    tokio::spawn(purge(state.db.clone(), site.features));
    tokio::spawn(check_neon_auth(state.clone()));

    tracing::info!(address = %listen_address, origin = state.config.public_origin.as_str(), "listening");
    let (auth, db, readiness) = (state.auth.clone(), state.db.clone(), state.readiness.clone());
    let pending_calls = auth.finish_calls();
    shutdown::serve(listener, app(state), readiness, limits.connections, limits.shutdown, pending_calls).await;
    tokio::join!(db.close(), auth.sessions.store().close());
    tracing::info!("stopped");
    Ok(())
}

/// Returns the service that the server and its tests run.
pub fn app(state: AppState) -> Router {
    http::app(state, with_inspector)
}

/// Adds the page of local mode on what the routes ask of PostgreSQL.
#[cfg(feature = "local")]
fn with_inspector(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    local::under_the_hood::with_inspector(routes, state)
}

#[cfg(not(feature = "local"))]
fn with_inspector(routes: Router<AppState>, _: &AppState) -> Router<AppState> {
    routes
}

/// Returns the complete configuration, and what must live as long as the server.
#[cfg(feature = "local")]
async fn complete(mode: Mode, site: Site) -> anyhow::Result<(Config, Option<Guard>)> {
    match mode {
        Mode::Complete(config) => Ok((*config, None)),
        Mode::Local(mode) => {
            let requested = Generation::requested()?;
            let (parts, guard) = local::start(&local::folder(), &mode, requested, site).await?.into_parts();
            Ok((mode.complete(parts), Some(guard)))
        }
    }
}

#[cfg(not(feature = "local"))]
async fn complete(mode: Mode, _: Site) -> anyhow::Result<(Config, ())> {
    match mode {
        Mode::Complete(config) => Ok((*config, ())),
        Mode::Local(_) => {
            bail!("local mode is not part of this build: set DATABASE_URL and the variables of Neon Auth")
        }
    }
}

/// Refuses a login under which policies would not hold. A database that does not answer yet is no reason to stay away:
/// it is asked again until it does, and the server says meanwhile that it is not ready.
async fn check_login(state: &AppState) -> anyhow::Result<()> {
    match state.db.check_login().await {
        Err(LoginProblem::Unreachable(error)) => {
            tracing::warn!(%error, "the database does not answer yet");
            state.readiness.set_ready(false);
            tokio::spawn(retry_check_login(state.clone()));
            Ok(())
        }
        Ok(()) => {
            warm(state).await;
            Ok(())
        }
        Err(problem) => Err(anyhow!("DATABASE_URL cannot be used: {problem}. Fix: {LOGIN_FIX}")),
    }
}

/// Asks again until the database answers, then says that the server is ready, or stops it.
async fn retry_check_login(state: AppState) {
    loop {
        tokio::time::sleep(LOGIN_RETRY_INTERVAL).await;
        match state.db.check_login().await {
            Ok(()) => {
                warm(&state).await;
                return state.readiness.set_ready(true);
            }
            Err(LoginProblem::Unreachable(_)) => {}
            Err(problem) => {
                tracing::error!(%problem, fix = LOGIN_FIX, "the database cannot be used");
                return state.readiness.stop();
            }
        }
    }
}

/// Opens connections before requests want them: a login takes the processor thousands of rounds, and a server that has
/// just started is busy.
async fn warm(state: &AppState) {
    tokio::join!(state.db.warm(), state.auth.sessions.store().warm());
}

/// Refuses a database with the user directory of the other generation: users could sign in, and then nothing of theirs
/// could be saved.
async fn check_generation(state: &AppState) -> anyhow::Result<()> {
    // A database that does not answer yet, or was not migrated, is reported elsewhere.
    let Ok(Some(directory)) = state.db.directory().await else { return Ok(()) };
    let settings = &state.config.neon_auth;
    if settings.is_managed() != directory.is_managed {
        let (variable, table) = (settings.deciding_variable(), directory.table);
        bail!(
            "{variable} is set, but the tables of this database refer to the users in {table}: {OTHER_DIRECTORY_FIX}"
        );
    }
    Ok(())
}

/// Warns now of what would otherwise fail at the end of a sign-in: a wrong clock, or a domain that is not trusted.
async fn check_neon_auth(state: AppState) {
    loop {
        match state.auth.neon_auth.project_info().await {
            Ok(project) => {
                let clock =
                    project.clock.and_then(|theirs| clock::advice(Clock::NeonAuth, OffsetDateTime::now_utc(), theirs));
                for advice in clock.into_iter().chain(project.advice(state.config.public_origin.url())) {
                    tracing::warn!(fix = advice.fix, "{}", advice.seen);
                }
                return;
            }
            Err(error) => tracing::debug!(%error, "the trusted domains of Neon Auth could not be read"),
        }
        tokio::time::sleep(NEON_AUTH_RETRY_INTERVAL).await;
    }
}

/// Purges the data of deleted users, and runs the maintenance of features, from time to time.
async fn purge(db: Db, features: Features) {
    let mut interval = tokio::time::interval(PURGE_INTERVAL);
    loop {
        interval.tick().await;
        log_purge("data of deleted users", db.purge_deleted_users().await);
        for feature in features.iter() {
            for maintenance in feature.maintenance {
                log_purge(feature.name, db.maintain(*maintenance).await);
            }
        }
    }
}

fn log_purge(what: &str, purged: Result<i64, DbError>) {
    match purged {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "{what} purged"),
        Err(error) => tracing::warn!(%error, "{what} could not be purged"),
    }
}
