//! Rows of notes and letters, for tests without HTTP.

use rls::{DbError, Insert, Reads, UserTx};

pub struct Note<'a>(pub &'a str);

impl Insert for Note<'_> {
    type Row = i64;

    async fn insert(&self, tx: &mut UserTx) -> Result<i64, DbError> {
        let id = sqlx::query_scalar("insert into notes (body) values ($1) returning id");
        Ok(id.bind(self.0).fetch_one(tx.connection()).await?)
    }
}

pub struct Letter<'a>(pub &'a str);

impl Insert for Letter<'_> {
    type Row = i64;

    async fn insert(&self, tx: &mut UserTx) -> Result<i64, DbError> {
        let id = sqlx::query_scalar("insert into letters (body) values ($1) returning id");
        Ok(id.bind(self.0).fetch_one(tx.connection()).await?)
    }
}

/// Returns the notes that this user sees, the newest first.
pub async fn notes(tx: &mut UserTx) -> Vec<String> {
    let bodies = sqlx::query_scalar("select body from notes order by id desc");
    bodies.fetch_all(tx.connection()).await.expect("notes")
}

/// Returns each letter with the name of its author.
pub async fn letters(tx: &mut impl Reads) -> Vec<(String, Option<String>)> {
    let letters = sqlx::query_as(
        "select body, nullif(name, '') from letters left join profiles on profiles.id = author_id order by body, letters.id",
    );
    letters.fetch_all(tx.connection()).await.expect("letters")
}
