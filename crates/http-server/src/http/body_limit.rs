//! The largest body that is read, and how much is read at once of all bodies together.
//! It must not trust the length that a request declares.

use super::auth;
use super::errors::Failed;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};
use request::{AppError, form};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::sync::Semaphore;

/// A browser shows an answer only after it has sent its whole body, so a body that is somewhat too large is read and
/// thrown away. A larger one is not worth it.
const LARGEST_DISCARDED: u64 = 32 * 1024 * 1024;

/// Bytes of a body that comes from an anonymous user. The longest form that is theirs has a few hundred, and no more of
/// a form is kept across a sign-in.
const ANONYMOUS: usize = 64 * 1024;

/// What bodies may take, each of them and all together. Clones share it.
#[derive(Clone, Debug)]
pub struct BodyBudget {
    each: usize,
    /// One permit for each byte that may still be read.
    all: Arc<Semaphore>,
}

impl BodyBudget {
    /// Allows `each` body and `all` of them together so many bytes.
    pub fn new(each: usize, all: usize) -> Self {
        Self { each, all: Arc::new(Semaphore::new(all)) }
    }
}

/// Limits the body of a request, and refuses one for which there is no room at the moment.
pub async fn limit_bodies(State(budget): State<BodyBudget>, request: Request, next: Next) -> Response {
    let share = Arc::new(Share { all: budget.all, taken: AtomicUsize::new(0), refused: AtomicBool::new(false) });
    let request = match limited(request, budget.each, |body| Body::new(Counted { body, share: share.clone() })).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let response = next.run(request).await;
    if !share.refused.load(Ordering::Relaxed) {
        return response;
    }
    tracing::warn!("a request was refused: too many bodies are being read at once");
    Failed::from(AppError::Unavailable).into_response()
}

/// Limits what an anonymous user may send, as [`limit_bodies`] does for every client. A server function that is sent
/// more is told to ask for a sign-in: the text may be that of an author whose session has ended, and is not too large
/// for them.
pub async fn limit_anonymous(request: Request) -> Result<Request, Response> {
    let (path, query) = (request.uri().path(), request.uri().query());
    let is_form = query.is_some_and(|query| form::key(query).is_some()) && !auth::has_form(path);
    let is_server_function = is_form || path.starts_with("/api/");
    let limited = limited(request, ANONYMOUS, |body| body).await;
    limited.map_err(
        |refusal| if is_server_function { Failed::from(AppError::SignInRequired).into_response() } else { refusal },
    )
}

/// Returns the request with a body that ends in an error beyond `limit`, or the refusal of one that declares more. What
/// is read to be thrown away is not counted.
async fn limited(request: Request, limit: usize, counted: impl FnOnce(Body) -> Body) -> Result<Request, Response> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match declared {
        Some(length) if length > limit as u64 => {
            if length <= LARGEST_DISCARDED {
                discard(request.into_body()).await;
            }
            Err(StatusCode::PAYLOAD_TOO_LARGE.into_response())
        }
        _ => Ok(request.map(|body| Body::new(Limited::new(counted(body), limit)))),
    }
}

/// Reads a body and throws it away.
async fn discard(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// The bytes that one request has read. They are given back when its answer is there: until then its code may hold
/// every one.
#[derive(Debug)]
struct Share {
    all: Arc<Semaphore>,
    taken: AtomicUsize,
    refused: AtomicBool,
}

impl Share {
    /// Returns whether that much more may be held.
    fn take(&self, bytes: usize) -> bool {
        let permits = u32::try_from(bytes).ok().and_then(|bytes| self.all.try_acquire_many(bytes).ok());
        match permits {
            Some(permits) => {
                permits.forget();
                self.taken.fetch_add(bytes, Ordering::Relaxed);
                true
            }
            None => {
                self.refused.store(true, Ordering::Relaxed);
                false
            }
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.add_permits(*self.taken.get_mut());
    }
}

/// A body whose bytes are counted while it is read.
struct Counted {
    body: Body,
    share: Arc<Share>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(bytes) = frame.data_ref()
            && !self.share.take(bytes.len())
        {
            return Poll::Ready(Some(Err(axum::Error::new("too many bodies are being read at once"))));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
