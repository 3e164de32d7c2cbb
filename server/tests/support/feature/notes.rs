//! Notes: personal, visible only to their owner, deleted with the account.

use super::rows::NewRow;
use leptos::prelude::server;
use leptos::server_fn::ServerFn;
use leptos_axum::redirect;
use request::codec::Postcard;
use request::feature::{Feature, to_json};
use request::session::{db, require_user};
use request::{AppError, idempotency_key};
use rls::{DbError, Maintenance, Reads, UserTx};
use serde_json::{Value, json};

pub const PAGE: &str = "/notes";

/// The number of notes that the page lists.
const LISTED: i64 = 100;

pub const FEATURE: Feature = Feature {
    name: "notes",
    nav: &[(PAGE, "Notes")],
    islands: &[PAGE],
    forms: &[(CreateNote::PATH, PAGE), (DeleteNote::PATH, PAGE)],
    maintenance: &[Maintenance("select purge_old_notes()")],
    export: Some(|tx| Box::pin(export(tx))),
    on_account_deletion: Some(|tx| Box::pin(on_account_deletion(tx))),
    ..Feature::NONE
};

#[server(prefix = "/api", endpoint = "create_note", output = Postcard)]
#[tracing::instrument(skip_all)]
pub async fn create_note(body: String, idempotency_key: String) -> Result<(), AppError> {
    let user = require_user()?;
    let body = super::checked(&body)?;
    let note = NewRow { table: "notes", body: &body, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    db()?.insert_as(&user, &note).await?;
    redirect(PAGE);
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_note", output = Postcard)]
#[tracing::instrument(skip_all)]
pub async fn delete_note(id: i64) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    delete(&mut tx, id).await?;
    tx.commit().await?;
    redirect(PAGE);
    Ok(())
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

async fn export(tx: &mut UserTx) -> Result<Value, AppError> {
    let notes = list(tx).await?;
    to_json(notes.iter().map(|(_, body)| json!({ "body": body })).collect::<Vec<_>>())
}

async fn on_account_deletion(tx: &mut UserTx) -> Result<String, AppError> {
    Ok(match super::count(tx, "select count(*) from notes").await? {
        0 => "You have no notes.".to_owned(),
        1 => "Your 1 note is deleted.".to_owned(),
        count => format!("Your {count} notes are deleted."),
    })
}
