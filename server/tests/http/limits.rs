//! Request bodies that are too large, and requests that take too long.

use super::{ORIGIN, app, fetch, post, request, send, state};
use crate::support::FreePort;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post as on_post};
use futures_util::stream::pending;
use http::{Method, StatusCode};
use http_server::http::stack::around;
use request::{AppError, Field, FieldProblem};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn large_body_is_refused() {
    let app = app();
    let body = format!("task={}", "x".repeat(TEN_MEGABYTES));
    let length = body.len().to_string();
    for path in ["/api/create_example", "/memos?/create_memo", "/sign-in?/password", "/", "/nowhere"] {
        let declared = post(&app, path, &body, &[("content-length", &length)]).await;
        assert_eq!(declared.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(declared.is_page() && declared.body.contains("too large"), "{path}: {}", declared.body);
    }
    // Without a declared length, like all other requests in these tests.
    let undeclared = post(&app, "/api/create_example", &body, &[]).await;
    assert_eq!(undeclared.status, StatusCode::PAYLOAD_TOO_LARGE);
    let called = fetch(&app, "/api/create_example", &body).await;
    assert_eq!(called.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(called.read::<AppError>(), AppError::field(Field::FORM, FieldProblem::TooLarge));
}

/// Checks that a client that sends everything before it reads gets its answer.
#[tokio::test]
async fn client_that_sends_a_large_body_reads_the_refusal() {
    let port = FreePort::take("127.0.0.1").await;
    let mut browser = TcpStream::connect(port.address).await.unwrap();
    let _server = port.serve(app());
    let head = format!(
        "POST /api/create_example HTTP/1.1\r\nhost: x\r\naccept: text/html\r\norigin: {ORIGIN}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {TEN_MEGABYTES}\r\n\r\n"
    );
    browser.write_all(head.as_bytes()).await.unwrap();
    browser.write_all(&vec![b'x'; TEN_MEGABYTES]).await.unwrap();
    let mut answer = String::new();
    browser.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:.100}");
}

#[tokio::test]
async fn slow_request_times_out() {
    let hangs = || async { std::future::pending::<&str>().await };
    let reads = |body: Bytes| async move { body.len().to_string() };
    let routes = Router::new().route("/hang", get(hangs)).route("/read", on_post(reads));
    let app = around(routes, &state(&[("REQUEST_SECONDS", "1")]));

    let answer = timeout(PATIENCE, super::get(&app, "/hang")).await.expect("it ends");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.is_page() && answer.body.contains("not reachable right now"), "{}", answer.body);
    assert_eq!(answer.header("retry-after"), "5");

    let never_ends = Body::from_stream(pending::<io::Result<Bytes>>());
    let posted = send(&app, request(Method::POST, "/read", &[("origin", ORIGIN)], never_ends));
    let answer = timeout(PATIENCE, posted).await.expect("it ends");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// Checks the limit for anonymous users, whose longest form is the sign-in.
#[tokio::test]
async fn anonymous_form_is_limited_to_64_kilobytes() {
    let app = app();
    for (bytes, status) in
        [(64 * 1024, StatusCode::UNPROCESSABLE_ENTITY), (64 * 1024 + 1, StatusCode::PAYLOAD_TOO_LARGE)]
    {
        let body = format!("email={}", "x".repeat(bytes - "email=".len()));
        for length in [vec![], vec![("content-length", bytes.to_string())]] {
            let declared: Vec<_> = length.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = post(&app, "/sign-in?/password", &body, &declared).await;
            assert_eq!(answer.status, status, "{bytes} {declared:?}");
        }
    }
}

#[tokio::test]
async fn all_bodies_together_are_limited() {
    let (entered, mut held) = mpsc::channel(1);
    let release = Arc::new(Notify::new());
    let hold = {
        let release = release.clone();
        move |_: Bytes| async move {
            entered.send(()).await.expect("the test waits");
            release.notified().await;
        }
    };
    let read = |body: Bytes| async move { body.len().to_string() };
    let routes = Router::new().route("/hold", on_post(hold)).route("/read", on_post(read));
    let app = around(routes, &state(&[("BODIES_LIMIT_BYTES", "1024")]));

    let alone = post(&app, "/read", &"x".repeat(1024), &[]).await;
    assert_eq!(alone.status, StatusCode::OK);
    let holding = tokio::spawn({
        let app = app.clone();
        async move { post(&app, "/hold", &"x".repeat(800), &[]).await.status }
    });
    held.recv().await.expect("it is read");
    let second = post(&app, "/read", &"x".repeat(225), &[]).await;
    assert_eq!((second.status, second.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    assert_eq!(post(&app, "/read", &"x".repeat(224), &[]).await.status, StatusCode::OK);
    release.notify_one();
    assert_eq!(holding.await.expect("it answers"), StatusCode::OK);
    assert_eq!(post(&app, "/read", &"x".repeat(1024), &[]).await.status, StatusCode::OK, "all is given back");
}
