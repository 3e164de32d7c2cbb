//! The user directory `neon_auth.users_sync` in the application's database, made and written as Neon does it.

use super::{DirectoryIds, StartError};
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::sync::{Mutex, MutexGuard};

/// The directory, and the lock of its one writer.
pub struct Directory {
    pool: PgPool,
    delivery_lock: Mutex<()>,
}

impl Directory {
    /// Makes the schema and the table where they are missing, and lets the application's owner use them.
    #[expect(clippy::disallowed_methods, reason = "Neon writes its directory with a login of its own, outside of RLS")]
    pub async fn open(url: &str, ids: DirectoryIds, app_owner: &str) -> Result<Self, StartError> {
        let create = async {
            let options = url.parse::<PgConnectOptions>()?.application_name("local-neon-auth directory");
            let mut connection = PgConnection::connect_with(&options).await?;
            create_directory(&mut connection, ids, app_owner).await?;
            let found = id_type(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>((options, found))
        };
        let (options, found) = create.await.map_err(StartError::Directory)?;
        let wanted: &'static str = ids.into();
        if found != wanted {
            return Err(StartError::DirectoryIds { found, wanted });
        }
        let pool = PgPoolOptions::new().max_connections(1).min_connections(0).connect_lazy_with(options);
        Ok(Self { pool, delivery_lock: Mutex::new(()) })
    }

    /// Waits for the lock, which is held while jobs are delivered: two deliveries must not overtake each other.
    pub async fn lock(&self) -> MutexGuard<'_, ()> {
        self.delivery_lock.lock().await
    }

    /// Writes a user. Of all columns, only `raw_json`, `updated_at` and `deleted_at` are ever written: the others
    /// follow from the JSON.
    pub async fn write(&self, user: &Value) -> sqlx::Result<()> {
        sqlx::query(
            "insert into neon_auth.users_sync (raw_json, updated_at) values ($1, date_trunc('second', now()))
             on conflict (id) do update set raw_json = excluded.raw_json, updated_at = excluded.updated_at",
        )
        .bind(user)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Marks a user as deleted. As Neon does it, the row stays, with name, e-mail and `updated_at` as they are.
    pub async fn mark_deleted(&self, event: &Value) -> sqlx::Result<()> {
        sqlx::query(
            "update neon_auth.users_sync set deleted_at = now() where id::text = $1 ->> 'id' and deleted_at is null",
        )
        .bind(event)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Returns the statement that makes the table.
fn create_table_statement(ids: DirectoryIds) -> String {
    let id = match ids {
        DirectoryIds::Uuid => "uuid generated always as ((raw_json ->> 'id')::uuid) stored",
        DirectoryIds::Text => "text generated always as (raw_json ->> 'id') stored",
    };
    format!(
        "create table if not exists neon_auth.users_sync (
            raw_json jsonb not null,
            id {id} not null primary key,
            name text generated always as (raw_json ->> 'display_name') stored,
            email text generated always as (raw_json ->> 'primary_email') stored,
            created_at timestamptz generated always as
                (to_timestamp(trunc((raw_json ->> 'signed_up_at_millis')::bigint::double precision) / 1000)) stored,
            updated_at timestamptz,
            deleted_at timestamptz
        )"
    )
}

async fn create_directory(connection: &mut PgConnection, ids: DirectoryIds, app_owner: &str) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    sqlx::query("set local client_min_messages to warning").execute(&mut *transaction).await?;
    // Two processes that start at once make it one after the other.
    sqlx::query("select pg_advisory_xact_lock(7261094413)").execute(&mut *transaction).await?;
    sqlx::query("create schema if not exists neon_auth").execute(&mut *transaction).await?;
    sqlx::query(AssertSqlSafe(create_table_statement(ids))).execute(&mut *transaction).await?;
    sqlx::query("create index if not exists users_sync_deleted_at_idx on neon_auth.users_sync (deleted_at)")
        .execute(&mut *transaction)
        .await?;
    let grants: Vec<String> = sqlx::query_scalar(
        "select format(grants.template, $1)
         from (values
            ('grant usage on schema neon_auth to %I'),
            ('grant select, references on neon_auth.users_sync to %I')) as grants (template)",
    )
    .bind(app_owner)
    .fetch_all(&mut *transaction)
    .await?;
    for grant in grants {
        sqlx::query(AssertSqlSafe(grant)).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

async fn id_type(connection: &mut PgConnection) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "select format_type(atttypid, null) from pg_attribute
         where attrelid = 'neon_auth.users_sync'::regclass and attname = 'id'",
    )
    .fetch_one(connection)
    .await
}
