//! The errors of a statement, in terms that the caller can act on.

use sqlx::postgres::{PgDatabaseError, PgQueryResult};

/// The suffix of foreign keys to a directory that Neon Auth fills asynchronously.
const ASYNC_DIRECTORY_FKEY_SUFFIX: &str = "_users_sync_fkey";
/// The suffix of foreign keys to a directory whose rows are there when sign-up responds.
const SYNC_DIRECTORY_FKEY_SUFFIX: &str = "_neon_auth_user_fkey";

/// The reason why a statement failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A grant or a policy refused it.
    #[error("not allowed")]
    Forbidden,
    /// No such row, or none that this user may see.
    #[error("no such row")]
    NotFound,
    /// The constraint of this name refused it.
    #[error("constraint {0} refused the row")]
    Constraint(String),
    /// The row exists and is theirs, and has changed since they read it.
    #[error("the row has changed since it was read")]
    Stale,
    /// Neon Auth has not delivered the user's row yet.
    #[error("the user has not arrived in the directory")]
    AccountNotReady,
    /// The user's row is gone from the directory: the account was deleted.
    #[error("the user is no longer in the directory")]
    AccountGone,
    /// The database cannot answer now. Trying again later is safe.
    #[error("the database is not available: {0}")]
    Unavailable(sqlx::Error),
    /// A mistake in the statement, in the schema or in this program.
    #[error(transparent)]
    Other(sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        if is_outage(&error) {
            return Self::Unavailable(error);
        }
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(refusal) => match (refusal.code().as_deref(), refusal.constraint()) {
                (Some("42501"), _) => Self::Forbidden,
                (Some("23503"), Some(name)) if name.ends_with(ASYNC_DIRECTORY_FKEY_SUFFIX) => Self::AccountNotReady,
                (Some("23503"), Some(name)) if name.ends_with(SYNC_DIRECTORY_FKEY_SUFFIX) => Self::AccountGone,
                (_, Some(name)) => Self::Constraint(name.to_owned()),
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

/// Returns `NotFound` for a statement that has reached no row. Another user's row looks like none at all.
pub fn found(statement: &PgQueryResult) -> Result<(), DbError> {
    if statement.rows_affected() == 0 { Err(DbError::NotFound) } else { Ok(()) }
}

/// Returns whether an error is about the state of the database and not about the statement.
fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => true,
        sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| {
            // Deadlock and serialization failure: the other side won. Query cancelled: statement_timeout.
            matches!(&*code, "40001" | "40P01" | "57014" | "55P03")
                // Connection, resources, operator intervention; wrong password; no such database.
                || ["08", "53", "57P", "28", "3D"].iter().any(|class| code.starts_with(class))
        }),
        _ => is_lost_connection(error),
    }
}

/// Returns whether the connection is gone. What was sent over it may or may not have been done.
pub(crate) fn is_lost_connection(error: &sqlx::Error) -> bool {
    match error {
        // Protocol: what was read had been cut off, or answers something else.
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| code.starts_with("57P0") || code.starts_with("08"))
        }
        _ => false,
    }
}

/// Returns PostgreSQL's message with its hint, where the migrations put the fix.
pub fn message_with_hint(error: &sqlx::Error) -> String {
    let refusal = error.as_database_error().and_then(|refusal| refusal.try_downcast_ref::<PgDatabaseError>());
    match refusal.map(|refusal| (refusal.message(), refusal.hint())) {
        Some((message, Some(hint))) => format!("{message}. {hint}"),
        Some((message, None)) => message.to_owned(),
        None => error.to_string(),
    }
}
