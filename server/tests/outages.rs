//! The database unreachable, asleep, or restarted under load: the server says so, and recovers by itself.

use crate::support::program::PATIENCE;
use crate::support::{Browser, DatabaseProxy, Log, PASSWORD, Page, SESSION_COOKIE, TestApp};
use http::StatusCode;
use http::header::{REFRESH, RETRY_AFTER};
use tokio::time::timeout;

pub async fn until_status(browser: &mut Browser, path: &str, status: StatusCode) -> Page {
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
async fn an_unreachable_database_is_reported_until_it_returns() {
    let app = TestApp::start().await;
    let proxy = DatabaseProxy::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &proxy.url), ("DATABASE_ACQUIRE_SECONDS", "1")]).await;
    let ada = app.signed_up("Ada").await;
    let (mut ada, mut anonymous) = (server.browser(&ada), server.browser(&app.browser()));
    assert_eq!(ada.get("/account/delete").await.status, StatusCode::OK);

    proxy.cut();
    for page in [ada.get("/account").await, ada.get("/account/delete").await] {
        let path = page.url.path();
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.headers[REFRESH], "5", "{path}");
        assert_eq!(page.headers[RETRY_AFTER], "5", "{path}");
        assert!(page.body.contains("<h1"), "{path}: {}", page.body);
    }
    assert!(ada.cookie(SESSION_COOKIE).is_some(), "no session ends");
    assert_eq!(anonymous.get("/healthz").await.status, StatusCode::OK, "that is no reason to restart it");
    let ready = anonymous.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.body, r#"{"status":"database not reachable"}"#);

    // Each of these requests meets the outage several times.
    let log = Log::of_warnings();
    ada.get("/account/delete").await;
    log.take_one_line("a page");
    for (action, for_anonymous) in [
        ("/sign-in?/password", 1),
        ("/auth/sign-out", 0),
        // Managed Neon Auth looks for its settings in the same database: a second fault, with a line of its own.
        #[cfg(feature = "stack")]
        ("/forgot-password?/send", 1),
    ] {
        for (browser, lines) in [(&mut ada, 1), (&mut anonymous, for_anonymous)] {
            browser.post(action, &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
            let found = log.take_lines();
            assert!(found.len() == lines && !found.concat().contains(PASSWORD), "{action}: {found:#?}");
        }
    }
    assert!(ada.cookie(SESSION_COOKIE).is_some(), "nor by failed forms");

    proxy.open();
    let page = until_status(&mut ada, "/account/delete", StatusCode::OK).await;
    assert!(!page.headers.contains_key(REFRESH));
    until_status(&mut anonymous, "/readyz", StatusCode::OK).await;
}

#[tokio::test]
async fn a_request_waits_for_a_suspended_database() {
    let app = TestApp::start().await;
    let mut proxy = DatabaseProxy::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &proxy.url)]).await;
    let mut ada = server.browser(&app.signed_up("Ada").await);
    assert_eq!(ada.get("/account/delete").await.status, StatusCode::OK);

    proxy.suspend();
    let request = tokio::spawn(async move { ada.get("/account/delete").await.status });
    proxy.until_a_client_waits().await;
    proxy.open();
    assert_eq!(request.await.expect("it answers"), StatusCode::OK);
}
