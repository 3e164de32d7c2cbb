//! An identity ends with its transaction, however that ends. Each test has one connection, and asks it outside any
//! transaction for its identity.

use super::directory::Person;
use super::proxy::Proxy;
use super::signing::{Signer, content};
use crate::support::{Shape, TestDatabase, statement_cache};
use rls::{Db, DbError, DbSettings, Reads};
use serde_json::json;
use sqlx::Executor;
use std::time::Duration;

/// Returns the process ids of the server's connections to this database.
async fn connections(database: &TestDatabase) -> Vec<i32> {
    sqlx::query_scalar(
        "select pid from pg_stat_activity where usename = 'web' and datname = current_database() order by pid",
    )
    .fetch_all(&database.superuser)
    .await
    .unwrap()
}

/// Waits until PostgreSQL reports the connection outside any transaction. Asking it would begin a new transaction,
/// which would end what is left of the last.
async fn assert_nobody(db: &Db, database: &TestDatabase, connection: &[i32]) {
    let mut state = String::new();
    while state != "idle" {
        state = sqlx::query_scalar("select state from pg_stat_activity where pid = $1")
            .bind(connection[0])
            .fetch_one(&database.superuser)
            .await
            .expect("it is still open");
    }
    db.check_login().await.unwrap();
    assert_eq!(connections(database).await, connection, "it should be the same connection");
}

async fn whoami(tx: &mut impl Reads) -> (String, Option<String>) {
    sqlx::query_as("select current_user::text, current_user_id()::text").fetch_one(tx.connection()).await.unwrap()
}

#[tokio::test]
async fn it_ends_with_commit_and_with_drop() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let (ada, bob) = (Person::unknown(), Person::unknown());
    let db = database.db_with(1);
    db.check_login().await.unwrap();
    let connection = connections(&database).await;

    let mut tx = db.as_user(&ada.claims).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(ada.id())));
    tx.commit().await.unwrap();
    assert_nobody(&db, &database, &connection).await;

    let mut tx = db.as_user(&bob.claims).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(bob.id())));
    drop(tx);
    assert_nobody(&db, &database, &connection).await;

    let mut tx = db.as_anonymous().await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("anonymous".to_owned(), None));
    tx.commit().await.unwrap();
    assert_nobody(&db, &database, &connection).await;
}

/// Covers a name that PostgreSQL could not cast to jsonb, which has no `\u0000`: names are not among the claims.
#[tokio::test]
async fn a_name_is_not_among_the_claims() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let signer = Signer::es256("k1");
    let id = "5f0c3f63-7a58-4bd8-8a9e-d9f1d77f7c11";
    let mut content = content(id);
    content["name"] = json!("A\u{0}da");
    let ada = signer.verifier().verify(&signer.sign(&content)).unwrap();
    let mut tx = database.db_with(1).as_user(&ada).await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("authenticated".to_owned(), Some(id.to_owned())));
}

/// Covers a login with claims as its default, which is refused at start-up: if it gets them later, anonymous
/// transactions have no identity all the same.
#[tokio::test]
async fn a_visitor_is_nobody_even_where_the_login_begins_as_somebody() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let ada = Person::named(&database, "Ada").await;
    let default = format!(
        "alter role web in database {} set \"request.jwt.claims\" = '{{\"sub\":\"{}\"}}'",
        database.name,
        ada.id()
    );
    database.superuser.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(default))).await.unwrap();
    let mut tx = database.db().as_anonymous().await.unwrap();
    assert_eq!(whoami(&mut tx).await, ("anonymous".to_owned(), None));
}

#[tokio::test]
async fn it_ends_with_a_failed_statement() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db_with(1);
    db.check_login().await.unwrap();
    let connection = connections(&database).await;

    let mut tx = db.as_user(&Person::unknown().claims).await.unwrap();
    tx.connection().execute("select 1 / 0").await.unwrap_err();
    drop(tx);
    assert_nobody(&db, &database, &connection).await;
}

#[tokio::test]
async fn it_ends_with_a_request_that_is_cancelled_while_the_transaction_is_being_opened() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let proxy = Proxy::in_front_of(&database.web_url, "set_config('role'").await;
    let settings = DbSettings {
        url: proxy.url.clone(),
        application_name: "tests".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(20),
        statement_cache_capacity: statement_cache(),
    };
    let db = Db::connect_lazy(&settings).unwrap();
    db.check_login().await.unwrap();
    let connection = connections(&database).await;

    let request = tokio::spawn({
        let db = db.clone();
        async move { db.as_user(&Person::unknown().claims).await.map(drop) }
    });
    // PostgreSQL has begun the transaction, and the request does not know.
    let mut state = String::new();
    while state != "idle in transaction" {
        state = sqlx::query_scalar("select state from pg_stat_activity where pid = $1")
            .bind(connection[0])
            .fetch_one(&database.superuser)
            .await
            .unwrap();
    }
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    proxy.deliver_answers();
    assert_nobody(&db, &database, &connection).await;
}

#[tokio::test]
async fn it_ends_with_an_identity_that_could_not_be_set() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    // The transaction begins, and the statement that sets the identity fails.
    sqlx::raw_sql("revoke execute on function pg_catalog.set_config(text, text, boolean) from public")
        .execute(&database.superuser)
        .await
        .unwrap();
    let db = database.db_with(1);
    db.check_login().await.unwrap();

    let refused = db.as_user(&Person::unknown().claims).await.unwrap_err();
    assert!(matches!(refused, DbError::Other(_)), "{refused:?}");
    // Inside the aborted transaction this would fail with 25P02.
    db.check_login().await.unwrap();
}

#[tokio::test]
async fn connections_that_died_while_idle_are_replaced_unseen() {
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
    sqlx::query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid = any($1)")
        .bind(&before)
        .fetch_all(&database.superuser)
        .await
        .unwrap();

    let ada = Person::unknown();
    for _ in 0..4 {
        let mut tx = db.as_user(&ada.claims).await.unwrap();
        assert_eq!(whoami(&mut tx).await.1.as_deref(), Some(&*ada.id()));
    }
    assert!(connections(&database).await.iter().all(|pid| !before.contains(pid)));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    let db = Db::connect_lazy(&DbSettings {
        url: "postgres://web:web@127.0.0.1:9/nothing".to_owned(),
        application_name: "tests".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_millis(200),
        statement_cache_capacity: statement_cache(),
    })
    .unwrap();
    assert!(matches!(db.as_anonymous().await.unwrap_err(), DbError::Unavailable(_)));
    assert!(matches!(db.ping().await.unwrap_err(), DbError::Unavailable(_)));
}
