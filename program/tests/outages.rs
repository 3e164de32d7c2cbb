//! The database away, asleep, or restarted under load: the server says so, and recovers by itself.
//! It must not restart a server.

use crate::support::{Browser, Line, Log, PASSWORD, Page, SESSION_COOKIE, Shape, TestApp, TestDatabase, Wanted};
use app::db::migrate;
use http::StatusCode;
use http::header::{REFRESH, RETRY_AFTER};
use sqlx::Executor;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

pub async fn until(browser: &mut Browser, path: &str, status: StatusCode) -> Page {
    let wait = async {
        loop {
            let page = browser.get(path).await;
            if page.status == status {
                return page;
            }
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{path} becomes {status}"))
}

#[tokio::test]
async fn while_it_is_away_pages_say_so_and_come_back_by_themselves() {
    let app = TestApp::start().await;
    let line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url), ("DATABASE_ACQUIRE_SECONDS", "1")]).await;
    let ada = app.signed_up("Ada").await;
    let (mut ada, mut visitor) = (server.browser(&ada), server.browser(&app.browser()));
    assert_eq!(ada.get("/account/delete").await.status, StatusCode::OK);

    line.cut();
    for page in [ada.get("/account").await, ada.get("/account/delete").await] {
        let path = page.url.path();
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.headers[REFRESH], "5", "{path}");
        assert_eq!(page.headers[RETRY_AFTER], "5", "{path}");
        assert!(page.body.contains("<h1"), "{path}: {}", page.body);
    }
    assert!(ada.cookie(SESSION_COOKIE).is_some(), "nobody is signed out");
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK, "that is no reason to restart it");
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);

    // Each of these meets it in several places.
    let log = Log::of_complaints();
    ada.get("/account/delete").await;
    let lines = log.take_lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    for (action, for_a_visitor) in [("/auth/sign-in", 1), ("/auth/sign-out", 0), ("/auth/password/forgot", 1)] {
        for (browser, lines) in [(&mut ada, 1), (&mut visitor, for_a_visitor)] {
            browser.post(action, &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
            let found = log.take_lines();
            assert!(found.len() == lines && !found.concat().contains(PASSWORD), "{action}: {found:#?}");
        }
    }
    assert!(ada.cookie(SESSION_COOKIE).is_some(), "nor by what they try");

    line.open();
    let page = until(&mut ada, "/account/delete", StatusCode::OK).await;
    assert!(!page.headers.contains_key(REFRESH));
    until(&mut visitor, "/readyz", StatusCode::OK).await;
}

/// More requests for it than there are connections.
#[tokio::test]
async fn a_locked_table_takes_no_other_page_with_it() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    migrate::run(&database.owner_url, None, &migrate::Limits::default()).await.expect("the limits of the login");
    let app = TestApp::on(database, Wanted::default()).await;
    let ada = app.signed_up("Ada").await;
    #[expect(clippy::disallowed_methods, reason = "the lock is another program's")]
    let mut lock = app.database.superuser.begin().await.expect("a transaction");
    lock.execute("lock table todos in access exclusive mode").await.expect("a lock");

    let mut waiting = JoinSet::new();
    for _ in 0..8 {
        let mut ada_again = app.browser();
        ada_again.set_cookie(SESSION_COOKIE, ada.cookie(SESSION_COOKIE).expect("signed in"));
        waiting.spawn(async move { ada_again.get("/todos").await });
    }
    // All connections wait for the lock.
    until_waiting(&app, 4).await;
    assert_eq!(app.browser().get("/").await.status, StatusCode::OK);
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

#[tokio::test]
async fn while_it_wakes_up_people_wait() {
    let app = TestApp::start().await;
    let mut line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url)]).await;
    let mut ada = server.browser(&app.signed_up("Ada").await);
    assert_eq!(ada.get("/account/delete").await.status, StatusCode::OK);

    line.fall_asleep();
    let request = tokio::spawn(async move { ada.get("/account/delete").await.status });
    line.somebody_waits().await;
    line.open();
    assert_eq!(request.await.expect("it answers"), StatusCode::OK);
}
