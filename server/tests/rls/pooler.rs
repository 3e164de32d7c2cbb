//! Many users at once through PgBouncer in transaction mode: identities do not mix. `cargo xtask test --all` also runs
//! the whole database suite through it.

use super::directory::Person;
use crate::support::{Pooler, Shape, TestDatabase};
use rls::{Db, DbSettings, Reads};
use sqlx::{Executor, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const REQUESTS: usize = 100_000;
const PEOPLE: usize = 25;
/// More requests than the pooler has connections, so that each may get any connection.
const AT_ONCE: usize = 8;

fn through(pooler: &Pooler, max_connections: u32) -> Db {
    let settings = DbSettings {
        url: pooler.url.clone(),
        application_name: "tests".to_owned(),
        max_connections,
        acquire_timeout: Duration::from_secs(30),
        statement_cache_capacity: 0,
    };
    Db::connect_lazy(&settings).unwrap()
}

/// Checks that the pooler keeps the time zone, which clients set at the start of a session.
#[tokio::test]
async fn the_time_zone_is_the_one_that_was_asked_for() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let other = format!("alter database {} set timezone = 'Asia/Tokyo'", database.name);
    sqlx::raw_sql(sqlx::AssertSqlSafe(other)).execute(&database.superuser).await.unwrap();
    let pooler = Pooler::in_front_of(&database.direct_url);
    let db = through(&pooler, 1);
    for _ in 0..2 {
        let mut tx = db.as_anonymous().await.unwrap();
        let zone = tx.connection().fetch_one("select current_setting('timezone')").await.unwrap();
        assert_eq!(zone.get::<String, _>(0), "UTC");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_taken_for_somebody_else() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let pooler = Pooler::in_front_of(&database.direct_url);
    let db = through(&pooler, AT_ONCE as u32);
    let people: Arc<Vec<Person>> = Arc::new((0..PEOPLE).map(|_| Person::unknown()).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (db, people, next) = (db.clone(), people.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= REQUESTS {
                        return;
                    }
                    let expected = match number % 3 {
                        // An anonymous user has no id, whatever ran on the connection before.
                        0 => (asked(&mut db.as_anonymous().await.unwrap()).await, None),
                        _ => {
                            let person = &people[number % PEOPLE];
                            (asked(&mut db.as_user(&person.claims).await.unwrap()).await, Some(person.id()))
                        }
                    };
                    assert_eq!(expected.0, expected.1);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("nobody is somebody else");
    }
}

async fn asked(tx: &mut impl Reads) -> Option<String> {
    // Not prepared, so that the test is about identities only.
    let row = tx.connection().fetch_one("select current_user_id()::text").await.unwrap();
    row.get(0)
}
