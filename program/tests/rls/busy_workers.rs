//! Logging in to PostgreSQL while the server has much else to do.
//! It must not measure how long that takes: a pool's own patience decides.

use crate::support::{Shape, TestDatabase, statement_cache};
use app::db::{Db, DbSettings};
use std::thread;
use std::time::Duration;
use tokio::task::{JoinSet, yield_now};

/// One after the other they take seconds, if a login waits for all of them hundreds of times.
const REQUESTS: usize = 20;
const RENDERING: Duration = Duration::from_millis(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_login_does_not_queue_behind_requests() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let settings = DbSettings {
        url: database.web_url.clone(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(5),
        statement_cache_capacity: statement_cache(),
    };
    let db = Db::connect_lazy(&settings).expect("a URL");
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
