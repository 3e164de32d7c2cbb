//! The median time of requests.

use crate::support::{Browser, Page};
use std::time::{Duration, Instant};

/// Returns the median time of `samples` requests, after `warm_up` ones that open connections, prepare statements and
/// fill caches.
pub async fn median(
    browser: &mut Browser,
    warm_up: usize,
    samples: usize,
    request: impl AsyncFn(&mut Browser) -> Page,
) -> Duration {
    let mut times = Vec::new();
    for turn in 0..warm_up + samples {
        let before = Instant::now();
        let page = request(browser).await;
        let took = before.elapsed();
        assert!(page.status.is_success() || page.status.is_redirection(), "{page:?}");
        if turn >= warm_up {
            times.push(took);
        }
    }
    times.sort();
    times[samples / 2]
}

pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
