//! Counts how calls to Neon Auth end.

use super::error::{NeonAuthError, Outage};
use http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const OUTCOMES: [&str; 6] = ["answered", "refused", "failed", "timeout", "unreachable", "invalid"];

/// Counts calls by how they ended. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct CallCounters(Arc<[AtomicU64; OUTCOMES.len()]>);

impl CallCounters {
    pub(crate) fn count(&self, outcome: Result<StatusCode, &NeonAuthError>) {
        let index = match outcome {
            Ok(status) if !status.is_client_error() => 0,
            Ok(_) | Err(NeonAuthError::Refused(_)) => 1,
            Err(NeonAuthError::Unreachable(Outage::Status(_))) => 2,
            Err(NeonAuthError::Unreachable(Outage::Timeout)) => 3,
            Err(NeonAuthError::Unreachable(Outage::Network(_) | Outage::Database(_))) => 4,
            Err(NeonAuthError::InvalidResponse(_)) => 5,
        };
        self.0[index].fetch_add(1, Ordering::Relaxed);
    }

    /// Returns each way to end with its number of calls since the start.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        OUTCOMES.into_iter().zip(self.0.iter().map(|count| count.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::CallCounters;
    use crate::{NeonAuthError, Outage, Refusal};
    use http::StatusCode;

    #[test]
    fn each_outcome_has_a_counter() {
        let counters = CallCounters::default();
        counters.count(Ok(StatusCode::OK));
        counters.count(Ok(StatusCode::BAD_REQUEST));
        counters.count(Err(&NeonAuthError::Refused(Refusal::RateLimited { seconds: 1 })));
        for outage in [Outage::Status(502), Outage::Timeout, Outage::Network("refused".into())] {
            counters.count(Err(&NeonAuthError::Unreachable(outage)));
        }
        counters.count(Err(&NeonAuthError::InvalidResponse("an answer")));
        let counts: Vec<_> = counters.counts().collect();
        let expected =
            [("answered", 1), ("refused", 2), ("failed", 1), ("timeout", 1), ("unreachable", 1), ("invalid", 1)];
        assert_eq!(counts, expected);
    }
}
