//! The largest body that is read.
//! It must not trust the length that a request declares.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, Limited};

/// A browser shows an answer only after it has sent its whole body, so a body that is somewhat too large is read and
/// thrown away. A larger one is not worth it.
const READ_TO_BE_POLITE: u64 = 32 * 1024 * 1024;

pub async fn bodies(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match declared {
        Some(length) if length > limit as u64 => {
            if length <= READ_TO_BE_POLITE {
                discard(request.into_body()).await;
            }
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        }
        _ => next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await,
    }
}

async fn discard(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}
