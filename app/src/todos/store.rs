//! The SQL of todos. Which rows a user sees is decided by the policies in `migrations/1000`, not here.
//! Queries must not name an identity: the transaction carries it.
//!
//! Deleted todos stay for an hour: every statement excludes them, or says why not.

use super::list_query::ListQuery;
use super::model::{Cleared, Counts, NewTodo, Task, Todo, TodoId, UndoToken};
use request::idempotency_key;
use rls::{DbError, Insert, Maintenance, Reads, UserTx, found};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

/// The maintenance that deletes for good what was deleted more than an hour ago.
pub const PURGE_DELETED: Maintenance = Maintenance("select purge_deleted_todos()");

/// A page of the list, with counts of the whole list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    pub todos: Vec<Todo>,
    pub counts: Counts,
    /// The number of todos that the deletion in the address can restore, and the task of one of them.
    pub deleted: Option<(i64, String)>,
}

/// Lists at most `limit` todos, the newest first, starting after `before`. One statement, so one round trip.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_todos(tx: &mut UserTx, at: &ListQuery, limit: usize) -> Result<Listed, DbError> {
    let rows = sqlx::query!(
        r#"
        select
            (select count(*) from todos where completed_at is null and deleted_at is null) as "open!",
            (select count(*) from todos where completed_at is not null and deleted_at is null) as "done!",
            deleted.count as "deleted!", deleted.task as "deleted_task",
            page.id as "id?", page.task as "task?", page.is_done as "is_done?"
        from (select count(*) as count, min(task) as task from todos where deleted_at = $1) as deleted
        -- Of the three one is asked, and can use the index that was made for it.
        left join (
            (
                select id, task, completed_at is not null as is_done from todos
                where $2 = 'all' and deleted_at is null and id < $3 order by id desc limit $4
            ) union all (
                select id, task, false from todos
                where $2 = 'open' and completed_at is null and deleted_at is null and id < $3 order by id desc limit $4
            ) union all (
                select id, task, true from todos
                where $2 = 'done' and completed_at is not null and deleted_at is null and id < $3
                order by id desc limit $4
            )
        ) as page on true
        order by page.id desc
        "#,
        at.deleted.and_then(time_of),
        at.show.into_str(),
        at.before.map_or(i64::MAX, |id| id.0),
        i64::try_from(limit).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.connection())
    .await?;

    let mut listed = Listed::default();
    for row in rows {
        listed.counts = Counts { open: row.open, done: row.done };
        listed.deleted = row.deleted_task.map(|task| (row.deleted, task));
        if let (Some(id), Some(task), Some(done)) = (row.id, row.task, row.is_done) {
            listed.todos.push(Todo { id: TodoId(id), task, done });
        }
    }
    Ok(listed)
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn count_todos(tx: &mut UserTx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from todos where deleted_at is null"#)
        .fetch_one(tx.connection())
        .await?)
}

/// The same idempotency key with the same task returns the todo that was created the first time, even if it was renamed
/// since, and restores it if it was deleted. With another task it creates another todo.
impl Insert for NewTodo {
    type Row = Todo;

