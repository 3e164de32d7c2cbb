//! The connections of the session store, and what to do about those that died while nobody used them.
//! It must not run a query that means anything.

use super::store::StoreSettings;
use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool};
use std::time::Duration;

/// A ping before every query would be a second round trip. After a quiet spell, in which a database that scales to zero
/// closes its connections, it costs one request a little and saves it from failing.
const QUIET: Duration = Duration::from_secs(5);

pub fn open(settings: &StoreSettings) -> Result<PgPool, sqlx::Error> {
    let options = settings
        .url
        .expose_secret()
        .parse::<PgConnectOptions>()?
        .application_name("leptos-neon sessions")
        .statement_cache_capacity(settings.statement_cache_capacity);
    #[expect(clippy::disallowed_methods, reason = "sessions belong to no feature, and no person's role may read them")]
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, usage| {
            let quiet = usage.idle_for > QUIET;
            Box::pin(async move { Ok(!quiet || connection.ping().await.is_ok()) })
        })
        .connect_lazy_with(options);
    Ok(pool)
}

/// How often a statement may be repeated because its connection was dead: once for every one in the pool. For statements
/// that do no harm when they run twice, since the first may have been carried out before the connection broke.
pub struct Repeats(u32);

impl Repeats {
    pub fn of(pool: &PgPool) -> Self {
        Self(pool.size())
    }

    pub fn after(&mut self, error: &sqlx::Error) -> bool {
        let again = self.0 > 0 && is_dead_connection(error);
        self.0 = self.0.saturating_sub(1);
        again
    }
}

/// The server closed the connection while it lay in the pool: it says so (class 57P), or the socket does.
fn is_dead_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(answer) => answer.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
