//! What injected statements could do to the next user of the connection.

use super::users::{TestUser, database_with};
use crate::support::feature::rows::memo;
use crate::support::{Shape, TestDatabase};
use app::migrations::MIGRATIONS;
use rls::migrate::{self, Limits};
use rls::{DbError, Reads};
use sqlx::Executor;

#[tokio::test]
async fn temporary_tables_are_forbidden() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&MIGRATIONS, &database.owner_url, None, &Limits::default()).await.unwrap();
    let mut tx = database.db().as_user(&TestUser::new().claims).await.unwrap();
    let error = tx.connection().execute("create temporary table profiles ()").await.unwrap_err();
    assert!(matches!(DbError::from(error), DbError::Forbidden));
}

/// Covers a database of another owner, who has not revoked the right to temporary tables.
#[tokio::test]
async fn a_temporary_table_does_not_shadow_another_table() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    let user = TestUser::new();
    let mut tx = db.as_user(&user.claims).await.unwrap();
    tx.connection().execute("create temporary table profiles ()").await.unwrap();
    tx.commit().await.unwrap();
    let mut next = db.as_user(&user.claims).await.unwrap();
    let found: String =
        sqlx::query_scalar("select relnamespace::regnamespace::text from pg_class where oid = 'profiles'::regclass")
            .fetch_one(next.connection())
            .await
            .unwrap();
    assert_eq!(found, "public");
}

#[tokio::test]
async fn temporary_objects_end_before_the_next_transaction() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    let mut tx = db.as_user(&TestUser::new().claims).await.unwrap();
    for statement in [
        "create temporary table profiles ()",
        "select pg_advisory_lock(7)",
        "listen anything",
        "declare held cursor with hold for select 1",
    ] {
        tx.connection().execute(statement).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut next = db.as_anonymous().await.unwrap();
    let left: (i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from pg_class where relnamespace = pg_my_temp_schema()),
             (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
             (select count(*) from pg_listening_channels()),
             (select count(*) from pg_cursors where is_holdable)",
    )
    .fetch_one(next.connection())
    .await
    .unwrap();
    assert_eq!(left, (0, 0, 0, 0));
}

/// A setting, a value that would harm the next user, and the expected value for the next user.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("statement_timeout", "1h", "20s"),
    ("lock_timeout", "1h", "1s"),
    ("idle_in_transaction_session_timeout", "1h", "30s"),
    ("default_transaction_read_only", "on", "off"),
    ("transaction_read_only", "", "off"),
    ("default_transaction_isolation", "serializable", "read committed"),
    ("transaction_isolation", "", "read committed"),
    ("bytea_output", "escape", "hex"),
    ("transform_null_equals", "on", "off"),
    ("timezone", "Asia/Tokyo", "UTC"),
    ("search_path", "pg_catalog", "public, pg_temp"),
    ("request.jwt.claims", "{}", ""),
    ("role", "authenticated", "none"),
];

/// Checks that the next user has the settings of the login, and otherwise those from the opening of the connection.
#[tokio::test]
async fn a_setting_ends_with_its_transaction() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&MIGRATIONS, &database.owner_url, None, &Limits::default()).await.unwrap();
    let db = database.db_with(1);
    let mut tx = db.as_user(&TestUser::new().claims).await.unwrap();
    for (name, value, _) in SETTINGS.iter().filter(|(_, value, _)| !value.is_empty()) {
        let set = sqlx::query("select set_config($1, $2, false)").bind(name).bind(value);
        set.execute(tx.connection()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    tx.commit().await.unwrap();

    // No identity is left, and the next transaction has the expected settings.
    db.check_login().await.unwrap();
    let mut next = db.as_anonymous().await.unwrap();
    for (name, _, value) in SETTINGS.iter().filter(|(name, ..)| *name != "role") {
        let found: String =
            sqlx::query_scalar("select current_setting($1)").bind(name).fetch_one(next.connection()).await.unwrap();
        assert_eq!(found, *value, "{name}");
    }
}

/// Covers advisory locks, which every role may take.
#[tokio::test]
async fn an_advisory_lock_does_not_stop_the_purge() {
    let (database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    db.insert_as(&ada.claims, &memo("Of Ada")).await.unwrap();
    let mut tx = db.as_anonymous().await.unwrap();
    tx.connection().execute("select pg_advisory_xact_lock(hashtext('purge_deleted_users'))").await.unwrap();
    database.delete_user(ada.id).await;
    assert_eq!(db.purge_deleted_users().await.unwrap(), 1);
}
