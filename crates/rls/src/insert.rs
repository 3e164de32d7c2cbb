//! Inserts rows of users who have just signed up, whom the directory may not have yet: with a backoff, until a
//! deadline.

use crate::db::Db;
use crate::error::DbError;
use crate::tx::UserTx;
use identity::Claims;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The time that an insert waits for Neon Auth to deliver a user who has just signed up. Usually it takes under a
/// second.
const INSERT_DEADLINE: Duration = Duration::from_secs(3);
const INITIAL_BACKOFF: Duration = Duration::from_millis(50);
const MAX_BACKOFF: Duration = Duration::from_millis(400);

/// A row that belongs to the user who adds it. A trait and not a closure, because the futures of async closures
/// cannot promise to be `Send`, which handlers of HTTP need.
pub trait Insert: Sync {
    /// The row that the statement returns.
    type Row: Send;

    /// Inserts the row. May run several times, each time in a new transaction.
    fn insert(&self, tx: &mut UserTx) -> impl Future<Output = Result<Self::Row, DbError>> + Send;
}

impl Db {
    /// Inserts `new` and commits. Tries again, each time in a new transaction, while the only obstacle is that the
    /// user's row has not arrived in the directory; after three seconds that is [`DbError::AccountNotReady`].
    pub async fn insert_as<I: Insert>(&self, claims: &Claims, new: &I) -> Result<I::Row, DbError> {
        let deadline = Instant::now() + INSERT_DEADLINE;
        let mut backoff = INITIAL_BACKOFF;
        loop {
            let mut tx = self.as_user(claims).await?;
            match new.insert(&mut tx).await {
                Ok(row) => {
                    tx.commit().await?;
                    return Ok(row);
                }
                Err(DbError::AccountNotReady) if Instant::now() + backoff <= deadline => {}
                Err(error) => return Err(error),
            }
            // The connection goes back to the pool meanwhile.
            drop(tx);
            sleep(backoff).await;
            backoff = (backoff * 2).min(MAX_BACKOFF);
        }
    }
}
