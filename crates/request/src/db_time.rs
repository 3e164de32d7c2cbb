//! The time that a request has waited for the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a page has waited for its data. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct DbTime(Arc<AtomicU64>);

impl DbTime {
    /// Adds one wait.
    pub fn add(&self, time: Duration) {
        self.0.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns the sum of all waits so far.
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}
