//! Moves what belongs to users of the Stack generation to those of Managed Neon Auth, as the owner: see `move_to_managed.sql`.
//! It must not match people by anything that one of them could have made up.

use super::connect;
use super::migrate::{MigrationError, explained};
use sqlx::{ConnectOptions, Connection};

const STATEMENTS: &str = include_str!("move_to_managed.sql");

#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Connect(#[from] MigrationError),
    #[error("nothing was moved: {}", explained(.0))]
    Refused(#[from] sqlx::Error),
}

/// How far the move has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Former users whose rows belong to their new account.
    pub claimed: i64,
    /// Former users who have not signed up again, or whose address is not verified on both sides, or is not theirs alone.
    pub waiting: i64,
}

/// All of it or nothing. Safe to run again: it goes on with who has come since.
pub async fn run(owner_url: &str) -> Result<Moved, MoveError> {
    let options = connect::options(owner_url).map_err(MigrationError::Url)?;
    let mut connection = options.connect().await.map_err(MigrationError::Connect)?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(STATEMENTS).execute(&mut *transaction).await?;
    // Not checked at compile time: the table is there only where the move was made.
    let (claimed, waiting) =
        sqlx::query_as("select count(claimed_by), count(*) - count(claimed_by) from web.former_user")
            .fetch_one(&mut *transaction)
            .await?;
    transaction.commit().await?;
    connection.close().await.ok();
    Ok(Moved { claimed, waiting })
}
