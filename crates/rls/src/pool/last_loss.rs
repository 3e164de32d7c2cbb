//! Remembers when a connection was last found dead, so that others are tested before they are used.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Milliseconds in which every dead connection of a pool that is used has been found.
const RECENT_MILLIS: u64 = 30_000;

/// The time at which a connection was last found dead.
///
/// Testing every connection before use costs a round trip (14 % of throughput, measured). So none is tested,
/// until one turns out to be dead: then its siblings, which have probably died with it, are tested first.
#[derive(Clone, Debug)]
pub(crate) struct LastLoss {
    opened: Instant,
    /// Milliseconds after `opened`, 0 for never.
    at: Arc<AtomicU64>,
}

impl LastLoss {
    /// Makes one without a loss yet.
    pub(crate) fn new() -> Self {
        Self { opened: Instant::now(), at: Arc::default() }
    }

    /// Records that a connection was found dead.
    pub(crate) fn record(&self) {
        self.at.store(self.now().max(1), Ordering::Relaxed);
    }

    /// Returns whether a connection that was last used `idle` ago may have died in the same event.
    pub(crate) fn may_affect(&self, idle: Duration) -> bool {
        let loss = self.at.load(Ordering::Relaxed);
        loss != 0 && self.now().saturating_sub(millis(idle)) <= loss
    }

    /// Returns whether connections in the pool may be dead, so that the next one has to be opened.
    pub(crate) fn is_recent(&self) -> bool {
        let loss = self.at.load(Ordering::Relaxed);
        loss != 0 && self.now().saturating_sub(loss) < RECENT_MILLIS
    }

    fn now(&self) -> u64 {
        millis(self.opened.elapsed())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
