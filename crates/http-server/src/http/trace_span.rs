//! The span of a request that is sent to a collector, and whose child it is. Without the feature `otlp` there is none.
//! It must not hold paths or anything of a person: it has a name and the fields below.

use super::client_address;
use crate::config::{Config, TrustedProxy};
use axum::extract::{MatchedPath, Request};
use http::{HeaderMap, Method, StatusCode};
use tracing::field::Empty;
use tracing::{Span, debug_span};
use uuid::fmt::Simple;

/// The span of a request, in its extensions.
#[derive(Clone)]
struct TraceSpan(Span);

/// Returns the span of this request, for work that leaves its task: the log's span does not lead there, as it is not
/// sent.
pub fn span_of(request: &Request) -> Span {
    request.extensions().get().map_or_else(Span::none, |TraceSpan(span)| span.clone())
}

/// How the spans of requests begin.
#[derive(Clone)]
pub struct TraceSpans {
    sent: bool,
    /// The proxy whose `traceparent` counts, if one does.
    parents_from: Option<TrustedProxy>,
}

impl TraceSpans {
    /// Reads whether spans are sent, and whose parents are believed.
    pub fn new(config: &Config) -> Self {
        let settings = config.common.traces.as_ref();
        let believes = settings.is_some_and(|settings| settings.believes_parents);
        let parents_from = believes.then(|| config.common.trusted_proxy.clone());
        Self { sent: cfg!(feature = "otlp") && settings.is_some(), parents_from }
    }

    /// Begins the span that everything else of this request lies in.
    pub fn begin(&self, id: Simple, request: &mut Request) -> Span {
        if !self.sent {
            return Span::none();
        }
        let method = method_name(request.method());
        let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
        let span = debug_span!(
            "http",
            otel.name = format!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = method,
            http.route = route,
            http.response.status_code = Empty,
            request.id = %id,
        );
        // Every client can send a parent, and with it have a request recorded that the sampler would leave out.
        let believed = |proxy| client_address::is_behind(proxy, request.extensions());
        if self.parents_from.as_ref().is_some_and(believed) {
            set_parent(&span, request.headers());
        }
        request.extensions_mut().insert(TraceSpan(span.clone()));
        span
    }

    /// Notes the status of the answer in the span.
    pub fn end(&self, span: &Span, status: StatusCode) {
        span.record("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// Makes the span a child of the one that these headers name.
#[cfg(feature = "otlp")]
fn set_parent(span: &Span, headers: &HeaderMap) {
    use opentelemetry::propagation::TextMapPropagator;
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    let propagator = opentelemetry_sdk::propagation::TraceContextPropagator::new();
    if span.set_parent(propagator.extract(&opentelemetry_http::HeaderExtractor(headers))).is_err() {
        tracing::debug!("the parent of a request's span could not be set");
    }
}

#[cfg(not(feature = "otlp"))]
fn set_parent(_: &Span, _: &HeaderMap) {}

/// Returns the method as the semantic conventions of OpenTelemetry name it: a client may invent one of any length.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "_OTHER",
    }
}
