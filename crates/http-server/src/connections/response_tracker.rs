//! Follows the responses of one connection, so that one that hangs can be closed.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// Bytes that are handed over at once. Hyper holds what it is given until the client has read it, and makes the next
/// answer meanwhile.
const PIECE: usize = 32 * 1024;

/// What a connection is doing. HTTP/1.1 has one request after the other.
#[derive(Debug)]
enum Phase {
    /// No request is under way.
    Idle { since: Instant },
    /// A response is being made.
    Handling,
    /// The client has not read the whole response yet.
    Sending { since: Instant },
}

/// Follows the one response that a connection is making or sending, and since when.
#[derive(Debug)]
pub struct ResponseTracker(Mutex<Phase>);

impl Default for ResponseTracker {
    fn default() -> Self {
        Self(Mutex::new(Phase::Idle { since: Instant::now() }))
    }
}

impl ResponseTracker {
    /// Notes that a request has arrived.
    pub fn begin(self: &Arc<Self>) -> Guard {
        *self.phase() = Phase::Handling;
        Guard(self.clone())
    }

    /// Tells whether no request is under way.
    pub fn is_idle(&self) -> bool {
        matches!(*self.phase(), Phase::Idle { .. })
    }

    /// Tells whether by `now` there was no request for longer than `idle`, or a response has waited longer than
    /// `unread` to be read. How long a response may take to be made is limited elsewhere.
    pub fn is_overdue(&self, now: Instant, idle: Duration, unread: Duration) -> bool {
        match *self.phase() {
            Phase::Idle { since } => now.saturating_duration_since(since) > idle,
            Phase::Handling => false,
            Phase::Sending { since } => now.saturating_duration_since(since) > unread,
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks a response as under way, until it is dropped.
#[derive(Debug)]
pub struct Guard(Arc<ResponseTracker>);

impl Guard {
    /// Returns `body`, whose time to be read begins now.
    pub fn around(self, body: Body) -> Body {
        *self.0.phase() = Phase::Sending { since: Instant::now() };
        Body::new(TrackedBody { body, rest: Bytes::new(), _guard: self })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        *self.0.phase() = Phase::Idle { since: Instant::now() };
    }
}

/// A body that is handed over in pieces.
struct TrackedBody {
    body: Body,
    /// The rest of a frame that was larger than a piece.
    rest: Bytes,
    _guard: Guard,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                ended => return Poll::Ready(ended),
            }
        }
        let piece = self.rest.len().min(PIECE);
        // A copy: a part of the answer would keep all of it in memory.
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&self.rest.split_to(piece))))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut whole = SizeHint::new();
        whole.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            whole.set_upper(upper + rest);
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, ResponseTracker};
    use axum::body::Body;
    use http_body_util::BodyExt;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    const IDLE: Duration = Duration::from_secs(6_000);
    const UNREAD: Duration = Duration::from_secs(3_000);

    #[test]
    fn only_idle_and_unread_connections_are_overdue() {
        let responses = Arc::new(ResponseTracker::default());
        let overdue_after = |time| responses.is_overdue(Instant::now() + time, IDLE, UNREAD);
        let guard = responses.begin();
        assert!(!overdue_after(IDLE * 2), "it is not made yet");
        let body = guard.around(Body::from("page"));
        assert!(!overdue_after(UNREAD / 2) && !responses.is_idle());
        assert!(overdue_after(UNREAD * 2));
        drop(body);
        assert!(responses.is_idle() && !overdue_after(IDLE / 2));
        assert!(overdue_after(IDLE * 2), "nothing was asked since");
    }

    #[tokio::test]
    async fn large_frames_are_copied_in_pieces() {
        let page = vec![b'x'; PIECE + 1];
        let mut body = Arc::new(ResponseTracker::default()).begin().around(Body::from(page.clone()));
        let mut received = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert!(piece.is_unique() && piece.len() <= PIECE);
            received.extend(piece);
        }
        assert_eq!(received, page);
    }
}
