//! The state that all handlers share: the origin, the state database and the switches that live in memory.

use super::{StartError, directory::Directory, outage::Outage, schema};
use sqlx::{
    PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};

/// The shared state. It is cheap to clone: one per request.
#[derive(Clone)]
pub struct StandIn(Arc<Shared>);

struct Shared {
    origin: String,
    browser_origin: Option<String>,
    pool: PgPool,
    directory: Option<Directory>,
    outage: watch::Sender<Option<Outage>>,
    sync_changed: Notify,
    dummy_password_hash: String,
}

impl StandIn {
    pub fn new(
        origin: String,
        browser_origin: Option<String>,
        pool: PgPool,
        directory: Option<Directory>,
        dummy_password_hash: String,
    ) -> Self {
        Self(Arc::new(Shared {
            origin,
            browser_origin,
            pool,
            directory,
            outage: watch::Sender::new(None),
            sync_changed: Notify::new(),
            dummy_password_hash,
        }))
    }

    /// Returns the origin, without a slash at the end. Every issuer begins with it.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Returns the origin at which browsers reach the stand-in.
    pub fn browser_origin(&self) -> &str {
        self.0.browser_origin.as_deref().unwrap_or(&self.0.origin)
    }

    /// Returns whether a `Host` header is the name by which browsers come.
    pub fn is_browser_host(&self, host: &str) -> bool {
        self.0.browser_origin.as_deref().and_then(|origin| origin.strip_prefix("https://")) == Some(host)
    }

    pub fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    #[expect(clippy::disallowed_methods, reason = "the stand-in's own database, which has no rows of real users")]
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.0.pool.begin().await
    }

    pub fn directory(&self) -> Option<&Directory> {
        self.0.directory.as_ref()
    }

    /// Returns the switch for the way in which the API fails at the moment, if it does.
    pub fn outage(&self) -> &watch::Sender<Option<Outage>> {
        &self.0.outage
    }

    /// Returns what wakes the task that writes the directory.
    pub fn sync_changed(&self) -> &Notify {
        &self.0.sync_changed
    }

    /// Returns the hash to check when there is no such user: an unknown e-mail takes as long as a wrong password.
    pub fn dummy_password_hash(&self) -> &str {
        &self.0.dummy_password_hash
    }
}

/// Opens the state database and makes its tables.
#[expect(clippy::disallowed_methods, reason = "the stand-in's own database, which has no rows of real users")]
pub async fn open(url: &str) -> Result<PgPool, StartError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(StartError::StateDatabase)?
        .application_name("local-neon-auth")
        .options([("search_path", "local_neon_auth")]);
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(StartError::StateDatabase)?;
    let mut connection = pool.acquire().await.map_err(StartError::StateDatabase)?;
    schema::create(&mut connection).await.map_err(StartError::StateDatabase)?;
    drop(connection);
    Ok(pool)
}
