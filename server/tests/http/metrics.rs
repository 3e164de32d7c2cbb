//! `/metrics` as seen by a scraper, and by other clients.

use super::{ORIGIN, get, request, send, state};
use crate::support::{AppOptions, TestApp, until};
use axum::Router;
use axum::routing::get as on_get;
use http::{Method, StatusCode};
use http_server::http::metrics::Metrics;
use http_server::http::stack::around;
use http_server::state::AppState;
use std::future::pending;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

const TOKEN: &str = "d41d8cd98f00b204";
const BEARER: &str = "Bearer d41d8cd98f00b204";

pub fn measured() -> AppState {
    state(&[("METRICS_TOKEN", TOKEN)])
}

pub async fn figures(app: &Router) -> String {
    let answer = send(app, request(Method::GET, "/metrics", &[("authorization", BEARER)], "")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

/// Returns the value of one series as text.
pub fn value<'a>(figures: &'a str, series: &str) -> Option<&'a str> {
    figures.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))
}

#[tokio::test]
async fn metrics_are_off_without_a_token() {
    let answer = get(&super::app(), "/metrics").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.is_page(), "{}", answer.body);
}

#[tokio::test]
async fn metrics_need_the_token() {
    let app = cli::app(state(&[("METRICS_TOKEN", TOKEN), ("RATE_OTHER", "1/86400")]));
    let longer = format!("{BEARER}0");
    let wrong = ["", "Bearer", "Bearer ", TOKEN, &longer, &BEARER[..BEARER.len() - 1], "Basic d41d8cd98f00b204"];
    for sent in wrong {
        let answer = send(&app, request(Method::GET, "/metrics", &[("authorization", sent)], "")).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"), "{sent}");
        assert!(!answer.body.contains("http_requests"), "{sent}");
    }
    let nobody = send(&app, request(Method::GET, "/metrics", &[], "")).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);

    for scheme in [BEARER, "bearer d41d8cd98f00b204"] {
        let answer = send(&app, request(Method::GET, "/metrics", &[("authorization", scheme)], "")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_no_label_is_chosen_by_clients() {
    let app = cli::app(measured());
    get(&app, "/auth/mailed/815815").await;
    get(&app, "/auth/mailed/815816?q=815817").await;
    get(&app, "/815818/nowhere").await;
    get(&app, "/815819.png").await;
    get(&app, "/sign-in").await;
    send(&app, request(Method::from_bytes(b"X815820").unwrap(), "/sign-in", &[("origin", ORIGIN)], "")).await;

    let figures = figures(&app).await;
    for (series, expected) in [
        (r#"http_requests_total{method="GET",route="/auth/mailed/{landing}",status="4xx"}"#, "2"),
        (r#"http_requests_total{method="GET",route="unmatched",status="4xx"}"#, "2"),
        (r#"http_requests_total{method="GET",route="/sign-in",status="2xx"}"#, "1"),
        (r#"http_requests_total{method="other",route="/sign-in",status="4xx"}"#, "1"),
        (r#"http_request_duration_seconds_count{route="/auth/mailed/{landing}"}"#, "2"),
        (r#"http_request_duration_seconds_bucket{route="/sign-in",le="+Inf"}"#, "2"),
        (concat!(r#"build_info{version=""#, env!("CARGO_PKG_VERSION"), r#""}"#), "1"),
    ] {
        assert_eq!(value(&figures, series), Some(expected), "{series}: {figures}");
    }
    assert!(!figures.contains("8158"), "{figures}");
}

#[tokio::test]
async fn panics_and_disconnected_requests_are_counted() {
    let state = measured();
    let (entered, inside) = oneshot::channel();
    let entered = Arc::new(Mutex::new(Some(entered)));
    let stays = async move || {
        entered.lock().unwrap().take().unwrap().send(()).unwrap();
        pending::<()>().await;
    };
    let routes =
        Router::new().route("/panic", on_get(async || panic!("a detail") as ())).route("/stays", on_get(stays));
    let metrics = Metrics::new(&state);
    let app = metrics.around(around(routes.merge(metrics.routes().with_state(state.clone())), &state));
    get(&app, "/panic").await;
    tokio::select! {
        answer = get(&app, "/stays") => panic!("answered: {}", answer.status),
        seen = async { inside.await.unwrap(); figures(&app).await } => {
            assert_eq!(value(&seen, "http_requests_in_flight"), Some("2"), "itself and the one that stays: {seen}");
        }
    }
    let figures = figures(&app).await;
    assert_eq!(value(&figures, "http_panics_total"), Some("1"), "{figures}");
    assert_eq!(value(&figures, "http_requests_in_flight"), Some("1"), "{figures}");
    let gone = r#"http_requests_total{method="GET",route="/stays",status="gone"}"#;
    assert_eq!(value(&figures, gone), Some("1"), "{figures}");
}

#[tokio::test]
async fn pools_and_neon_auth_are_measured() {
    let wanted = AppOptions { variables: &[("METRICS_TOKEN", TOKEN)], ..AppOptions::default() };
    let app = TestApp::with(wanted).await;
    let mut ada = app.signed_up("Ada").await;
    let router = cli::app(app.state.clone());
    let before = figures(&router).await;
    for (series, expected) in [
        (r#"database_connections{pool="pages",state="most"}"#, "4"),
        (r#"database_connections{pool="sessions",state="most"}"#, "2"),
        (r#"database_waits_total{pool="pages"}"#, "0"),
        (r#"neon_auth_calls_total{outcome="timeout"}"#, "0"),
    ] {
        assert_eq!(value(&before, series), Some(expected), "{before}");
    }
    let answered = value(&before, r#"neon_auth_calls_total{outcome="answered"}"#).expect("a count");
    assert_ne!(answered, "0", "signing up asks Neon Auth");
    assert!(!before.contains("Ada") && !before.contains("ada@"), "{before}");

    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(app.state.db.as_anonymous().await.expect("a connection"));
    }
    let waiting = tokio::spawn(async move { ada.get("/account/delete").await.status });
    let waits = r#"database_waits_total{pool="pages"}"#;
    until("a request waits", async || value(&figures(&router).await, waits) != Some("0")).await;
    let meanwhile = figures(&router).await;
    assert_eq!(value(&meanwhile, r#"database_connections{pool="pages",state="used"}"#), Some("4"), "{meanwhile}");
    drop(held);
    assert_eq!(waiting.await.expect("it answers"), StatusCode::OK);
}
