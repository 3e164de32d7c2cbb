//! An identity ends with its transaction, however that ends. Each test has one connection, and asks it outside any
//! transaction for its identity.

use super::held_answers::HeldAnswers;
use super::signing::{USER, content, verify};
use super::users::{TestUser, database_with};
use crate::support::{Shape, TestDatabase, db_settings};
use rls::{Db, DbError, DbSettings, Reads};
use serde_json::json;
use sqlx::Executor;
use std::time::Duration;

/// Returns the process ids of the server's connections to this database.
async fn connections(database: &TestDatabase) -> Vec<i32> {
    database
        .values("select pid from pg_stat_activity where usename = 'web' and datname = current_database() order by pid")
        .await
}

/// Waits until PostgreSQL reports this state of a connection.
async fn until_state(database: &TestDatabase, connection: &[i32], state: &str) {
    let query = format!("select state from pg_stat_activity where pid = {}", connection[0]);
    while database.value::<String>(&query).await != state {}
}

/// Returns the one connection of this `Db`.
async fn only_connection(db: &Db, database: &TestDatabase) -> Vec<i32> {
    db.check_login().await.unwrap();
    connections(database).await
}

/// Waits until PostgreSQL reports the connection outside any transaction. Asking it would begin a new transaction,
/// which would end what is left of the last.
async fn assert_no_identity(db: &Db, database: &TestDatabase, connection: &[i32]) {
    until_state(database, connection, "idle").await;
    assert_eq!(only_connection(db, database).await, connection, "it should be the same connection");
}

async fn whoami(tx: &mut impl Reads) -> (String, Option<String>) {
    sqlx::query_as("select current_user::text, current_user_id()::text").fetch_one(tx.connection()).await.unwrap()
}

#[tokio::test]
async fn an_identity_ends_with_commit_and_with_drop() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let (ada, bob) = (TestUser::new(), TestUser::new());
    let db = database.db_with(1);
    let connection = only_connection(&db, &database).await;

    let mut tx = db.as_user(&ada.claims).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(ada.id())));
    tx.commit().await.unwrap();
    assert_no_identity(&db, &database, &connection).await;

    let mut tx = db.as_user(&bob.claims).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(bob.id())));
    drop(tx);
    assert_no_identity(&db, &database, &connection).await;

    let mut tx = db.as_anonymous().await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("anonymous".to_owned(), None));
    tx.commit().await.unwrap();
    assert_no_identity(&db, &database, &connection).await;
}

/// Covers a name that PostgreSQL could not cast to jsonb, which has no `\u0000`: names are not among the claims.
#[tokio::test]
async fn a_name_is_not_among_the_claims() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let mut claims = content(USER);
    claims["name"] = json!("A\u{0}da");
    let ada = verify(&claims).unwrap();
    let mut tx = database.db_with(1).as_user(&ada).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(USER.to_owned())));
}

/// Covers a login with claims as its default, which is refused at start-up: if it gets them later, anonymous
/// transactions have no identity all the same.
#[tokio::test]
async fn an_anonymous_user_has_no_identity_even_if_the_login_has_claims_by_default() {
    let (database, db, [ada]) = database_with(Shape::SyncUuid, ["Ada"]).await;
    let claims = format!("{{\"sub\":\"{}\"}}", ada.id);
    database
        .run(&format!("alter role web in database {} set \"request.jwt.claims\" = '{claims}'", database.name))
        .await;
    let mut tx = db.as_anonymous().await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("anonymous".to_owned(), None));
}

#[tokio::test]
async fn an_identity_ends_with_a_failed_statement() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    let connection = only_connection(&db, &database).await;

    let mut tx = db.as_user(&TestUser::new().claims).await.unwrap();
    tx.connection().execute("select 1 / 0").await.unwrap_err();
    drop(tx);
    assert_no_identity(&db, &database, &connection).await;
}

#[tokio::test]
async fn an_identity_ends_when_a_request_is_cancelled_while_its_transaction_opens() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let proxy = HeldAnswers::after("set_config('role'", &database.web_url).await;
    let settings = DbSettings { acquire_timeout: Duration::from_secs(20), ..db_settings(&proxy.url, 1) };
    let db = Db::connect_lazy(&settings).unwrap();
    let connection = only_connection(&db, &database).await;

    let request = tokio::spawn({
        let db = db.clone();
        async move { db.as_user(&TestUser::new().claims).await.map(drop) }
    });
    // PostgreSQL has begun the transaction, and the request does not know.
    until_state(&database, &connection, "idle in transaction").await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    proxy.deliver();
    assert_no_identity(&db, &database, &connection).await;
}

#[tokio::test]
async fn a_transaction_ends_when_its_identity_cannot_be_set() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    // The transaction begins, and the statement that sets the identity fails.
    database.run("revoke execute on function pg_catalog.set_config(text, text, boolean) from public").await;
    let db = database.db_with(1);
    db.check_login().await.unwrap();

    let refused = db.as_user(&TestUser::new().claims).await.unwrap_err();
    assert!(matches!(refused, DbError::Other(_)), "{refused:?}");
    // Inside the aborted transaction this would fail with 25P02.
    db.check_login().await.unwrap();
}

#[tokio::test]
async fn connections_that_died_while_idle_are_replaced() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(4);
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(db.as_anonymous().await.unwrap());
    }
    for tx in held {
        tx.commit().await.unwrap();
    }
    let before = connections(&database).await;
    assert_eq!(before.len(), 4);
    for pid in &before {
        database.run(&format!("select pg_terminate_backend({pid}, 5000)")).await;
    }

    let ada = TestUser::new();
    for _ in 0..4 {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        assert_eq!(whoami(&mut tx).await.1.as_deref(), Some(&*ada.id()));
    }
    assert!(connections(&database).await.iter().all(|pid| !before.contains(pid)));
}

#[tokio::test]
async fn an_unreachable_database_is_unavailable() {
    let settings = db_settings("postgres://web:web@127.0.0.1:9/nothing", 1);
    let db = Db::connect_lazy(&DbSettings { acquire_timeout: Duration::from_millis(200), ..settings }).unwrap();
    assert!(matches!(db.as_anonymous().await.unwrap_err(), DbError::Unavailable(_)));
    assert!(matches!(db.ping().await.unwrap_err(), DbError::Unavailable(_)));
}
