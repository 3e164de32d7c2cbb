//! Many users at once through PgBouncer in transaction mode: identities do not mix. `cargo xtask test --all` also runs
//! the whole database suite through it.

use super::users::TestUser;
use crate::support::{Pooler, Shape, TestDatabase, db_settings};
use rls::{Db, DbSettings, Reads};
use sqlx::{Executor, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const REQUESTS: usize = 10_000;
const USERS: usize = 25;
/// More requests than the pooler has connections, so that each may get any connection.
const AT_ONCE: usize = 8;

fn through(pooler: &Pooler, max_connections: u32) -> Db {
    let settings = DbSettings {
        acquire_timeout: Duration::from_secs(30),
        statement_cache_capacity: 0,
        ..db_settings(&pooler.url, max_connections)
    };
    Db::connect_lazy(&settings).unwrap()
}

/// Covers the time zone, which clients set at the start of a session.
#[tokio::test]
async fn the_pooler_keeps_the_time_zone() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    database.run(&format!("alter database {} set timezone = 'Asia/Tokyo'", database.name)).await;
    let pooler = Pooler::in_front_of(&database.direct_url);
    let db = through(&pooler, 1);
    for _ in 0..2 {
        let mut tx = db.as_anonymous().await.unwrap();
        let zone = tx.connection().fetch_one("select current_setting('timezone')").await.unwrap();
        assert_eq!(zone.get::<String, _>(0), "UTC");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identities_do_not_mix() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let pooler = Pooler::in_front_of(&database.direct_url);
    let db = through(&pooler, AT_ONCE as u32);
    let users: Arc<Vec<TestUser>> = Arc::new((0..USERS).map(|_| TestUser::new()).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (db, users, next) = (db.clone(), users.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= REQUESTS {
                        return;
                    }
                    if number % 3 == 0 {
                        // An anonymous user has no id, whatever ran on the connection before.
                        assert_eq!(user_id(&mut db.as_anonymous().await.unwrap()).await, None);
                    } else {
                        let user = &users[number % USERS];
                        assert_eq!(user_id(&mut db.as_user(&user.claims).await.unwrap()).await, Some(user.id()));
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no identity is another user's");
    }
}

async fn user_id(tx: &mut impl Reads) -> Option<String> {
    // Not prepared, so that the test is about identities only.
    let row = tx.connection().fetch_one("select current_user_id()::text").await.unwrap();
    row.get(0)
}
