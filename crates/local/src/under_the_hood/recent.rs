//! The last requests, in memory. The oldest make room.

use super::listener::Heard;
use http::{Method, StatusCode};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// The most requests that are kept: clients decide how many they send.
const KEPT: usize = 50;

/// A request that was answered. Nothing of its headers and its body, and no query string.
#[derive(Debug)]
pub struct Seen {
    pub at: OffsetDateTime,
    pub method: Method,
    pub path: String,
    pub status: StatusCode,
    pub took: Duration,
    pub heard: Heard,
}

#[derive(Default)]
pub struct Recent(Mutex<VecDeque<Arc<Seen>>>);

impl Recent {
    pub fn add(&self, seen: Seen) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        kept.push_front(Arc::new(seen));
    }

    /// Returns all of them, the newest first.
    pub fn all(&self) -> Vec<Arc<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, KEPT, Recent, Seen};
    use http::{Method, StatusCode};
    use std::time::Duration;
    use time::OffsetDateTime;

    fn seen(number: usize) -> Seen {
        Seen {
            at: OffsetDateTime::UNIX_EPOCH,
            method: Method::GET,
            path: format!("/posts/{number}"),
            status: StatusCode::OK,
            took: Duration::ZERO,
            heard: Heard::default(),
        }
    }

    #[test]
    fn the_oldest_make_room_for_the_newest() {
        let recent = Recent::default();
        for number in 0..KEPT + 3 {
            recent.add(seen(number));
        }
        let paths: Vec<_> = recent.all().iter().map(|seen| seen.path.clone()).collect();
        assert_eq!(paths.len(), KEPT);
        assert_eq!(paths.first().map(String::as_str), Some(&*format!("/posts/{}", KEPT + 2)));
        assert_eq!(paths.last().map(String::as_str), Some("/posts/3"));
    }
}
