//! Time limits of PostgreSQL, which hold behind a pooler as well, since they belong to the login.

use super::users::TestUser;
use crate::support::feature::rows::memos;
use crate::support::{Pooler, Shape, TestDatabase, db_settings, until};
use app::migrations::MIGRATIONS;
use rls::migrate::{self, Limits};
use rls::{Db, DbError, DbSettings, Reads};
use sqlx::Executor;
use std::time::Duration;

const LIMITS: Limits = Limits {
    statement: Duration::from_secs(1),
    idle_transaction: Duration::from_secs(1),
    lock: Duration::from_secs(1),
};

const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Returns a database with limits and one connection to it through PgBouncer, which refuses clients that set them at
/// the start of a session.
async fn limited() -> (TestDatabase, Pooler, Db) {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&MIGRATIONS, &database.owner_url, None, &LIMITS).await.unwrap();
    let pooler = Pooler::in_front_of(&database.direct_url);
    let settings = DbSettings { statement_cache_capacity: 0, ..db_settings(&pooler.url, 1) };
    let db = Db::connect_lazy(&settings).unwrap();
    (database, pooler, db)
}

#[tokio::test]
async fn limits_are_those_of_the_last_migration() {
    let (_database, _pooler, db) = limited().await;
    let mut tx = db.as_anonymous().await.unwrap();
    for name in ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"] {
        let query = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(name);
        assert_eq!(query.fetch_one(tx.connection()).await.unwrap(), "1s", "{name}");
    }
}

#[tokio::test]
async fn a_slow_statement_is_cancelled() {
    let (_database, _pooler, db) = limited().await;
    let mut tx = db.as_user(&TestUser::new().claims).await.unwrap();
    let error = tx.connection().execute("select pg_sleep(60)").await.unwrap_err();
    assert!(matches!(DbError::from(error), DbError::Unavailable(_)));
    drop(tx);
    db.check_login().await.unwrap();
}

#[tokio::test]
async fn an_idle_transaction_is_ended() {
    let (database, _pooler, db) = limited().await;
    let mut tx = db.as_user(&TestUser::new().claims).await.unwrap();
    tx.connection().execute("select 1").await.unwrap();
    let open = "pg_stat_activity where datname = current_database() and state = 'idle in transaction'";
    until("the transaction is ended", async || database.count(open).await == 0).await;
    tx.connection().execute("select 1").await.unwrap_err();
    drop(tx);
    db.as_anonymous().await.unwrap();
}

/// Covers table locks, which PostgreSQL allows to every role that may delete rows: others wait for them no longer than
/// for any.
#[tokio::test]
async fn waiting_for_a_table_that_a_user_has_locked_ends() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    database.run("grant delete on memos to authenticated").await;
    migrate::run(&MIGRATIONS, &database.owner_url, None, &Limits { lock: LIMITS.lock, ..Limits::default() })
        .await
        .unwrap();
    let db = database.db();
    let (ada, bob) = (TestUser::new(), TestUser::new());
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    let refused = tx.connection().execute("lock table letters in share mode").await.unwrap_err();
    assert!(matches!(DbError::from(refused), DbError::Forbidden), "no user may delete letters");

    let mut lock = db.as_user(&ada.claims).await.unwrap();
    lock.connection().execute("lock table memos in access exclusive mode").await.unwrap();
    drop(tx);
    let mut waiting = db.as_user(&bob.claims).await.unwrap();
    let given_up = waiting.connection().execute("select from memos").await.unwrap_err();
    assert_eq!(given_up.as_database_error().and_then(|refusal| refusal.code()).as_deref(), Some(LOCK_NOT_AVAILABLE));
    assert!(matches!(DbError::from(given_up), DbError::Unavailable(_)));
    drop((lock, waiting));
    assert_eq!(memos(&mut db.as_user(&bob.claims).await.unwrap()).await, Vec::<String>::new());
}
