//! The header `Server-Timing`: three durations, and nothing that would help an attacker.

use super::{app, fetch, get, request, send};
use crate::support::{Page, TestApp};
use http::Method;
use std::time::Instant;

/// Parses the names and milliseconds of the header, and panics at anything else.
pub fn read(header: &str) -> Vec<(&str, f64)> {
    header
        .split(", ")
        .map(|entry| {
            let (name, time) = entry.split_once(";dur=").unwrap_or_else(|| panic!("not a duration: {header}"));
            (name, time.parse().unwrap_or_else(|_| panic!("not a number: {header}")))
        })
        .collect()
}

pub fn header_of(page: &Page) -> &str {
    page.headers.get("server-timing").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Returns the milliseconds of one name, or 0.
pub fn time(parts: &[(&str, f64)], wanted: &str) -> f64 {
    parts.iter().find(|(name, _)| *name == wanted).map_or(0.0, |(_, time)| *time)
}

fn names(header: &str) -> Vec<&str> {
    read(header).into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
async fn every_page_has_server_timing() {
    let app = app();
    // One that needs no call, one that redirects, the start page, a missing one.
    for path in ["/sign-in", "/account", "/", "/nowhere"] {
        let answer = get(&app, path).await;
        assert_eq!(names(answer.header("server-timing")), ["auth", "db", "render"], "{path} ({})", answer.status);
    }
    let head = send(&app, request(Method::HEAD, "/sign-in", &[("accept", "text/html")], "")).await;
    assert_eq!(names(head.header("server-timing")), ["auth", "db", "render"]);
}

#[tokio::test]
async fn server_function_has_server_timing() {
    let answer = fetch(&app(), "/api/create_example", "id=1&task=x").await;
    assert_eq!(names(answer.header("server-timing")), ["auth", "db", "render"], "{}", answer.body);
}

#[tokio::test]
async fn other_answers_have_no_server_timing() {
    let app = app();
    for path in ["/favicon.svg", "/healthz", "/robots.txt"] {
        assert_eq!(get(&app, path).await.header("server-timing"), "", "{path}");
    }
    let forged = [("accept", "text/html"), ("origin", "https://evil.example")];
    let refused = send(&app, request(Method::POST, "/api/create_example", &forged, "")).await;
    assert_eq!(refused.header("server-timing"), "", "it was refused before anything was asked");
}

#[tokio::test]
async fn server_timing_is_about_this_request() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for (path, reads) in [("/account/delete", true), ("/sign-in", false)] {
        let begun = Instant::now();
        let page = ada.get(path).await;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        let header = header_of(&page);
        let parts = read(header);
        let time = |wanted| time(&parts, wanted);
        assert!(time("auth") > 0.0 && time("render") > 0.0, "{path}: {header}");
        assert_eq!(time("db") > 0.0, reads, "{path}: {header}");
        assert!(parts.iter().map(|(_, time)| time).sum::<f64>() <= took, "{path}: {header}, and it took {took} ms");
    }
}
