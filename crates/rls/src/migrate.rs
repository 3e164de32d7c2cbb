//! Runs migrations as the owner of a database, then lets the login `web` in, with limits.

use crate::database_url::{DatabaseUrlError, connect_options};
use crate::error::message_with_hint;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use std::time::Duration;
use tokio::time::sleep;

/// The attempts before giving up: roles belong to the whole cluster, so the migrations of two databases can collide on
/// them.
const MAX_ATTEMPTS: u32 = 10;

/// The time limits of the login `web`. Kept with the login and not sent by the server: a pooler in
/// transaction mode refuses such options when a connection begins, and would hand a later `set` on to another client.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A statement is cancelled after this.
    pub statement: Duration,
    /// A transaction in which nothing happens is ended after this, and its connection with it.
    pub idle_transaction: Duration,
    /// A statement that waits for a lock is cancelled after this. Shorter than a request waits for a connection: those
    /// that wait for one table give theirs back before others give up.
    pub lock: Duration,
}

impl Default for Limits {
    /// Returns the limits for requests of at most thirty seconds.
    fn default() -> Self {
        Self {
            statement: Duration::from_secs(20),
            idle_transaction: Duration::from_secs(30),
            lock: Duration::from_secs(1),
        }
    }
}

/// The reason why a database could not be migrated. Each message contains its cause, which is no source as well: it
/// would be read twice.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("the URL of the owner {0}")]
    Url(DatabaseUrlError),
    #[error("cannot log in as the owner: {0}")]
    Connect(sqlx::Error),
    #[error("migration {version} failed: {}", message_with_hint(.cause))]
    Migration { version: i64, cause: sqlx::Error },
    /// The migrations that ran are not those of this build: it is older than the database, or the files were edited
    /// since.
    #[error("the database was made by other migrations than this build has: number {version} ran {}", if *.is_known { "with another text" } else { "and is not known" })]
    Foreign { version: i64, is_known: bool },
    /// The table of migrations could not be read or written.
    #[error(transparent)]
    Bookkeeping(MigrateError),
    #[error("cannot give the login \"web\" its password and limits: {}", message_with_hint(.0))]
    Login(sqlx::Error),
}

/// Runs what has not run yet, then lets `web` log in, with this password when one is given. Safe to run at any time.
pub async fn run(
    migrations: &Migrator,
    owner_url: &str,
    web_password: Option<&str>,
    limits: &Limits,
) -> Result<(), MigrationError> {
    let options = connect_options(owner_url).map_err(MigrationError::Url)?;
    let mut attempt = 1;
    loop {
        let mut connection = options.connect().await.map_err(MigrationError::Connect)?;
        let outcome = run_once(migrations, &mut connection, web_password, limits).await;
        // Ends the advisory lock as well, which a failed migration leaves behind.
        connection.close().await.ok();
        match outcome {
            Err(error) if attempt < MAX_ATTEMPTS && error.is_collision() => {
                sleep(Duration::from_millis(50) * attempt).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn run_once(
    migrations: &Migrator,
    owner: &mut PgConnection,
    web_password: Option<&str>,
    limits: &Limits,
) -> Result<(), MigrationError> {
    migrations.run(&mut *owner).await.map_err(|error| match error {
        MigrateError::ExecuteMigration(cause, version) => MigrationError::Migration { version, cause },
        MigrateError::VersionMissing(version) => MigrationError::Foreign { version, is_known: false },
        MigrateError::VersionMismatch(version) => MigrationError::Foreign { version, is_known: true },
        other => MigrationError::Bookkeeping(other),
    })?;
    enable_web_login(owner, web_password).await.map_err(MigrationError::Login)?;
    set_web_limits(owner, limits).await.map_err(MigrationError::Login)?;
    revoke_temporary(owner).await.map_err(MigrationError::Login)
}

async fn enable_web_login(owner: &mut PgConnection, password: Option<&str>) -> Result<(), sqlx::Error> {
    // `alter role` takes no parameters: PostgreSQL quotes the password for us.
    let statement: String =
        sqlx::query_scalar("select 'alter role web login' || coalesce(' password ' || quote_literal($1::text), '')")
            .bind(password)
            .fetch_one(&mut *owner)
            .await?;
    owner.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await?;
    Ok(())
}

/// Sets the limits in this database only: the login may be used in others as well.
async fn set_web_limits(owner: &mut PgConnection, limits: &Limits) -> Result<(), sqlx::Error> {
    let timeouts = [
        ("statement_timeout", limits.statement),
        ("idle_in_transaction_session_timeout", limits.idle_transaction),
        ("lock_timeout", limits.lock),
    ];
    for (name, timeout) in timeouts {
        let statement: String = sqlx::query_scalar(
            "select format('alter role web in database %I set %I = %L', current_database(), $1::text, $2::text)",
        )
        .bind(name)
        .bind(format!("{}s", timeout.as_secs()))
        .fetch_one(&mut *owner)
        .await?;
        owner.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await?;
    }
    Ok(())
}

/// Revokes the right to make temporary tables. Such a table outlives its transaction, and would be found before the one
/// of the same name that is meant. Each database grants this right to all roles until it is revoked, and `create
/// database … template …` does not copy that.
async fn revoke_temporary(owner: &mut PgConnection) -> Result<(), sqlx::Error> {
    let statement = sqlx::query_scalar(
        "select format('revoke temporary on database %I from public', current_database()) from pg_database
         where datname = current_database() and pg_has_role(datdba, 'usage')",
    )
    .fetch_optional(&mut *owner)
    .await?;
    // Only its owner can: elsewhere, `search_path` still keeps such tables from being found.
    let Some(statement) = statement else { return Ok(()) };
    owner.execute(sqlx::raw_sql(AssertSqlSafe::<String>(statement))).await?;
    Ok(())
}

impl MigrationError {
    /// Returns whether another session changed the same role at the same moment.
    fn is_collision(&self) -> bool {
        let (Self::Migration { cause, .. } | Self::Login(cause)) = self else { return false };
        cause.as_database_error().is_some_and(|refusal| {
            refusal.code().as_deref() == Some("XX000") && refusal.message().contains("tuple concurrently updated")
        })
    }
}
