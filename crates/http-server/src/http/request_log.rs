//! An id and a log line per request, and the span that ties every other line to it.
//! It must not record query strings, headers or bodies: codes, cookies and people's text are in there. The id must not
//! be taken from the request: a client could write into the log lines of others.

use super::trace_span::TraceSpans;
use crate::telemetry::{Excerpt, REQUEST_SPAN, REQUEST_TARGET};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use std::time::Instant;
use tracing::{Instrument, info_span};
use uuid::Uuid;

/// The header of the response that has the id of its request.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, runs it in a span with that, and logs how it was answered.
pub(crate) async fn log_request(State(spans): State<TraceSpans>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // What matches no route is a file or a mistake: its path is worth knowing, and cannot hold an id of the app.
    let path = if route.is_empty() { request.uri().path() } else { route };
    // Platforms and scrapers ask these all day long.
    let routine = matches!(route, "/healthz" | "/readyz" | "/metrics");
    let id = Uuid::new_v4().simple();
    let method = Excerpt(request.method().as_str().as_bytes());
    let log_span = info_span!(target: REQUEST_TARGET, REQUEST_SPAN, %id, %method, path = %Excerpt(path.as_bytes()));
    let trace_span = spans.begin(id, &mut request);

    let mut response = next.run(request).instrument(log_span.clone()).instrument(trace_span.clone()).await;

    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    let _entered = log_span.enter();
    spans.end(&trace_span, response.status());
    let status = response.status().as_u16();
    let latency_ms = started.elapsed().as_secs_f64() * 1000.0;
    if routine {
        tracing::debug!(status, latency_ms, "answered");
    } else {
        tracing::info!(status, latency_ms, "answered");
    }
    response
}
