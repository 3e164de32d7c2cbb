//! The limit of pages that are rendered at once, with pages that count themselves.

use super::{get, state};
use crate::support::SITE;
use http::StatusCode;
use http_server::state::{AppState, Site};
use leptos::prelude::{AnyView, IntoAny, Suspend};
use request::feature::Features;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const AT_ONCE: usize = 16;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
static ALL_ARE_HERE: Semaphore = Semaphore::const_new(0);

/// Renders a page that waits until the limit is reached, and then lets further ones start if they can.
fn page() -> AnyView {
    Suspend::new(async {
        let now = NOW.fetch_add(1, Ordering::Relaxed) + 1;
        MOST.fetch_max(now, Ordering::Relaxed);
        if now == AT_ONCE {
            ALL_ARE_HERE.close();
        }
        ALL_ARE_HERE.acquire().await.expect_err("nothing is given out");
        for _ in 0..100 {
            yield_now().await;
        }
        NOW.fetch_sub(1, Ordering::Relaxed);
        "page"
    })
    .into_any()
}

#[tokio::test]
async fn pages_rendered_at_once_are_limited_and_further_ones_wait() {
    let site = Site { pages: page, features: Features(&[]), ..SITE };
    let app = cli::app(AppState { site, ..state(&[("RATE_OTHER", "10000/1")]) });
    // Routes are found by rendering once, which does not wait for the end.
    NOW.store(0, Ordering::Relaxed);
    let mut clients = JoinSet::new();
    for _ in 0..AT_ONCE * 2 {
        let app = app.clone();
        clients.spawn(async move { get(&app, "/nowhere").await });
    }
    let answers = timeout(PATIENCE, clients.join_all()).await.expect("each has its turn");
    for answer in answers {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.body.contains("page"));
    }
    assert_eq!(MOST.load(Ordering::Relaxed), AT_ONCE);
}
