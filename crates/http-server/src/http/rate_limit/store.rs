//! The memory of a rate limiter: bounded, and the key that has recovered most makes room for a new one.

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The state of a rate limiter, for so many keys at most.
pub struct BoundedStore {
    max_keys: usize,
    keys: Mutex<Keys>,
}

/// The time at which each key has its whole budget again, and the keys in the order of these times.
#[derive(Default)]
struct Keys {
    times: HashMap<u64, Nanos>,
    by_time: BTreeSet<(Nanos, u64)>,
}

impl BoundedStore {
    pub fn new(max_keys: usize) -> Self {
        Self { max_keys, keys: Mutex::default() }
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys {
    fn set(&mut self, key: u64, time: Nanos) {
        if let Some(before) = self.times.insert(key, time) {
            self.by_time.remove(&(before, key));
        }
        self.by_time.insert((time, key));
    }

    /// Forgets the key that has recovered most. To push out one that has used up its budget takes as many others that
    /// have used up theirs.
    fn forget_first(&mut self) {
        if let Some((_, key)) = self.by_time.pop_first() {
            self.times.remove(&key);
        }
    }
}

impl StateStore for BoundedStore {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut keys = self.keys();
        let known = keys.times.get(key).copied();
        let (answer, time) = decide(known)?;
        if known.is_none() && keys.times.len() >= self.max_keys {
            keys.forget_first();
        }
        keys.set(*key, time);
        Ok(answer)
    }
}

impl ShrinkableKeyedStateStore<u64> for BoundedStore {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut keys = self.keys();
        while keys.by_time.first().is_some_and(|(time, _)| *time <= drop_below) {
            keys.forget_first();
        }
    }

    fn shrink_to_fit(&self) {
        self.keys().times.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.keys().times.len()
    }

    fn is_empty(&self) -> bool {
        self.keys().times.is_empty()
    }
}
