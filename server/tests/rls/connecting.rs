//! Opening a connection while the server is busy, or shuts down.

use crate::support::{Shape, TestDatabase, db_settings};
use rls::{Db, DbError, DbSettings};
use std::thread;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, yield_now};

/// The number of requests, which together take seconds if a login waits for all of them hundreds of times.
const REQUESTS: usize = 20;
const RENDERING: Duration = Duration::from_millis(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_login_does_not_queue_behind_requests() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = one_connection(&database.web_url);
    let mut requests = JoinSet::new();
    for _ in 0..REQUESTS {
        requests.spawn(async {
            loop {
                thread::sleep(RENDERING);
                yield_now().await;
            }
        });
    }
    let login = tokio::spawn(async move { db.as_anonymous().await.map(drop) });
    login.await.expect("no panic").expect("a connection in time");
}

#[tokio::test]
async fn closing_the_pool_does_not_wait_for_an_unanswered_login() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let db = one_connection(&format!("postgres://web@127.0.0.1:{port}/app?sslmode=disable"));
    let login = tokio::spawn({
        let db = db.clone();
        async move { db.as_anonymous().await.map(drop) }
    });
    let _asked = silent.accept().await.expect("a login");
    db.close().await;
    let ended = login.await.expect("no panic");
    assert!(matches!(ended, Err(DbError::Unavailable(sqlx::Error::PoolClosed))), "{ended:?}");
}

fn one_connection(url: &str) -> Db {
    let settings = DbSettings { acquire_timeout: Duration::from_secs(5), ..db_settings(url, 1) };
    Db::connect_lazy(&settings).expect("a URL")
}
