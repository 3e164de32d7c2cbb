//! Memos: personal, visible only to their owner, deleted with the account.

use super::rows::NewRow;
use leptos::prelude::server;
use leptos::server_fn::ServerFn;
use leptos_axum::redirect;
use request::codec::Postcard;
use request::feature::{Feature, to_json};
use request::session::{db, require_user};
use request::{AppError, idempotency_key};
use rls::{DbError, Maintenance, Reads, UserTx, found};
use serde_json::{Value, json};

pub const PAGE: &str = "/memos";

/// The number of memos that the page lists.
const LISTED: i64 = 100;

pub const FEATURE: Feature = Feature {
    name: "memos",
    nav: &[(PAGE, "Memos")],
    islands: &[PAGE],
    forms: &[(CreateMemo::PATH, PAGE), (DeleteMemo::PATH, PAGE)],
    maintenance: &[Maintenance("select purge_old_memos()")],
    export: Some(|tx| Box::pin(export(tx))),
    on_account_deletion: Some(|tx| Box::pin(on_account_deletion(tx))),
    ..Feature::NONE
};

#[server(prefix = "/api", endpoint = "create_memo", output = Postcard)]
#[tracing::instrument(skip_all)]
pub async fn create_memo(body: String, idempotency_key: String) -> Result<(), AppError> {
    let user = require_user()?;
    let body = super::checked(&body)?;
    let memo = NewRow { table: "memos", body: &body, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    db()?.insert_as(&user, &memo).await?;
    redirect(PAGE);
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_memo", output = Postcard)]
#[tracing::instrument(skip_all)]
pub async fn delete_memo(id: i64) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    delete(&mut tx, id).await?;
    tx.commit().await?;
    redirect(PAGE);
    Ok(())
}

/// Returns the newest memos of the user.
pub async fn list(tx: &mut UserTx) -> Result<Vec<(i64, String)>, DbError> {
    let memos = sqlx::query_as("select id, body from memos order by id desc limit $1");
    Ok(memos.bind(LISTED).fetch_all(tx.connection()).await?)
}

async fn delete(tx: &mut UserTx, id: i64) -> Result<(), DbError> {
    let deleted = sqlx::query("delete from memos where id = $1").bind(id).execute(tx.connection()).await?;
    found(&deleted)
}

async fn export(tx: &mut UserTx) -> Result<Value, AppError> {
    let memos = list(tx).await?;
    to_json(memos.iter().map(|(_, body)| json!({ "body": body })).collect::<Vec<_>>())
}

async fn on_account_deletion(tx: &mut UserTx) -> Result<String, AppError> {
    Ok(match super::count(tx, "select count(*) from memos").await? {
        0 => "You have no memos.".to_owned(),
        1 => "Your 1 memo is deleted.".to_owned(),
        count => format!("Your {count} memos are deleted."),
    })
}
