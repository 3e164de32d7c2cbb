//! Traces, for a collector that speaks OTLP: which spans are sent, and the last ones at the end.

mod exporter;

use super::REQUEST_TARGET;
use crate::config::TraceSettings;
use exporter::Client;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::Registry;

/// How long the server stays after its last request, for spans that were not sent yet.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The crates of the server that have spans worth sending.
const SERVER_CRATES: [&str; 4] = ["http_server", "neon_auth", "rls", "sessions"];

/// The way of spans to a collector, if one is configured.
pub struct Traces {
    /// `None` where no collector is configured.
    provider: Option<SdkTracerProvider>,
    /// The crates of the app.
    app: &'static [&'static str],
}

impl Traces {
    /// Makes the way to the collector of `settings`, inside the runtime, which carries what is sent. Limits of queue
    /// and batch, the sampler, headers and attributes are those of the standard variables, which the library reads
    /// itself. `name` is the app's, and `app` names the crates whose spans are sent beside those of the server.
    pub fn start(
        settings: Option<&TraceSettings>,
        name: &'static str,
        app: &'static [&'static str],
    ) -> Result<Self, ExporterBuildError> {
        let Some(settings) = settings else { return Ok(Self { provider: None, app }) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(settings.endpoint.as_str())
            .build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let service = settings.service.clone().unwrap_or_else(|| name.to_owned());
        let resource = Resource::builder().with_service_name(service).with_attribute(version).build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        Ok(Self { provider: Some(provider), app })
    }

    /// Returns the layer that sends spans, if any are sent.
    pub(crate) fn layer(&self) -> Option<Box<dyn Layer<Registry> + Send + Sync>> {
        let tracer = self.provider.as_ref()?.tracer("server");
        let app = self.app;
        let spans = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false);
        Some(
            spans
                .with_filter(filter_fn(move |metadata| is_sent(metadata, app)).with_max_level_hint(Level::DEBUG))
                .boxed(),
        )
    }

    /// Says in the log that spans are sent, if they are.
    pub(crate) fn announce(&self) {
        if self.provider.is_some() {
            tracing::info!("traces are sent to the collector");
        }
    }

    /// Sends the spans that are left, within a second.
    pub async fn finish(self) {
        let Some(provider) = self.provider else { return };
        let finished = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_TIMEOUT)).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the last spans could not be sent");
        }
    }
}

/// Tells whether this is a span of the server or of the `app`. That of the log is not sent: it has the path of what
/// matches no route.
fn is_sent(metadata: &Metadata<'_>, app: &[&str]) -> bool {
    let owner = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span()
        && *metadata.level() <= Level::DEBUG
        && (SERVER_CRATES.contains(&owner) || app.contains(&owner))
        && metadata.target() != REQUEST_TARGET
}
