//! The database away, asleep, or restarted under load: the server says so, and recovers by itself.
//! It must not restart a server.

use crate::support::{Browser, Line, Page, TestApp};
use http::StatusCode;
use http::header::{REFRESH, RETRY_AFTER};
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

async fn until(browser: &mut Browser, path: &str, status: StatusCode) -> Page {
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
    assert_eq!(ada.get("/todos").await.status, StatusCode::OK);
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);

    line.cut();
    let pages = [visitor.get("/").await, ada.get("/todos").await, ada.get("/account").await];
    for page in pages {
        let path = page.url.path();
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(page.headers[REFRESH], "5", "{path}");
        assert_eq!(page.headers[RETRY_AFTER], "5", "{path}");
        assert!(page.body.contains("<h1"), "{path}: {}", page.body);
    }
    assert!(ada.cookie("session").is_some(), "nobody is signed out");
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK, "that is no reason to restart it");
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);

    line.open();
    let page = until(&mut visitor, "/", StatusCode::OK).await;
    assert!(!page.headers.contains_key(REFRESH));
    until(&mut ada, "/todos", StatusCode::OK).await;
    until(&mut visitor, "/readyz", StatusCode::OK).await;
}

#[tokio::test]
async fn while_it_wakes_up_people_wait() {
    let app = TestApp::start().await;
    let mut line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url)]).await;
    let mut visitor = server.browser(&app.browser());
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);

    line.fall_asleep();
    let request = tokio::spawn(async move { visitor.get("/").await.status });
    line.somebody_waits().await;
    line.open();
    assert_eq!(request.await.expect("it answers"), StatusCode::OK);
}

#[tokio::test]
async fn restarts_under_load_lose_nothing_that_was_acknowledged() {
    const WRITERS: usize = 6;
    const EACH: usize = 20;
    let app = TestApp::start().await;
    let line = Line::to(&app.database.web_url).await;
    let server = app.another(&[("DATABASE_URL", &line.url), ("DATABASE_ACQUIRE_SECONDS", "2")]).await;
    let ada = app.signed_up("Ada").await;
    let session = ada.cookie("session").expect("a session").to_owned();

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (url, session) = (format!("{}/api/create_todo", server.address), session.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                for number in 0..EACH {
                    let task = format!("{writer}-{number}");
                    let fields = [("submission", Uuid::new_v4().to_string()), ("task", task)];
                    loop {
                        let request = client.post(&url).form(&fields).header("cookie", format!("session={session}"));
                        let request = request.header("accept", "application/json");
                        let answer = request.header("sec-fetch-site", "same-origin").send().await;
                        match answer.expect("the server itself is well").status() {
                            StatusCode::OK => break,
                            // The same submission once more, as the page does.
                            StatusCode::SERVICE_UNAVAILABLE => {}
                            status => panic!("{status}"),
                        }
                    }
                }
            })
        })
        .collect();
    let mut visitor = server.browser(&app.browser());
    for _ in 0..3 {
        line.cut();
        until(&mut visitor, "/readyz", StatusCode::SERVICE_UNAVAILABLE).await;
        line.open();
        until(&mut visitor, "/readyz", StatusCode::OK).await;
    }
    for writer in writers {
        writer.await.expect("every answer is a success, or says to try again");
    }
    let tasks: (i64, i64) = sqlx::query_as("select count(*), count(distinct task) from todos")
        .fetch_one(&app.database.superuser)
        .await
        .expect("a count");
    assert_eq!(tasks, ((WRITERS * EACH) as i64, (WRITERS * EACH) as i64));
}
