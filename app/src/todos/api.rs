//! The server functions of todos. Input is checked in `model`, rights by the policies of the database.

use super::model::{Cleared, TodoId, UndoToken};
use leptos::prelude::server;
use request::AppError;
use request::codec::Postcard;

#[cfg(feature = "ssr")]
use {
    super::list_query::ListQuery,
    super::model::{NewTodo, Task},
    super::store,
    leptos_axum::redirect,
    request::idempotency_key,
    request::session::{db, require_user},
};

#[server(prefix = "/api", endpoint = "create_todo", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn create_todo(task: String, idempotency_key: String) -> Result<TodoId, AppError> {
    let user = require_user()?;
    let new = NewTodo { task: Task::parse(&task)?, idempotency_key: idempotency_key::parse(&idempotency_key)? };
    let todo = db()?.insert_as(&user, &new).await?;
    redirect(&ListQuery::of_new(ListQuery::of_referer().show).to_string());
    Ok(todo.id)
}

#[server(prefix = "/api", endpoint = "set_todo_done", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn set_todo_done(id: TodoId, done: bool) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    store::set_todo_done(&mut tx, id, done).await?;
    tx.commit().await?;
    redirect(&ListQuery::of_referer().to_string());
    Ok(())
}

#[server(prefix = "/api", endpoint = "rename_todo", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn rename_todo(id: TodoId, task: String) -> Result<(), AppError> {
    let user = require_user()?;
    let task = Task::parse(&task)?;
    let mut tx = db()?.as_user(&user).await?;
    store::rename_todo(&mut tx, id, &task).await?;
    tx.commit().await?;
    redirect(&ListQuery::of_referer().to_string());
    Ok(())
}

#[server(prefix = "/api", endpoint = "delete_todo", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn delete_todo(id: TodoId) -> Result<UndoToken, AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    let deletion = store::delete_todo(&mut tx, id).await?;
    tx.commit().await?;
    redirect(&ListQuery::of_referer().after(deletion).to_string());
    Ok(deletion)
}

#[server(prefix = "/api", endpoint = "clear_done", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn clear_done() -> Result<Cleared, AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    let cleared = store::clear_done(&mut tx).await?;
    tx.commit().await?;
    redirect(&ListQuery::of_referer().after(cleared.deletion).to_string());
    Ok(cleared)
}

#[server(prefix = "/api", endpoint = "restore_todos", output = Postcard)]
#[cfg_attr(feature = "ssr", tracing::instrument(skip_all))]
pub async fn restore_todos(deletion: UndoToken) -> Result<(), AppError> {
    let user = require_user()?;
    let mut tx = db()?.as_user(&user).await?;
    store::restore_todos(&mut tx, deletion).await?;
    tx.commit().await?;
    redirect(&ListQuery::of_referer().to_string());
    Ok(())
}
