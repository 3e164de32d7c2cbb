//! A table that another program has locked: requests that need it fail with a message, and all others work.

use crate::support::{AppOptions, SESSION_COOKIE, SHAPE, TestApp, TestDatabase, until};
use crate::user_data::FEATURES;
use app::migrations::MIGRATIONS;
use http::StatusCode;
use http::header::REFRESH;
use rls::migrate;
use sqlx::{AssertSqlSafe, Executor};
use tokio::task::JoinSet;

/// Sends more requests for the table than there are connections.
#[tokio::test]
async fn locked_table_fails_only_requests_that_need_it() {
    let database = TestDatabase::new(SHAPE).await;
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
    let waits = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    until("all connections wait for the lock", async || app.database.count(waits).await >= 4).await;
    assert_eq!(app.browser().get("/readyz").await.status, StatusCode::OK);
    for page in waiting.join_all().await {
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(page.headers[REFRESH], "5");
    }
}
