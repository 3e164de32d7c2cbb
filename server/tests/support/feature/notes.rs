//! Notes: personal, visible only to their owner, deleted with the account.

use leptos::prelude::server;
use leptos::server_fn::ServerFn;
use leptos_axum::redirect;
use request::codec::Json;
use request::feature::{Feature, to_json};
use request::session::{db, require_user};
use request::{AppError, idempotency_key};
use rls::{DbError, Insert, Maintenance, Reads, UserTx};
use serde_json::{Value, json};
use uuid::Uuid;

pub const PAGE: &str = "/notes";

/// The number of notes that the page lists.
const LISTED: i64 = 100;

pub const FEATURE: Feature = Feature {
    name: "notes",
    nav: &[(PAGE, "Notes")],
    islands: &[PAGE],
    forms: &[(CreateNote::PATH, PAGE), (DeleteNote::PATH, PAGE)],
    maintenance: &[Maintenance("select purge_old_notes()")],
    export: Some(|tx| Box::pin(everything(tx))),
    on_account_deletion: Some(|tx| Box::pin(announced(tx))),
    ..Feature::NONE
};

#[server(prefix = "/api", endpoint = "create_note", output = Json)]
#[tracing::instrument(skip_all)]
pub async fn create_note(body: String, idempotency_key: String) -> Result<(), AppError> {
    let user = require_user()?;
    let body = super::checked(&body)?;
    db()?.insert_as(&user, &NewNote { body, idempotency_key: idempotency_key::parse(&idempotency_key)? }).await?;
    redirect(PAGE);
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_note", output = Json)]
#[tracing::instrument(skip_all)]
pub async fn delete_note(id: i64) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    delete(&mut tx, id).await?;
    tx.commit().await?;
    redirect(PAGE);
    Ok(())
}

struct NewNote {
    body: String,
    idempotency_key: Uuid,
}

impl Insert for NewNote {
    type Row = ();

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<(), DbError> {
        let insert = "insert into notes (body, idempotency_key) values ($1, $2)
             on conflict on constraint notes_idempotency_key do nothing";
        sqlx::query(insert).bind(&self.body).bind(self.idempotency_key).execute(tx.connection()).await?;
        Ok(())
    }
}

/// Returns the newest notes of the user.
pub async fn list(tx: &mut UserTx) -> Result<Vec<(i64, String)>, DbError> {
    let notes = sqlx::query_as("select id, body from notes order by id desc limit $1");
    Ok(notes.bind(LISTED).fetch_all(tx.connection()).await?)
}

async fn delete(tx: &mut UserTx, id: i64) -> Result<(), DbError> {
    let deleted = sqlx::query("delete from notes where id = $1").bind(id).execute(tx.connection()).await?;
    if deleted.rows_affected() == 0 { Err(DbError::NotFound) } else { Ok(()) }
}

async fn everything(tx: &mut UserTx) -> Result<Value, AppError> {
    let notes = list(tx).await?;
    to_json(notes.iter().map(|(_, body)| json!({ "body": body })).collect::<Vec<_>>())
}

async fn announced(tx: &mut UserTx) -> Result<String, AppError> {
    let count: i64 =
        sqlx::query_scalar("select count(*) from notes").fetch_one(tx.connection()).await.map_err(DbError::from)?;
    Ok(match count {
        0 => "You have no notes.".to_owned(),
        1 => "Your 1 note is deleted.".to_owned(),
        _ => format!("Your {count} notes are deleted."),
    })
}