    #[tracing::instrument(level = "debug", skip_all)]
    async fn insert(&self, tx: &mut UserTx) -> Result<Todo, DbError> {
        let idempotency_key = idempotency_key::for_content(self.idempotency_key, [self.task.as_str()]);
        let created = sqlx::query_scalar!(
            "insert into todos (task, idempotency_key) values ($1, $2)
             on conflict on constraint todos_idempotency_key do nothing
             returning id",
            self.task.as_str(),
            idempotency_key
        )
        .fetch_optional(tx.connection())
        .await?;
        if let Some(id) = created {
            return Ok(Todo { id: TodoId(id), task: self.task.as_str().to_owned(), done: false });
        }
        let first = sqlx::query!(
            r#"
            update todos set deleted_at = null where idempotency_key = $1
            returning id, task, completed_at is not null as "done!"
            "#,
            idempotency_key
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(Todo { id: TodoId(first.id), task: first.task, done: first.done })
    }
}

/// Sets whether a todo is done. Completing it again keeps the first time.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set_todo_done(tx: &mut UserTx, id: TodoId, done: bool) -> Result<(), DbError> {
    let changed = sqlx::query!(
        "update todos set completed_at = case when $2::boolean then coalesce(completed_at, now()) end
         where id = $1 and deleted_at is null",
        id.0,
        done
    )
    .execute(tx.connection())
    .await?;
    found(&changed)
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn rename_todo(tx: &mut UserTx, id: TodoId, task: &Task) -> Result<(), DbError> {
    let changed = sqlx::query!("update todos set task = $2 where id = $1 and deleted_at is null", id.0, task.as_str())
        .execute(tx.connection())
        .await?;
    found(&changed)
}

/// Deletes a todo. Deleting it again returns the same token, since the first answer may have been lost.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn delete_todo(tx: &mut UserTx, id: TodoId) -> Result<UndoToken, DbError> {
    let deleted_at = sqlx::query_scalar!(
        r#"update todos set deleted_at = coalesce(deleted_at, now()) where id = $1 returning deleted_at as "deleted_at!""#,
        id.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(deletion(deleted_at))
}

/// Deletes the done todos. Where none is left, returns what was deleted within the last minute: the first answer may
/// have been lost.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn clear_done(tx: &mut UserTx) -> Result<Cleared, DbError> {
    let cleared = sqlx::query!(
        r#"
        with cleared as (
            update todos set deleted_at = now() where completed_at is not null and deleted_at is null returning id
        )
        select count(*) as "count!", now() as "deleted_at!" from cleared
        "#
    )
    .fetch_one(tx.connection())
    .await?;
    if cleared.count > 0 {
        return Ok(Cleared { count: cleared.count, deletion: deletion(cleared.deleted_at) });
    }
    let before = sqlx::query!(
        r#"
        select count(*) as "count!", deleted_at as "deleted_at!" from todos
        where completed_at is not null and deleted_at > now() - interval '1 minute'
        group by deleted_at order by deleted_at desc limit 1
        "#
    )
    .fetch_optional(tx.connection())
    .await?;
    let (count, at) = before.map_or((0, cleared.deleted_at), |before| (before.count, before.deleted_at));
    Ok(Cleared { count, deletion: deletion(at) })
}

/// Undoes a deletion. Returns `NotFound` when it is too late.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn restore_todos(tx: &mut UserTx, deletion: UndoToken) -> Result<(), DbError> {
    let restored = sqlx::query!("update todos set deleted_at = null where deleted_at = $1", time_of(deletion))
        .execute(tx.connection())
        .await?;
    found(&restored)
}

fn deletion(at: OffsetDateTime) -> UndoToken {
    // PostgreSQL's times end with the year 294276, so the microseconds fit.
    UndoToken((at.unix_timestamp_nanos() / 1_000).try_into().unwrap_or(i64::MAX))
}

/// Returns the time of a deletion, or `None` for a number that is no time since 1970: a client can send any, and
/// PostgreSQL has no years as early as the first ones here.
fn time_of(deletion: UndoToken) -> Option<OffsetDateTime> {
    let microseconds = u64::try_from(deletion.0).ok()?;
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()
}

/// A todo as it is exported to its owner.
#[derive(Debug, Serialize)]
pub struct TodoExport {
    id: i64,
    task: String,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339::option")]
    completed_at: Option<OffsetDateTime>,
    #[serde(with = "rfc3339::option")]
    deleted_at: Option<OffsetDateTime>,
}

/// Returns all of the user's todos, including deleted ones that can be restored.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export(tx: &mut UserTx) -> Result<Vec<TodoExport>, DbError> {
    let rows =
        sqlx::query_as!(TodoExport, "select id, task, created_at, completed_at, deleted_at from todos order by id");
    Ok(rows.fetch_all(tx.connection()).await?)
}
