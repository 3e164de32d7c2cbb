//! The state that all handlers share: the origin, the state database and the switches that live in memory.

use super::{StartError, directory::Directory, outage::Outage, schema};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres, Transaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The shared state. It is cheap to clone: one per request.
#[derive(Clone)]
pub struct StandIn {
    /// The origin, without a slash at the end. Every issuer begins with it.
    pub origin: Arc<str>,
    /// The origin at which browsers reach the stand-in.
    pub browser_origin: Arc<str>,
    pub pool: PgPool,
    pub directory: Option<Arc<Directory>>,
    /// The switch for the way in which the API fails at the moment, if it does.
    pub outage: watch::Sender<Option<Outage>>,
    /// Wakes the task that writes the directory.
    pub sync_changed: Arc<Notify>,
    /// The hash to check when there is no such user: an unknown e-mail takes as long as a wrong password.
    pub dummy_password_hash: Arc<str>,
}

impl StandIn {
    /// Returns whether a `Host` header is the name by which browsers come.
    pub fn is_browser_host(&self, host: &str) -> bool {
        self.browser_origin.strip_prefix("https://") == Some(host)
    }

    #[expect(clippy::disallowed_methods, reason = "the stand-in's own database, which has no rows of real users")]
    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin().await
    }
}

/// Opens the state database and makes its tables.
#[expect(clippy::disallowed_methods, reason = "the stand-in's own database, which has no rows of real users")]
pub async fn open(url: &str) -> Result<PgPool, StartError> {
    let open = async {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.application_name("local-neon-auth").options([("search_path", "local_neon_auth")]))
            .await?;
        let mut connection = pool.acquire().await?;
        schema::create(&mut connection).await?;
        Ok::<_, sqlx::Error>(pool)
    };
    open.await.map_err(StartError::StateDatabase)
}
