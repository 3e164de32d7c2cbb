//! The local Neon Auth: a server with the protocol, and the ways to fail, of Neon Auth's Stack generation.
//! It must not be reachable from another machine, nor be part of a release: anyone may sign in as anyone here.

mod access;
mod accounts;
mod admin;
mod body;
mod codes;
mod control;
mod directory;
mod domains;
mod email_codes;
mod errors;
mod headers;
mod keys;
mod known;
mod mfa;
mod oauth;
mod otp;
mod outage;
mod outbox;
mod page;
mod password;
mod password_change;
mod program;
mod project;
mod projects;
mod routes;
mod schema;
mod secrets;
mod sessions;
mod settings;
mod state;
mod sync;
mod tokens;
mod users;
mod whitelist;

pub use program::{LocalNeonAuth, run};
pub use settings::{DirectoryIds, DirectorySettings, Settings, SyncDelay};

use directory::Directory;
use project::Project;
use state::StandIn;
use std::{io, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinHandle};

/// A server that answers. It stops when this is dropped.
pub struct Running {
    /// `http://<address>:<port>`, which every token's issuer begins with.
    pub origin: String,
    pub address: SocketAddr,
    pub project_id: String,
    pub publishable_client_key: String,
    pub secret_server_key: String,
    /// Opens the control endpoints under `/local`.
    pub super_secret_admin_key: String,
    _tasks: Tasks,
}

struct Tasks([JoinHandle<()>; 2]);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the local Neon Auth listens on loopback only, not on {0}: use 127.0.0.1")]
    NotLoopback(SocketAddr),
    #[error("{0} says that this is production, where the local Neon Auth must not run: set up Neon Auth instead")]
    Production(&'static str),
    #[error("the local Neon Auth cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the state database of the local Neon Auth cannot be used: {0}")]
    StateDatabase(sqlx::Error),
    #[error("the user directory cannot be made in the application's database: {0}")]
    Directory(sqlx::Error),
    #[error("neon_auth.users_sync has ids of type {found}, not {wanted}: use another database, or --directory-ids")]
    DirectoryIds { found: String, wanted: &'static str },
    #[error("the local Neon Auth could not prepare password hashing")]
    PasswordHashing,
}

/// Prepares both databases, then listens. A second start finds the users, keys and pending deliveries of the first.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    settings.check(&|name| std::env::var_os(name))?;
    let directory = match &settings.directory {
        Some(directory) => Some(Directory::open(directory).await?),
        None => None,
    };
    let pool = state::open(&settings.state_url).await?;
    let project = Project::open(&pool, &settings).await.map_err(StartError::StateDatabase)?;
    let listen_error = |source| StartError::Listen { address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let dummy = password::hash(secrets::token()).await.map_err(|_| StartError::PasswordHashing)?;
    let stand_in = StandIn::new(format!("http://{address}"), settings.browser_origin, pool, directory, dummy);

    let router = routes::router(stand_in.clone());
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the local Neon Auth stopped");
        }
    });
    let syncing = tokio::spawn(sync::run(stand_in.clone()));
    tracing::info!(origin = stand_in.origin(), "the local Neon Auth is ready");
    Ok(Running {
        origin: stand_in.origin().to_owned(),
        address,
        project_id: project.id.to_string(),
        publishable_client_key: project.publishable_client_key,
        secret_server_key: project.secret_server_key,
        super_secret_admin_key: project.super_secret_admin_key,
        _tasks: Tasks([serving, syncing]),
    })
}
