//! Moves what belongs to users of the Stack generation to those of Managed Neon Auth, in three steps of SQL.
//! It must not match users by a value that one of them could have chosen.

use rls::migrate::MigrationError;
use rls::{connect_options, message_with_hint};
use sqlx::{ConnectOptions, Connection};

const REMEMBER: &str = include_str!("move_to_managed/remember.sql");
const CONVERT: &str = include_str!("move_to_managed/convert.sql");
const CLAIM: &str = include_str!("move_to_managed/claim.sql");

/// The reason why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is no connection as the owner.
    #[error(transparent)]
    Connect(#[from] MigrationError),
    /// PostgreSQL refused a statement, or the connection broke off.
    #[error("nothing was moved: {}", message_with_hint(.0))]
    Refused(#[from] sqlx::Error),
}

/// The state of the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Managed Neon Auth is not enabled yet. This many former users are on the list, and nothing else has changed.
    Remembered(i64),
    /// Managed Neon Auth is enabled, and everything was handed over that could be.
    Moved {
        /// Former users who have come back, and of whom nothing is left to hand over.
        claimed: i64,
        /// Former users of whom something waits: they have not signed up again, their address is not verified on both
        /// sides or is not theirs alone, or a constraint was in the way.
        waiting: i64,
    },
}

/// Moves everything that can be moved, or nothing. It is safe to run again: it goes on with users who have come since.
pub async fn run(owner_url: &str) -> Result<Progress, MoveError> {
    let options = connect_options(owner_url).map_err(MigrationError::Url)?;
    let mut connection = options.connect().await.map_err(MigrationError::Connect)?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(REMEMBER).execute(&mut *transaction).await?;
    // None of this is checked at compile time: the tables are there only where the move was made.
    let is_enabled: bool = sqlx::query_scalar(r#"select to_regclass('neon_auth."user"') is not null"#)
        .fetch_one(&mut *transaction)
        .await?;
    let progress = if is_enabled {
        sqlx::raw_sql(CONVERT).execute(&mut *transaction).await?;
        sqlx::raw_sql(CLAIM).execute(&mut *transaction).await?;
        let (claimed, waiting) = sqlx::query_as(
            "select (select count(*) from web.former_user where claimed_by is not null and id not in (table waiting_user)),
                    (select count(*) from waiting_user)",
        )
        .fetch_one(&mut *transaction)
        .await?;
        Progress::Moved { claimed, waiting }
    } else {
        let former = sqlx::query_scalar("select count(*) from web.former_user where not is_gone")
            .fetch_one(&mut *transaction)
            .await?;
        Progress::Remembered(former)
    };
    transaction.commit().await?;
    connection.close().await.ok();
    Ok(progress)
}
