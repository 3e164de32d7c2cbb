//! What a request has begun to change is finished, even when its browser has left meanwhile.

use super::errors::Failed;
use super::request_span::span_of;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::panic::resume_unwind;
use tracing::Instrument;

/// Runs what may change something as a task of its own, to its end. A browser drops what it is waiting for when a
/// person follows a link, and hyper drops the handler with it: a change that the page has shown already would be lost
/// on its way to the database.
pub async fn ensure(request: Request, next: Next) -> Response {
    if !may_change(&request) {
        return next.run(request).await;
    }
    let traced = span_of(&request);
    match tokio::spawn(next.run(request).in_current_span().instrument(traced)).await {
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
