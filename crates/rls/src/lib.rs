//! The only way to the feature tables: a transaction that carries the identity of a verified token.
//! It must not know any feature, and must not hand out its pool.

mod connect;
mod database_url;
mod error;
pub mod inspect;
mod login;
pub mod migrate;
mod pool;
mod tx;
#[cfg(feature = "identity-notice")]
pub mod witness;

pub use connect::options as connect_options;
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use error::DbError;
pub use login::LoginProblem;
pub use migrate::message_with_hint;
pub use pool::{DbSettings, PoolUse, Waits, kept_open, lent, opening, warm};
pub use tx::{AnonTx, LoginTx, Reads, UserTx};

use identity::Claims;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tx::Ending;

/// How long a write waits for Neon Auth to deliver a user who has just signed up. Usually it takes under a second.
const PATIENCE: Duration = Duration::from_secs(3);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// Something that belongs to the person who adds it. A trait and not a closure, because the futures of async closures
/// cannot promise to be `Send`, which server functions need.
pub trait Insert: Sync {
    type Row: Send;

    /// May run several times, each time in a new transaction.
    fn insert(&self, tx: &mut UserTx) -> impl Future<Output = Result<Self::Row, DbError>> + Send;
}

/// What a feature needs done for everybody from time to time: a statement that calls a function of its migration, which
/// only the server's login may call, and which says how many rows it touched.
#[derive(Clone, Copy, Debug)]
pub struct Maintenance(pub &'static str);

/// The database, as the login `web`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    last_loss: pool::LastLoss,
    waits: Waits,
    opening: &'static str,
    /// Follows the identity in the message that begins a transaction. Empty, but for what `witness` puts there.
    witness: &'static str,
}

impl Db {
    /// Does not connect yet: the first use does.
    pub fn connect_lazy(settings: &DbSettings) -> Result<Self, DbError> {
        let (pool, last_loss) = pool::open(settings).map_err(DbError::Other)?;
        let opening = opening(settings.statement_cache_capacity);
        Ok(Self { pool, last_loss, waits: Waits::default(), opening, witness: "" })
    }

    /// Opens as many connections as the pool keeps. One that cannot be opened now is opened when it is needed.
    pub async fn warm(&self) {
        warm(&self.pool).await;
    }

    /// Whether this login is one under which row-level security holds.
    pub async fn check_login(&self) -> Result<(), LoginProblem> {
        let mut tx = self.begin_as_login().await.map_err(login::unanswered)?;
        login::check(&mut *tx).await
    }

    /// One round trip, for the readiness check.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.as_anonymous().await.map(drop)
    }

    pub async fn as_user(&self, claims: &Claims) -> Result<UserTx, DbError> {
        self.begin(&tx::as_user(claims)).await.map(|begun| UserTx(begun, Ending))
    }

    pub async fn as_anonymous(&self) -> Result<AnonTx, DbError> {
        self.begin(tx::AS_ANONYMOUS).await.map(|begun| AnonTx(begun, Ending))
    }

    /// For the catalogue and the functions that `web` may run. No table of a feature can be read like this.
    pub async fn as_login(&self) -> Result<LoginTx, DbError> {
        Ok(LoginTx(self.begin_as_login().await?))
    }

    /// Inserts `new` and commits. Tries again, each time in a new transaction, while the only obstacle is that the person's
    /// row has not arrived in the directory; after three seconds that is `AccountNotReady`.
    pub async fn insert_as<I: Insert>(&self, claims: &Claims, new: &I) -> Result<I::Row, DbError> {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = FIRST_PAUSE;
        loop {
            let mut tx = self.as_user(claims).await?;
            match new.insert(&mut tx).await {
                Ok(row) => {
                    tx.commit().await?;
                    return Ok(row);
                }
                Err(DbError::AccountNotReady) if Instant::now() + pause <= deadline => {}
                Err(error) => return Err(error),
            }
            // The connection goes back to the pool while we wait.
            drop(tx);
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Applies the rules of `on delete` to everything that belongs to this user, once Neon Auth has confirmed the
    /// deletion of the account. `subject` is the token's `sub`.
    pub async fn forget_user(&self, subject: &str) -> Result<(), DbError> {
        let mut tx = self.as_login().await?;
        sqlx::query!("select forget_user($1) as done", subject).fetch_one(tx.connection()).await?;
        tx.commit().await
    }

    /// The same for all users that Neon Auth has marked as deleted. Returns how many rows that touched.
    pub async fn purge_deleted_users(&self) -> Result<i64, DbError> {
        let mut tx = self.as_login().await?;
        let touched =
            sqlx::query_scalar!(r#"select purge_deleted_users() as "touched!""#).fetch_one(tx.connection()).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Returns how many rows that touched.
    pub async fn maintain(&self, Maintenance(statement): Maintenance) -> Result<i64, DbError> {
        let mut tx = self.as_login().await?;
        let touched = sqlx::query_scalar(statement).fetch_one(tx.connection()).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// For whoever looks after the server.
    pub fn pool_use(&self) -> PoolUse {
        PoolUse::of(&self.pool, &self.waits)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn begin(&self, identity: &str) -> Result<Transaction<'static, Postgres>, DbError> {
        let first = self.begin_once(identity).await;
        let begun = match first {
            // Nothing had been asked of it, so asking another one is safe.
            Err(error) if error::is_lost_connection(&error) => {
                self.last_loss.is_now();
                self.begin_once(identity).await
            }
            answer => answer,
        };
        begun.map_err(|error| match &error {
            // Not a refusal of what the person wants: this login may not take on their role.
            sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some("42501") => DbError::Other(error),
            _ => error.into(),
        })
    }

    #[tracing::instrument(level = "debug", name = "begin", skip_all)]
    async fn begin_once(&self, identity: &str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.waits.note(&self.pool);
        let (pool, opening) = (self.pool.clone(), format!("{}; {identity}{}", self.opening, self.witness));
        #[expect(clippy::disallowed_methods, reason = "the statement sets role and claims")]
        lent(&self.pool, self.last_loss.is_recent(), async move { pool.begin_with(AssertSqlSafe(opening)).await }).await
    }

    #[tracing::instrument(level = "debug", name = "begin", skip_all)]
    async fn begin_as_login(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.waits.note(&self.pool);
        let (pool, opening) = (self.pool.clone(), self.opening);
        #[expect(
            clippy::disallowed_methods,
            reason = "the login itself has no rights that a policy would have to limit"
        )]
        lent(&self.pool, self.last_loss.is_recent(), async move { pool.begin_with(opening).await }).await
    }
}
