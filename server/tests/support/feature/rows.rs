//! Rows of memos and letters, in the database.

use rls::{DbError, Insert, Reads, UserTx};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// A new memo or letter.
pub struct NewRow<'a> {
    pub table: &'static str,
    pub body: &'a str,
    pub idempotency_key: Uuid,
}

pub fn memo(body: &str) -> NewRow<'_> {
    NewRow { table: "memos", body, idempotency_key: Uuid::new_v4() }
}

pub fn letter(body: &str) -> NewRow<'_> {
    NewRow { table: "letters", body, idempotency_key: Uuid::new_v4() }
}

impl Insert for NewRow<'_> {
    type Row = ();

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<(), DbError> {
        let insert = format!(
            "insert into {0} (body, idempotency_key) values ($1, $2) on conflict on constraint {0}_idempotency_key do nothing",
            self.table
        );
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(self.body).bind(self.idempotency_key);
        insert.execute(tx.connection()).await?;
        Ok(())
    }
}

/// Returns the bodies of the memos that this user sees, the newest first.
pub async fn memos(tx: &mut UserTx) -> Vec<String> {
    let bodies = sqlx::query_scalar("select body from memos order by id desc");
    bodies.fetch_all(tx.connection()).await.expect("memos")
}

/// Returns each letter with the name of its author.
pub async fn letters(tx: &mut impl Reads) -> Vec<(String, Option<String>)> {
    let letters = sqlx::query_as(
        "select body, nullif(name, '') from letters left join profiles on profiles.id = author_id order by body, letters.id",
    );
    letters.fetch_all(tx.connection()).await.expect("letters")
}
