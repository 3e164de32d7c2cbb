//! Waiting for what happens beside the requests of a test.

use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Waits until this holds. Panics with `what` after twenty seconds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("not within twenty seconds: {what}"));
}
