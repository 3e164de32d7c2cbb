//! How long a request lasts: no longer than its limit, and what it has begun to change is finished, even when its
//! browser has left meanwhile.

use super::errors::Failed;
use super::trace_span::span_of;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use request::AppError;
use std::panic::resume_unwind;
use std::time::Duration;
use tracing::Instrument;

/// Gives up a request that takes longer than `limit`, reading its body included. An answer that has begun is not cut
/// off.
pub async fn time_out(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(seconds = limit.as_secs(), "a request took longer than REQUEST_SECONDS");
            Failed::from(AppError::Unavailable).into_response()
        }
    }
}

/// Runs what may change something as a task of its own, to its end. A browser drops what it is waiting for when a
/// person follows a link, and hyper drops the handler with it: a change that the page has shown already would be lost
/// on its way to the database.
pub async fn run_to_completion(request: Request, next: Next) -> Response {
    if !may_change(&request) {
        return next.run(request).await;
    }
    let trace_span = span_of(&request);
    match tokio::spawn(next.run(request).in_current_span().instrument(trace_span)).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Failed::internal("a request was given up while the server stopped").into_response(),
        },
    }
}

/// Tells whether the request may change something. The way back from a provider is a GET that signs in.
fn may_change(request: &Request) -> bool {
    !request.method().is_safe() || request.uri().path().starts_with("/auth/")
}
