//! A table that another program has locked: requests that need it fail with a message, and all others work.

use crate::support::{AppOptions, SESSION_COOKIE, Shape, TestApp, TestDatabase};
use crate::user_data::FEATURES;
use app::migrations::MIGRATIONS;
use http::StatusCode;
use http::header::REFRESH;
use rls::migrate;
use sqlx::{AssertSqlSafe, Executor};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// Sends more requests for the table than there are connections.
#[tokio::test]
async fn a_locked_table_takes_no_other_page_with_it() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&MIGRATIONS, &database.owner_url, None, &migrate::Limits::default())
        .await
        .expect("the limits of the login");
    let app = TestApp::on(database, AppOptions::default()).await;
    let ada = app.signed_up("Ada").await;
    #[expect(clippy::disallowed_methods, reason = "the lock is another program's")]
    let mut lock = app.database.superuser.begin().await.expect("a transaction");
    lock.execute(AssertSqlSafe(format!("lock table {} in access exclusive mode", FEATURES[0].table)))
        .await
        .expect("a lock");

    let mut waiting = JoinSet::new();
    for _ in 0..8 {
        let mut ada_again = app.browser();
        ada_again.set_cookie(SESSION_COOKIE, ada.cookie(SESSION_COOKIE).expect("signed in"));
        waiting.spawn(async move { ada_again.get("/account/delete").await });
    }
    // All connections wait for the lock.
    until_waiting(&app, 4).await;
    assert_eq!(app.browser().get("/readyz").await.status, StatusCode::OK);
    for page in waiting.join_all().await {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(page.headers[REFRESH], "5");
    }
}

async fn until_waiting(app: &TestApp, connections: i64) {
    let wait = async {
        loop {
            let waiting: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
            )
            .fetch_one(&app.database.superuser)
            .await
            .expect("the catalogue");
            if waiting >= connections {
                return;
            }
        }
    };
    timeout(PATIENCE, wait).await.expect("they wait for the lock");
}
