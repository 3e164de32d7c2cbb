//! The longest that a request may take, reading its body included.

use super::errors::Failed;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use request::AppError;
use std::time::Duration;

/// Gives up a request that takes longer than `limit`. An answer that has begun is not cut off.
pub async fn limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(seconds = limit.as_secs(), "a request took longer than REQUEST_SECONDS");
            Failed(AppError::Unavailable).into_response()
        }
    }
}
