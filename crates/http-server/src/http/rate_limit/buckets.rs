//! Counts attempts by key, in a bounded amount of memory.

use super::store::BoundedStore;
use crate::config::Rate;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::{Quota, RateLimiter};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Keys that are remembered, some ten megabytes. More clients at once are an attack: then the one that has recovered
/// most is forgotten, and no client is refused for being new.
const MOST_KEYS: usize = 100_000;

const FORGET_AFTER_CALLS: usize = 1024;

/// One budget, for each key its own. A key that has recovered its whole budget is forgotten.
pub struct Buckets<C: Clock = DefaultClock> {
    limiter: RateLimiter<u64, BoundedStore, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    calls: AtomicUsize,
}

impl Buckets {
    pub fn new(rate: Rate) -> Self {
        Self::with(rate, DefaultClock::default(), MOST_KEYS)
    }
}

impl<C: Clock + Clone> Buckets<C> {
    fn with(rate: Rate, clock: C, most_keys: usize) -> Self {
        // A period of zero is the only one that makes no quota.
        let quota =
            Quota::with_period(rate.every.max(Duration::from_millis(1))).map(|quota| quota.allow_burst(rate.burst));
        let quota = quota.unwrap_or(Quota::per_second(rate.burst));
        let limiter = RateLimiter::new(quota, BoundedStore::new(most_keys), clock.clone());
        Self { limiter, clock, calls: AtomicUsize::new(0) }
    }

    /// Takes one attempt from the budget of `key`, a hash with a secret, or says how long there is none.
    pub fn take(&self, key: u64) -> Result<(), Duration> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER_CALLS == FORGET_AFTER_CALLS - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(&key).map_err(|refusal| refusal.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, FORGET_AFTER_CALLS};
    use governor::clock::FakeRelativeClock;
    use std::time::Duration;

    const TEN_SECONDS: Duration = Duration::from_secs(10);

    fn buckets(most_keys: usize) -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::with("3/10".parse().unwrap(), clock.clone(), most_keys), clock)
    }

    #[test]
    fn any_window_has_at_most_the_burst() {
        let (buckets, clock) = buckets(10);
        let mut taken = Vec::new();
        for second in 0..120_u64 {
            if buckets.take(1).is_ok() {
                taken.push(second);
            }
            // Now and then a client tries twice.
            if second % 7 == 0 && buckets.take(1).is_ok() {
                taken.push(second);
            }
            clock.advance(Duration::from_secs(1));
        }
        assert!(taken.len() >= 12, "{taken:?}");
        for four in taken.windows(4) {
            assert!(four[3] - four[0] >= 10, "{taken:?}");
        }
    }

    #[test]
    fn the_wait_is_exact_and_per_key() {
        let (buckets, clock) = buckets(10);
        for _ in 0..3 {
            assert_eq!(buckets.take(1), Ok(()));
        }
        clock.advance(Duration::from_secs(4));
        let wait = buckets.take(1).unwrap_err();
        assert_eq!(wait, Duration::from_secs(6));
        assert_eq!(buckets.take(2), Ok(()));
        clock.advance(wait);
        assert_eq!(buckets.take(1), Ok(()));
        assert!(buckets.take(1).is_err());
    }

    #[test]
    fn recovered_keys_are_forgotten() {
        let (buckets, clock) = buckets(usize::MAX);
        for key in 0..FORGET_AFTER_CALLS as u64 - 1 {
            buckets.take(key).unwrap();
        }
        clock.advance(TEN_SECONDS * 4);
        buckets.take(u64::MAX).unwrap();
        assert_eq!(buckets.limiter.len(), 1);
    }

    #[test]
    fn memory_is_bounded_and_new_keys_are_let_in() {
        let (buckets, clock) = buckets(100);
        for _ in 0..3 {
            buckets.take(u64::MAX).unwrap();
        }
        for key in 0..50_000_u64 {
            assert_eq!(buckets.take(key), Ok(()), "{key}");
            assert!(buckets.limiter.len() <= 100);
        }
        assert!(buckets.take(u64::MAX).is_err(), "who has used up a budget is not forgotten for others who have not");
        clock.advance(TEN_SECONDS);
        assert_eq!(buckets.take(u64::MAX), Ok(()));
    }
}
