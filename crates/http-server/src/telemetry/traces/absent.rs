//! Stands where the feature `otlp` is not part of the build.

use crate::config::TraceSettings;
use std::convert::Infallible;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::Registry;

/// Stands for the way of spans to a collector, which is not part of this build.
pub struct Traces {
    /// Whether a collector is configured.
    is_missed: bool,
}

impl Traces {
    /// Notes whether a collector is configured, and does not fail.
    pub fn start(
        settings: Option<&TraceSettings>,
        _: &'static str,
        _: &'static [&'static str],
    ) -> Result<Self, Infallible> {
        Ok(Self { is_missed: settings.is_some() })
    }

    /// Returns no layer: no spans are sent.
    pub(crate) fn layer(&self) -> Option<Box<dyn Layer<Registry> + Send + Sync>> {
        None
    }

    /// Warns in the log that no spans are sent, if a collector is configured.
    pub(crate) fn announce(&self) {
        if self.is_missed {
            tracing::warn!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this build sends no traces: build with --features otlp"
            );
        }
    }

    /// Returns at once: no spans are left.
    pub async fn finish(self) {}
}
