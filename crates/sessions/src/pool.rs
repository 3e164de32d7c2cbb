//! The connections of the session store, and retries for those that died in the pool.

use crate::settings::StoreSettings;
use rls::pool::{PoolContention, PoolUse, acquire, begin_statement, options, warm};
use rls::{DatabaseUrlError, connect_options};
use secrecy::ExposeSecret;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::{Connection as _, PgPool, Postgres, Transaction};
use std::time::Duration;

/// The time in the pool after which a connection is pinged before it is used. A ping before every query would be a
/// second round trip. After this time, in which a database that scales to zero may have closed it, the ping keeps a
/// request from failing.
const PING_AFTER_IDLE: Duration = Duration::from_secs(5);

/// The pool of the session store.
#[derive(Clone)]
pub(crate) struct Pool {
    pool: PgPool,
    /// The statements that begin a transaction around each statement, behind a pooler that does not keep prepared
    /// statements: a statement is sent in two messages, and outside a transaction they could arrive at two connections.
    in_transactions: Option<&'static str>,
    contention: PoolContention,
}

/// A connection for one statement.
pub(crate) enum Connection {
    Single(PoolConnection<Postgres>),
    InTransaction(Transaction<'static, Postgres>),
}

impl Pool {
    /// Makes a pool that is empty yet: the first use connects.
    pub(crate) fn open(settings: &StoreSettings) -> Result<Self, DatabaseUrlError> {
        let capacity = settings.statement_cache_capacity;
        let in_transactions = (capacity == 0).then(|| begin_statement(capacity));
        Ok(Self {
            pool: connect_lazy(settings, in_transactions.is_some())?,
            in_transactions,
            contention: PoolContention::default(),
        })
    }

    /// Returns how much of the pool is in use.
    pub(crate) fn usage(&self) -> PoolUse {
        PoolUse::of(&self.pool, &self.contention)
    }

    /// Opens as many connections as the pool keeps.
    pub(crate) async fn warm(&self) {
        warm(&self.pool).await;
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// Runs one statement. Returns how many rows it touched.
    pub(crate) async fn execute(&self, statement: Query<'_, Postgres, PgArguments>) -> Result<u64, sqlx::Error> {
        let mut connection = self.acquire().await?;
        let done = statement.execute(connection.inner()).await?;
        connection.commit().await?;
        Ok(done.rows_affected())
    }

    /// Repeats a statement whose connection was closed while it lay in the pool: at most once for every one in there.
    /// For idempotent statements only, since the first attempt may have been carried out before the connection broke.
    pub(crate) async fn retry<T, F>(&self, mut statement: impl FnMut() -> F) -> Result<T, sqlx::Error>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        for _ in 0..self.pool.size() {
            match statement().await {
                Err(error) if is_dead_connection(&error) => {}
                outcome => return outcome,
            }
        }
        statement().await
    }

    /// Waits for a connection.
    pub(crate) async fn acquire(&self) -> Result<Connection, sqlx::Error> {
        self.contention.record(&self.pool);
        let (pool, in_transactions) = (self.pool.clone(), self.in_transactions);
        #[expect(
            clippy::disallowed_methods,
            reason = "sessions belong to no feature, and the role of no user may read them"
        )]
        acquire(&self.pool, false, async move {
            match in_transactions {
                None => pool.acquire().await.map(Connection::Single),
                Some(statement) => pool.begin_with(statement).await.map(Connection::InTransaction),
            }
        })
        .await
    }
}

impl Connection {
    /// Returns the connection as sqlx has it.
    pub(crate) fn inner(&mut self) -> &mut PgConnection {
        match self {
            Self::Single(connection) => connection,
            Self::InTransaction(transaction) => transaction,
        }
    }

    /// Makes the change last. Without this call it may be rolled back.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Single(_) => Ok(()),
            Self::InTransaction(transaction) => transaction.commit().await,
        }
    }
}

fn connect_lazy(settings: &StoreSettings, in_transactions: bool) -> Result<PgPool, DatabaseUrlError> {
    let connect = connect_options(settings.url.expose_secret())?
        .application_name(&settings.application_name)
        .statement_cache_capacity(settings.statement_cache_capacity);
    #[expect(
        clippy::disallowed_methods,
        reason = "sessions belong to no feature, and the role of no user may read them"
    )]
    let pool = options(settings.max_connections, settings.acquire_timeout)
        .before_acquire(|connection, usage| {
            let is_idle = usage.idle_for > PING_AFTER_IDLE;
            Box::pin(async move { Ok(!is_idle || connection.ping().await.is_ok()) })
        })
        // A transaction whose `begin` was cancelled comes back open: see `rls`.
        .after_release(move |connection, _| {
            Box::pin(async move { Ok(!in_transactions || connection.begin().await.is_ok()) })
        })
        .connect_lazy_with(connect);
    Ok(pool)
}

/// Returns whether the connection was closed while it lay in the pool: PostgreSQL says so (class 57P), or the socket
/// does.
fn is_dead_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(answer) => answer.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
