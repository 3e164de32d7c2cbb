//! The only way to tables under row-level security: a transaction that carries the identity of a verified token.
//! It must not hand out its pool.

use crate::database_url::DatabaseUrlError;
use crate::directory::Directory;
use crate::error::{DbError, is_lost_connection};
use crate::login::{self, LoginProblem};
use crate::pool::{self, LastLoss, PoolContention, PoolUse, acquire, begin_statement, warm};
use crate::settings::DbSettings;
use crate::tx::{self, AnonTx, EndOfTransaction, LoginTx, UserTx};
use identity::Claims;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

/// A maintenance job for all users: a statement that calls a function of a migration, which only the server's login may
/// call, and which returns how many rows it touched.
#[derive(Clone, Copy, Debug)]
pub struct Maintenance(pub &'static str);

/// The database, as the login `web`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    last_loss: LastLoss,
    contention: PoolContention,
    begin_statement: &'static str,
    /// Follows the identity in the message that begins a transaction. Empty, but for what the feature `identity-notice`
    /// puts there.
    pub(crate) identity_notice: &'static str,
}

impl Db {
    /// Makes a pool that is empty yet: the first use connects.
    pub fn connect_lazy(settings: &DbSettings) -> Result<Self, DatabaseUrlError> {
        let (pool, last_loss) = pool::open(settings)?;
        let begin_statement = begin_statement(settings.statement_cache_capacity);
        Ok(Self { pool, last_loss, contention: PoolContention::default(), begin_statement, identity_notice: "" })
    }

    /// Opens as many connections as the pool keeps. One that cannot be opened now is opened when it is needed.
    pub async fn warm(&self) {
        warm(&self.pool).await;
    }

    /// Checks that row-level security holds under this login.
    pub async fn check_login(&self) -> Result<(), LoginProblem> {
        let mut tx = self.begin_as_login().await.map_err(login::connection_problem)?;
        login::check(&mut *tx).await
    }

    /// Checks that the database answers, in one round trip.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.as_anonymous().await.map(drop)
    }

    /// Begins a transaction of a signed-in user.
    pub async fn as_user(&self, claims: &Claims) -> Result<UserTx, DbError> {
        self.begin(&tx::as_user(claims)).await.map(|transaction| UserTx(transaction, EndOfTransaction))
    }

    /// Begins a transaction of an anonymous user.
    pub async fn as_anonymous(&self) -> Result<AnonTx, DbError> {
        self.begin(tx::AS_ANONYMOUS).await.map(|transaction| AnonTx(transaction, EndOfTransaction))
    }

    /// Begins a transaction of the login itself, for the catalog and the functions that only the login may run. Where
    /// [`check_login`](Self::check_login) succeeds, it has no rights on any table of a feature.
    pub async fn as_login(&self) -> Result<LoginTx, DbError> {
        Ok(LoginTx(self.begin_as_login().await?))
    }

    /// Returns the directory of users that is in use.
    pub async fn directory(&self) -> Result<Option<Directory>, DbError> {
        Ok(Directory::in_use(self.as_login().await?.connection()).await?)
    }

    /// Applies the rules of `on delete` to all rows that belong to this user, once Neon Auth has confirmed the
    /// deletion of the account. `subject` is the token's `sub`.
    pub async fn forget_user(&self, subject: &str) -> Result<(), DbError> {
        let mut tx = self.as_login().await?;
        sqlx::query("select forget_user($1)").bind(subject).execute(tx.connection()).await?;
        tx.commit().await
    }

    /// Applies the same rules for all users that Neon Auth has marked as deleted. Returns how many rows that touched.
    pub async fn purge_deleted_users(&self) -> Result<i64, DbError> {
        let mut tx = self.as_login().await?;
        let touched = sqlx::query_scalar("select purge_deleted_users()").fetch_one(tx.connection()).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Runs the statement as the login. Returns how many rows it touched.
    pub async fn maintain(&self, Maintenance(statement): Maintenance) -> Result<i64, DbError> {
        let mut tx = self.as_login().await?;
        let touched = sqlx::query_scalar(statement).fetch_one(tx.connection()).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Returns how much of the pool is in use, for metrics.
    pub fn pool_use(&self) -> PoolUse {
        PoolUse::of(&self.pool, &self.contention)
    }

    /// Closes all connections. Transactions that go on keep theirs until they end.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn begin(&self, identity: &str) -> Result<Transaction<'static, Postgres>, DbError> {
        let first = self.begin_once(identity).await;
        let transaction = match first {
            // Nothing had been asked of it, so asking another one is safe.
            Err(error) if is_lost_connection(&error) => {
                self.last_loss.record();
                self.begin_once(identity).await
            }
            answer => answer,
        };
        transaction.map_err(|error| match &error {
            // Not a refusal of what the user wants: this login may not take on their role.
            sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some("42501") => DbError::Other(error),
            _ => error.into(),
        })
    }

    async fn begin_once(&self, identity: &str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.begin_with(format!("{}; {identity}{}", self.begin_statement, self.identity_notice)).await
    }

    async fn begin_as_login(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.begin_with(self.begin_statement.to_owned()).await
    }

    #[tracing::instrument(level = "debug", name = "begin", skip_all)]
    async fn begin_with(&self, statement: String) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.contention.record(&self.pool);
        let pool = self.pool.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "the statement sets role and claims, or leaves the login, which has no rights on any row"
        )]
        acquire(&self.pool, self.last_loss.is_recent(), async move { pool.begin_with(AssertSqlSafe(statement)).await })
            .await
    }
}
