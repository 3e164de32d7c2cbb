//! Opens, tests and returns connections. What is public is for a second pool beside that of [`Db`](crate::Db),
//! such as the one of a session store.

mod acquire;
mod begin_statement;
mod last_loss;
mod usage;

pub use acquire::{acquire, warm};
pub use begin_statement::begin_statement;
pub(crate) use last_loss::LastLoss;
pub use usage::{PoolContention, PoolUse};

use crate::database_url::{DatabaseUrlError, connect_options};
use crate::settings::DbSettings;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};
use std::time::Duration;

/// Returns the options that every pool has. However quiet it is, half of the connections stay open, so that a burst
/// begins at once. `before_acquire` decides which of them are tested.
pub fn options(max_connections: u32, acquire_timeout: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .min_connections(max_connections.div_ceil(2))
        .acquire_timeout(acquire_timeout)
        .test_before_acquire(false)
}

/// Makes the pool of [`Db`](crate::Db).
pub(crate) fn open(settings: &DbSettings) -> Result<(PgPool, LastLoss), DatabaseUrlError> {
    let last_loss = LastLoss::default();
    let loss = last_loss.clone();
    let connect = connect_options(&settings.url)?
        .statement_cache_capacity(settings.statement_cache_capacity)
        .application_name(&settings.application_name);
    #[expect(clippy::disallowed_methods, reason = "this is the one pool of the feature tables")]
    let pool = options(settings.max_connections, settings.acquire_timeout)
        .before_acquire(move |connection, usage| {
            let suspect = loss.may_affect(usage.idle_for);
            Box::pin(async move { Ok(!suspect || connection.ping().await.is_ok()) })
        })
        // sqlx believes that a transaction whose `begin` was cancelled or failed has not begun, and would hand the
        // connection to the next borrower inside it: with the role and the claims of another user, or aborted. This
        // runs after the request has been answered. A transaction is begun only to be dropped, because a `rollback`
        // outside one is a warning in the server's log each time. Inside an aborted one it fails, and the connection is
        // closed. The rollbacks before and after it travel with other messages, so that it costs one round trip.
        .after_release(|connection, _| Box::pin(async move { Ok(connection.begin().await.is_ok()) }))
        .connect_lazy_with(connect);
    Ok((pool, last_loss))
}
