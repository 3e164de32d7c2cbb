//! The answer that one connection owes its client, and since when.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// Bytes that are handed over at once. Hyper holds what it is given until the client has read it, and makes the next
/// answer meanwhile.
const PIECE: usize = 32 * 1024;

/// What one connection owes its client. HTTP/1.1 makes one answer after the other.
#[derive(Debug)]
enum Owed {
    Nothing {
        since: Instant,
    },
    /// An answer that is not made yet.
    Making,
    Unread {
        since: Instant,
    },
}

/// The answer that one connection owes its client, and since when.
#[derive(Debug)]
pub struct Answers(Mutex<Owed>);

impl Default for Answers {
    fn default() -> Self {
        Self(Mutex::new(Owed::Nothing { since: Instant::now() }))
    }
}

impl Answers {
    /// Notes a request whose answer is still to be made.
    pub fn begin(self: &Arc<Self>) -> Guard {
        *self.owed() = Owed::Making;
        Guard(self.clone())
    }

    /// Tells whether nothing is owed.
    pub fn are_complete(&self) -> bool {
        matches!(*self.owed(), Owed::Nothing { .. })
    }

    /// Returns whether by `now` nothing was asked for longer than `idle`, or an answer has waited longer than `unread`
    /// to be read. How long an answer may take to be made is limited elsewhere.
    pub fn are_overdue(&self, now: Instant, idle: Duration, unread: Duration) -> bool {
        match *self.owed() {
            Owed::Nothing { since } => now.saturating_duration_since(since) > idle,
            Owed::Making => false,
            Owed::Unread { since } => now.saturating_duration_since(since) > unread,
        }
    }

    fn owed(&self) -> MutexGuard<'_, Owed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks an answer as owed, until it is dropped.
#[derive(Debug)]
pub struct Guard(Arc<Answers>);

impl Guard {
    /// Returns `body`, whose time to be read begins now.
    pub fn around(self, body: Body) -> Body {
        *self.0.owed() = Owed::Unread { since: Instant::now() };
        Body::new(Watched { body, rest: Bytes::new(), _guard: self })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        *self.0.owed() = Owed::Nothing { since: Instant::now() };
    }
}

/// A body that is handed over in pieces.
struct Watched {
    body: Body,
    /// The rest of a frame that was larger than a piece.
    rest: Bytes,
    _guard: Guard,
}

impl HttpBody for Watched {
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
    use super::{Answers, PIECE};
    use axum::body::Body;
    use http_body_util::BodyExt;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    const IDLE: Duration = Duration::from_secs(6_000);
    const UNREAD: Duration = Duration::from_secs(3_000);

    #[test]
    fn an_answer_has_time_to_be_made_and_then_to_be_read() {
        let answers = Arc::new(Answers::default());
        let overdue_after = |time| answers.are_overdue(Instant::now() + time, IDLE, UNREAD);
        let guard = answers.begin();
        assert!(!overdue_after(IDLE * 2), "it is not made yet");
        let body = guard.around(Body::from("page"));
        assert!(!overdue_after(UNREAD / 2) && !answers.are_complete());
        assert!(overdue_after(UNREAD * 2));
        drop(body);
        assert!(answers.are_complete() && !overdue_after(IDLE / 2));
        assert!(overdue_after(IDLE * 2), "nothing was asked since");
    }

    #[tokio::test]
    async fn what_is_handed_over_does_not_hold_the_whole_answer() {
        let page = vec![b'x'; PIECE + 1];
        let mut body = Arc::new(Answers::default()).begin().around(Body::from(page.clone()));
        let mut received = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert!(piece.is_unique() && piece.len() <= PIECE);
            received.extend(piece);
        }
        assert_eq!(received, page);
    }
}
