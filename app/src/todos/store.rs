//! The SQL of todos. Which rows a person sees is decided by the policies in `migrations/0006`, not here.
//! It must not name an identity, and takes nothing but a transaction that carries one.

use super::model::{NewTodo, Task, Todo, TodoId};
use crate::db::{DbError, Insert, Reads, UserTx};

/// The newest first, at most `limit` of them, from those older than `before`.
pub async fn list_todos(tx: &mut UserTx, before: Option<TodoId>, limit: usize) -> Result<Vec<Todo>, DbError> {
    let rows = sqlx::query!(
        r#"
        select id, task, completed_at is not null as "done!" from todos
        where id < coalesce($1, 9223372036854775807)
        order by id desc
        limit $2
        "#,
        before.map(|id| id.0),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Todo { id: TodoId(row.id), task: row.task, done: row.done }).collect())
}

/// All that this person has.
pub async fn count_todos(tx: &mut UserTx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from todos"#).fetch_one(tx.connection()).await?)
}

/// The same submission again answers with the todo that it made the first time.
impl Insert for NewTodo {
    type Row = Todo;

    async fn insert(&self, tx: &mut UserTx) -> Result<Todo, DbError> {
        let created = sqlx::query_scalar!(
            "insert into todos (task, submission_id) values ($1, $2)
             on conflict on constraint todos_submission_key do nothing
             returning id",
            self.task.as_str(),
            self.submission
        )
        .fetch_optional(tx.connection())
        .await?;
        if let Some(id) = created {
            return Ok(Todo { id: TodoId(id), task: self.task.as_str().to_owned(), done: false });
        }
        let first = sqlx::query!(
            r#"select id, task, completed_at is not null as "done!" from todos where submission_id = $1"#,
            self.submission
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(Todo { id: TodoId(first.id), task: first.task, done: first.done })
    }
}

/// Done again keeps the time at which it was done first.
pub async fn set_todo_done(tx: &mut UserTx, id: TodoId, done: bool) -> Result<(), DbError> {
    let changed = sqlx::query!(
        "update todos set completed_at = case when $2::boolean then coalesce(completed_at, now()) end where id = $1",
        id.0,
        done
    )
    .execute(tx.connection())
    .await?;
    found(changed.rows_affected())
}

pub async fn rename_todo(tx: &mut UserTx, id: TodoId, task: &Task) -> Result<(), DbError> {
    let changed =
        sqlx::query!("update todos set task = $2 where id = $1", id.0, task.as_str()).execute(tx.connection()).await?;
    found(changed.rows_affected())
}

pub async fn delete_todo(tx: &mut UserTx, id: TodoId) -> Result<(), DbError> {
    let deleted = sqlx::query!("delete from todos where id = $1", id.0).execute(tx.connection()).await?;
    found(deleted.rows_affected())
}

/// Somebody else's row and no row at all look the same.
fn found(rows: u64) -> Result<(), DbError> {
    if rows == 0 { Err(DbError::NotFound) } else { Ok(()) }
}
