//! The subcommand that runs the local Neon Auth as a process of its own.

use super::{DirectoryIds, DirectorySettings, Settings, SyncDelay, start};
use anyhow::Context;
use serde_json::json;
use std::{
    fmt,
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};

/// The arguments of the subcommand, each of which may come from a variable.
#[derive(Clone, clap::Args)]
pub struct LocalNeonAuth {
    /// A loopback address; port 0 takes a free one.
    #[arg(long, env = "LOCAL_NEON_AUTH_LISTEN", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Its own database, which must exist.
    #[arg(long, env = "LOCAL_NEON_AUTH_STATE_URL", hide_env_values = true)]
    state_url: String,
    /// The application's database, by a login that may create schema neon_auth. Without it no directory is written.
    #[arg(long, env = "LOCAL_NEON_AUTH_DIRECTORY_URL", hide_env_values = true)]
    directory_url: Option<String>,
    /// The type of the directory's ids.
    #[arg(long, env = "LOCAL_NEON_AUTH_DIRECTORY_IDS", value_enum, default_value_t)]
    directory_ids: DirectoryIds,
    /// The role that owns the application's tables.
    #[arg(long, env = "LOCAL_NEON_AUTH_APP_OWNER", default_value = "app_owner")]
    app_owner: String,
    /// Milliseconds until a user reaches the directory, or "never". Default: as stored, at first 500.
    #[arg(long, env = "LOCAL_NEON_AUTH_SYNC_DELAY")]
    sync_delay: Option<SyncDelay>,
    /// Lifetime of access tokens. Default: as stored, at first 600.
    #[arg(long, env = "LOCAL_NEON_AUTH_ACCESS_TOKEN_SECONDS")]
    access_token_seconds: Option<u64>,
    /// An origin that people may be sent back to. May be repeated.
    #[arg(long = "trusted-domain", env = "LOCAL_NEON_AUTH_TRUSTED_DOMAINS", value_delimiter = ',')]
    trusted_domains: Vec<String>,
    /// Whether people may be sent back to localhost. Default: as stored, at first true.
    #[arg(long, env = "LOCAL_NEON_AUTH_ALLOW_LOCALHOST")]
    allow_localhost: Option<bool>,
}

/// Leaves out the URLs of databases, which contain passwords.
impl fmt::Debug for LocalNeonAuth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalNeonAuth").field("listen", &self.listen).finish_non_exhaustive()
    }
}

impl From<LocalNeonAuth> for Settings {
    fn from(arguments: LocalNeonAuth) -> Self {
        let directory = arguments.directory_url.map(|url| DirectorySettings {
            url,
            ids: arguments.directory_ids,
            app_owner: arguments.app_owner,
        });
        Self {
            directory,
            sync_delay: arguments.sync_delay,
            access_token_lifetime: arguments.access_token_seconds.map(Duration::from_secs),
            trusted_domains: arguments.trusted_domains,
            allow_localhost: arguments.allow_localhost,
            ..Self::new(arguments.listen, arguments.state_url)
        }
    }
}

/// Prints one line of JSON with the origin and the keys once it answers, then runs until SIGINT or SIGTERM.
pub async fn run(arguments: LocalNeonAuth) -> anyhow::Result<()> {
    let running = start(arguments.into()).await?;
    let ready = json!({
        "origin": running.origin,
        "project_id": running.project_id,
        "publishable_client_key": running.publishable_client_key,
        "secret_server_key": running.secret_server_key,
        "super_secret_admin_key": running.super_secret_admin_key,
    });
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{ready}").and_then(|()| stdout.flush()).context("writing to standard output")?;
    drop(stdout);
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("listening for SIGINT")?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
