//! The local Neon Auth: a server with the protocol, and the ways to fail, of Neon Auth's Stack generation.
//! It must not be reachable from another machine, nor be part of a release: anyone may sign in as anyone here.

mod access;
mod accounts;
mod admin;
mod body;
mod codes;
mod command;
mod control;
mod directory;
mod domains;
mod email_codes;
mod errors;
mod headers;
mod keys;
mod known_errors;
mod mfa;
mod oauth;
mod otp;
mod outage;
mod outbox;
mod page;
mod password;
mod password_change;
mod project;
mod projects;
mod redirect_allowlist;
mod routes;
mod schema;
mod secrets;
mod sessions;
mod settings;
mod state;
mod sync;
mod tokens;
mod users;

pub use command::run;
pub use settings::{DirectoryIds, Settings, SyncDelay};

use directory::Directory;
use project::Project;
use serde::Serialize;
use state::StandIn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// A server that answers. It stops when this is dropped.
#[derive(Serialize)]
pub struct Running {
    /// `http://<address>:<port>`, which every token's issuer begins with.
    pub origin: String,
    /// The socket address that it listens on.
    #[serde(skip)]
    pub address: SocketAddr,
    /// The id of the project that the app uses.
    pub project_id: String,
    /// The key of the project that is no secret.
    pub publishable_client_key: String,
    /// The key of the project for servers.
    pub secret_server_key: String,
    /// The key that opens the control endpoints under `/local`.
    pub super_secret_admin_key: String,
    #[serde(skip)]
    _tasks: Tasks,
}

/// The tasks of the server, which end when this is dropped.
struct Tasks([JoinHandle<()>; 2]);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// The reason why the local Neon Auth does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not one of loopback.
    #[error("the local Neon Auth listens on loopback only, not on {0}: use 127.0.0.1")]
    NotLoopback(SocketAddr),
    /// This variable says that the machine is one of a deployment.
    #[error("{0} says that this is production, where the local Neon Auth must not run: set up Neon Auth instead")]
    Production(&'static str),
    /// The address cannot be listened on.
    #[error("the local Neon Auth cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The database of the stand-in cannot be used.
    #[error("the state database of the local Neon Auth cannot be used: {0}")]
    StateDatabase(sqlx::Error),
    /// The user directory cannot be made in the app's database.
    #[error("the user directory cannot be made in the application's database: {0}")]
    Directory(sqlx::Error),
    /// The user directory is there, and its ids have another type.
    #[error("neon_auth.users_sync has ids of type {found}, not {wanted}: use another database, or --directory-ids")]
    DirectoryIds {
        /// The type of the ids that are there.
        found: String,
        /// The type of the ids in the settings.
        wanted: &'static str,
    },
    /// A first password could not be hashed.
    #[error("the local Neon Auth could not prepare password hashing")]
    PasswordHashing,
}

/// Prepares both databases, then listens. A second start finds the users, keys and pending deliveries of the first.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    settings.check(&|name| std::env::var_os(name))?;
    let directory = match &settings.directory_url {
        Some(url) => Some(Arc::new(Directory::open(url, settings.directory_ids, &settings.app_owner).await?)),
        None => None,
    };
    let pool = state::open(&settings.state_url).await?;
    let project = Project::open(&pool, &settings).await.map_err(StartError::StateDatabase)?;
    let listen_error = |source| StartError::Listen { address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let origin = format!("http://{address}");
    let dummy_password_hash = password::hash(secrets::token()).await.map_err(|_| StartError::PasswordHashing)?;
    let stand_in = StandIn {
        browser_origin: settings.browser_origin.as_deref().unwrap_or(&origin).into(),
        origin: origin.as_str().into(),
        pool,
        directory,
        outage: watch::Sender::new(None),
        sync_changed: Arc::new(Notify::new()),
        dummy_password_hash: dummy_password_hash.into(),
    };

    let router = routes::router(stand_in.clone());
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the local Neon Auth stopped");
        }
    });
    let syncing = tokio::spawn(sync::run(stand_in));
    tracing::info!(origin, "the local Neon Auth is ready");
    Ok(Running {
        origin,
        address,
        project_id: project.id.to_string(),
        publishable_client_key: project.publishable_client_key,
        secret_server_key: project.secret_server_key,
        super_secret_admin_key: project.super_secret_admin_key,
        _tasks: Tasks([serving, syncing]),
    })
}
