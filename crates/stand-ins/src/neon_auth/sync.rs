//! Syncs users to the directory: a queue that is filled in the transaction of a change and emptied after a delay.

use super::{project::Project, state::StandIn, users::User};
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, Transaction};
use std::time::Duration;
use uuid::Uuid;

/// The time to wait after the application's database could not be written.
const RETRY: Duration = Duration::from_secs(1);

/// Queues a user who was created or changed. Like Neon's webhooks, it is not called for an e-mail verification or a
/// linked provider.
pub async fn user_written(connection: &mut PgConnection, project: &Project, user: &User) -> sqlx::Result<()> {
    let providers = user.provider_accounts(&mut *connection).await?;
    enqueue(connection, project, "write", user.server_view(project, providers)).await
}

/// Commits the change of a user, which it queues, and wakes the task that delivers it.
pub async fn commit(
    mut transaction: Transaction<'_, Postgres>,
    stand_in: &StandIn,
    project: &Project,
    user: &User,
) -> sqlx::Result<()> {
    user_written(&mut transaction, project, user).await?;
    transaction.commit().await?;
    wake(stand_in).await
}

pub async fn user_deleted(connection: &mut PgConnection, project: &Project, user: Uuid) -> sqlx::Result<()> {
    enqueue(connection, project, "delete", json!({ "id": user, "teams": [] })).await
}

/// Adds a job to the queue, if the project is the first: no other has a directory.
async fn enqueue(connection: &mut PgConnection, project: &Project, kind: &str, data: Value) -> sqlx::Result<()> {
    let insert = "insert into sync_job (kind, data)
        select $2, $3 where $1 = (select id from project order by position limit 1)";
    sqlx::query(insert).bind(project.id).bind(kind).bind(data).execute(connection).await?;
    Ok(())
}

/// Wakes the task that delivers, once a change is committed. With a delay of 0 the row is there before the answer is.
pub async fn wake(stand_in: &StandIn) -> sqlx::Result<()> {
    let delay: Option<i64> = sqlx::query_scalar("select sync_delay_millis from project order by position limit 1")
        .fetch_one(&stand_in.pool)
        .await?;
    if delay == Some(0)
        && let Err(error) = deliver(stand_in, false).await
    {
        tracing::warn!(%error, "the user directory could not be written; trying again");
    }
    stand_in.sync_changed.notify_one();
    Ok(())
}

/// Delivers what is due, or everything, in order. Returns how long the next job has to wait, if any has.
pub async fn deliver(stand_in: &StandIn, everything: bool) -> sqlx::Result<Option<Duration>> {
    let Some(directory) = &stand_in.directory else { return Ok(None) };
    let _lock = directory.lock().await;
    loop {
        // With each job, since the delay may change meanwhile. It is null for never.
        let select = "select id, kind, data,
                extract(epoch from created_at - clock_timestamp())::float8
                    + case when $1 then 0 else sync_delay_millis::float8 / 1000 end
            from sync_job, (select sync_delay_millis from project order by position limit 1) as first_project
            order by id limit 1";
        let job: Option<(i64, String, Value, Option<f64>)> =
            sqlx::query_as(select).bind(everything).fetch_optional(&stand_in.pool).await?;
        let Some((id, kind, data, Some(wait))) = job else { return Ok(None) };
        if wait > 0.0 {
            return Ok(Some(Duration::from_secs_f64(wait)));
        }
        match kind.as_str() {
            "delete" => directory.mark_deleted(&data).await?,
            _ => directory.write(&data).await?,
        }
        sqlx::query("delete from sync_job where id = $1").bind(id).execute(&stand_in.pool).await?;
    }
}

/// Delivers for as long as the server runs.
pub async fn run(stand_in: StandIn) {
    loop {
        let wait = deliver(&stand_in, false).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the user directory could not be written; trying again");
            Some(RETRY)
        });
        match wait {
            Some(wait) => tokio::select! {
                () = stand_in.sync_changed.notified() => {}
                () = tokio::time::sleep(wait) => {}
            },
            None => stand_in.sync_changed.notified().await,
        }
    }
}
