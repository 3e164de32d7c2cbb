//! What statements that were smuggled into a transaction could do to those who use its connection next.
//! It must not test what policies say.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::db::migrate::{self, Limits};
use app::db::{DbError, Reads};
use sqlx::Executor;

#[tokio::test]
async fn nobody_may_shadow_a_table() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&database.owner_url, None, &Limits::default()).await.unwrap();
    let mut tx = database.db().as_user(&Person::unknown().claims).await.unwrap();
    let error = tx.connection().execute("create temporary table profiles ()").await.unwrap_err();
    assert!(matches!(DbError::from(error), DbError::Forbidden));
}

/// Where the database belongs to somebody else, who has not revoked it.
#[tokio::test]
async fn a_temporary_table_is_not_found_before_the_one_that_is_meant() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    let person = Person::unknown();
    let mut tx = db.as_user(&person.claims).await.unwrap();
    tx.connection().execute("create temporary table profiles ()").await.unwrap();
    tx.commit().await.unwrap();
    let mut next = db.as_user(&person.claims).await.unwrap();
    let found: String =
        sqlx::query_scalar("select relnamespace::regnamespace::text from pg_class where oid = 'profiles'::regclass")
            .fetch_one(next.connection())
            .await
            .unwrap();
    assert_eq!(found, "public");
}

#[tokio::test]
async fn what_outlives_a_transaction_ends_with_the_next() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    let mut tx = db.as_user(&Person::unknown().claims).await.unwrap();
    for statement in
        ["select pg_advisory_lock(7)", "declare held cursor with hold for select 1", "set search_path = pg_catalog"]
    {
        tx.connection().execute(statement).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut next = db.as_anonymous().await.unwrap();
    let left: (i64, i64, String) = sqlx::query_as(
        "select (select count(*) from pg_cursors where is_holdable),
             (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
             current_setting('search_path')",
    )
    .fetch_one(next.connection())
    .await
    .unwrap();
    assert_eq!(left, (0, 0, "public, pg_temp".to_owned()));
}

/// Advisory locks are open to everybody.
#[tokio::test]
async fn no_lock_stops_the_purge() {
    let database = TestDatabase::new(Shape::SyncUuid).await.with_tables().await;
    let db = database.db();
    let ada = Person::named(&database, "Ada").await;
    db.insert_as(&ada.claims, &crate::support::tables::Note("Of Ada")).await.unwrap();
    let mut tx = db.as_anonymous().await.unwrap();
    tx.connection().execute("select pg_advisory_xact_lock(hashtext('purge_deleted_users'))").await.unwrap();
    database.delete_user(ada.id().parse().unwrap()).await;
    assert_eq!(db.purge_deleted_users().await.unwrap(), 1);
}
