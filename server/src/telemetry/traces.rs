//! Traces, for a collector that speaks OTLP: which spans are sent, whose child a request is, and the last ones at the end.
//! It must not send log lines, paths, statements, or anything of a person: spans have names and the fields below.

mod exporter;

use crate::config::{Config, TraceSettings, TrustedProxy};
use crate::http::client_address;
use crate::http::request_id::RequestId;
use axum::extract::{MatchedPath, Request};
use exporter::Client;
use http::{Method, StatusCode};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::field::Empty;
use tracing::{Level, Metadata, Span, debug_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::Registry;

/// How long the server stays after its last request, for spans that were not sent yet.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Nothing, where no collector is configured.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// To be called inside the runtime, which carries what is sent. Limits of queue and batch, the sampler, headers and
    /// attributes are those of the standard variables, which the library reads itself.
    pub fn start(settings: Option<&TraceSettings>) -> Result<Self, ExporterBuildError> {
        let Some(settings) = settings else { return Ok(Self(None)) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(settings.endpoint.as_str())
            .build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name(settings.service.clone()).with_attribute(version).build();
        Ok(Self(Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())))
    }

    pub fn layer(&self) -> Option<Box<dyn Layer<Registry> + Send + Sync>> {
        let tracer = self.0.as_ref()?.tracer("server");
        let spans = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false);
        Some(spans.with_filter(filter_fn(is_sent).with_max_level_hint(Level::DEBUG)).boxed())
    }

    /// Says whether there are any, once something can be said.
    pub fn announce(&self) {
        if self.0.is_some() {
            tracing::info!("traces go to the collector");
        }
    }

    /// Sends what is left, for as long as there is time.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        let finished = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST_WORDS)).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be delivered");
        }
    }
}

/// Spans of ours but the log's: that one has the path of what matches no route.
fn is_sent(metadata: &Metadata<'_>) -> bool {
    let owner = metadata.target().split("::").next();
    metadata.is_span()
        && *metadata.level() <= Level::DEBUG
        && matches!(owner, Some("app" | "pages" | "rls" | "server"))
        && metadata.target() != "server::http::trace"
}

#[derive(Clone)]
struct Traced(Span);

/// The span of this request, for work that leaves its task: the log's span does not lead there, as it is not sent.
pub fn span_of(request: &Request) -> Span {
    request.extensions().get().map_or_else(Span::none, |Traced(span)| span.clone())
}

/// What a request's own span needs to know.
#[derive(Clone)]
pub struct Requests {
    sent: bool,
    /// Whose `traceparent` counts.
    parents_from: Option<TrustedProxy>,
}

impl Requests {
    pub fn new(config: &Config) -> Self {
        let settings = config.basics.traces.as_ref();
        let believes = settings.is_some_and(|settings| settings.believes_parents);
        let parents_from = believes.then(|| config.basics.trusted_proxy.clone());
        Self { sent: settings.is_some(), parents_from }
    }

    /// The span that everything else of this request lies in.
    pub fn begin(&self, request: &mut Request) -> Span {
        if !self.sent {
            return Span::none();
        }
        let method = method_name(request.method());
        let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
        let id = request.extensions().get::<RequestId>().map(tracing::field::display);
        let span = debug_span!(
            "http",
            otel.name = format!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = method,
            http.route = route,
            http.response.status_code = Empty,
            request.id = id,
        );
        // Everybody can send a parent, and with it have a request recorded that the sampler would leave out.
        let believed = |proxy| client_address::is_behind(proxy, request.extensions());
        if self.parents_from.as_ref().is_some_and(believed) {
            let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
            if span.set_parent(parent).is_err() {
                tracing::debug!("a request's parent came too late");
            }
        }
        request.extensions_mut().insert(Traced(span.clone()));
        span
    }

    pub fn end(&self, span: &Span, status: StatusCode) {
        span.record("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
    }
}

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
