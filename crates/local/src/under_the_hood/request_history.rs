//! The last requests, in memory, in a bounded buffer.

use super::query_log::QueryLog;
use http::{Method, StatusCode};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// The most requests that are kept: clients decide how many they send.
const MAX_REQUESTS: usize = 50;

/// A request that was answered. Nothing of its headers and its body, and no query string.
#[derive(Debug)]
pub struct RecordedRequest {
    pub at: OffsetDateTime,
    pub method: Method,
    pub path: String,
    pub status: StatusCode,
    pub took: Duration,
    pub queries: QueryLog,
}

#[derive(Default)]
pub struct RequestHistory(Mutex<VecDeque<Arc<RecordedRequest>>>);

impl RequestHistory {
    pub fn add(&self, request: RecordedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.truncate(MAX_REQUESTS - 1);
        requests.push_front(Arc::new(request));
    }

    /// Returns all of them, the newest first.
    pub fn all(&self) -> Vec<Arc<RecordedRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_REQUESTS, QueryLog, RecordedRequest, RequestHistory};
    use http::{Method, StatusCode};
    use std::time::Duration;
    use time::OffsetDateTime;

    fn request(number: usize) -> RecordedRequest {
        RecordedRequest {
            at: OffsetDateTime::UNIX_EPOCH,
            method: Method::GET,
            path: format!("/posts/{number}"),
            status: StatusCode::OK,
            took: Duration::ZERO,
            queries: QueryLog::default(),
        }
    }

    #[test]
    fn oldest_requests_are_dropped_first() {
        let history = RequestHistory::default();
        for number in 0..MAX_REQUESTS + 3 {
            history.add(request(number));
        }
        let paths: Vec<_> = history.all().iter().map(|request| request.path.clone()).collect();
        assert_eq!(paths.len(), MAX_REQUESTS);
        assert_eq!(paths.first().map(String::as_str), Some(&*format!("/posts/{}", MAX_REQUESTS + 2)));
        assert_eq!(paths.last().map(String::as_str), Some("/posts/3"));
    }
}
