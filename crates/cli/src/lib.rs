//! The commands of the program.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod libpq;
mod serve;

use anyhow::Context;
use clap::{Parser, Subcommand};
use doctor::LocalServices;
#[cfg(feature = "local")]
use doctor::Running;
#[cfg(all(feature = "managed", feature = "stack"))]
use doctor::move_to_managed::{self, Progress};
use http_server::config::{MigrationConfig, Mode, PartialConfig};
use http_server::healthcheck;
use http_server::state::Site;
use http_server::telemetry::traces::Traces;
use http_server::telemetry::{self, Listener};
use secrecy::ExposeSecret;
pub use serve::app;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "server", version, about = "A full-stack app on Leptos, axum and Neon")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app. The default.
    Serve,
    /// Bring the database to the schema of this build, as its owner (DATABASE_OWNER_URL).
    Migrate,
    /// Move the data of users of the Stack generation to their new accounts at Managed Neon Auth, as the owner. Run it
    /// again to go on with who has signed up since. See docs/neon.md.
    #[cfg(all(feature = "managed", feature = "stack"))]
    MoveToManaged,
    /// Look at everything that the server depends on, and name the fix of what is wrong. Changes and starts nothing.
    Doctor {
        /// One JSON document instead of a line per check
        #[arg(long)]
        json: bool,
    },
    /// Ask the server that runs on this machine whether it is alive: the health check of a container without a shell.
    Healthcheck,
    /// Run a stand-in for Neon Auth on this machine, for development and tests.
    #[cfg(all(feature = "local", feature = "stack"))]
    LocalNeonAuth(stand_ins::neon_auth::Settings),
    /// Stop the PostgreSQL of local mode and that of the tests. Their data stays.
    #[cfg(feature = "local")]
    Stop,
    /// Make a database with the schema of the folder `migrations` and print its URL. For tools that look at a schema.
    #[cfg(feature = "local")]
    ScratchDatabase,
    /// Make an empty database in the PostgreSQL of local mode, and print how to log in to it. For the browser tests.
    #[cfg(feature = "local")]
    EmptyDatabase { name: String },
}

/// Runs the command that the arguments of the process name, and returns what the process ends with.
pub async fn run(site: Site) -> anyhow::Result<ExitCode> {
    libpq::ignore_variables()?;
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => {
            let partial = PartialConfig::for_start();
            let warnings = partial.warnings.clone();
            let mode = Mode::of(partial)?;
            let traces =
                Traces::start(mode.common().traces.as_ref(), site.name, site.crates).context("OTEL_EXPORTER_OTLP_…")?;
            let _log = telemetry::start(&mode.common().log, &traces, under_the_hood())?;
            for warning in warnings {
                tracing::warn!("{warning}");
            }
            let served = serve::run(mode, site).await;
            traces.finish().await;
            served?;
        }
        Command::Migrate => {
            let config = MigrationConfig::from_env()?;
            let _log = telemetry::start(&config.log, &Traces::start(None, site.name, &[])?, None)?;
            let web_password = config.web_password.as_ref().map(|password| password.expose_secret());
            rls::migrate::run(site.migrations, config.owner_url.expose_secret(), web_password, &config.limits)
                .await
                .context("DATABASE_OWNER_URL")?;
            tracing::info!("the database has the schema of this build");
        }
        #[cfg(all(feature = "managed", feature = "stack"))]
        Command::MoveToManaged => {
            let config = MigrationConfig::from_env()?;
            let _log = telemetry::start(&config.log, &Traces::start(None, site.name, &[])?, None)?;
            match move_to_managed::run(config.owner_url.expose_secret()).await.context("DATABASE_OWNER_URL")? {
                Progress::Remembered(former) => {
                    tracing::info!(
                        former,
                        "users of the Stack generation remembered: now enable Managed Neon Auth, and run this again"
                    );
                }
                Progress::Moved { claimed, waiting } => {
                    tracing::info!(claimed, waiting, "users of the Stack generation moved");
                }
            }
        }
        Command::Doctor { json } => {
            let partial = PartialConfig::for_start();
            let local = if partial.local { local_services().await? } else { None };
            let is_healthy = doctor::run(partial, local, &site, json).await;
            return Ok(if is_healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Healthcheck => healthcheck::check().await?,
        #[cfg(all(feature = "local", feature = "stack"))]
        Command::LocalNeonAuth(settings) => stand_ins::neon_auth::run(settings).await?,
        #[cfg(feature = "local")]
        Command::Stop => {
            for stopped in local::stop(&local::folder()).await? {
                println!("stopped the PostgreSQL in {}", stopped.display());
            }
        }
        #[cfg(feature = "local")]
        Command::ScratchDatabase => {
            println!("{}", local::scratch_database(&local::folder()).await?);
        }
        #[cfg(feature = "local")]
        Command::EmptyDatabase { name } => {
            println!("{}", local::empty_database(&local::folder(), &name).await?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the layer that records the statements of requests, for the page "Under the hood" of local mode.
#[cfg(feature = "local")]
fn under_the_hood() -> Option<Listener> {
    Some(Box::new(local::under_the_hood::query_log_layer()))
}

#[cfg(not(feature = "local"))]
fn under_the_hood() -> Option<Listener> {
    None
}

/// Returns what local mode runs at the moment. Starts nothing.
#[cfg(feature = "local")]
async fn local_services() -> anyhow::Result<Option<LocalServices>> {
    let (folder, requested) = (local::folder(), local::Generation::requested()?);
    Ok(Some(match local::find_running(&folder).await {
        Some(local::RunningServices { database_url, owner_url, neon_auth }) => {
            LocalServices::Running(Box::new(Running { database_url, owner_url, neon_auth }))
        }
        None => LocalServices::Stopped {
            obstacle: local::check_prerequisites(&folder, requested).await.err().map(|error| format!("{error:#}")),
        },
    }))
}

#[cfg(not(feature = "local"))]
async fn local_services() -> anyhow::Result<Option<LocalServices>> {
    Ok(None)
}
