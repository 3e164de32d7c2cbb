//! Where traces go, by the standard variables of OpenTelemetry. Without an endpoint nowhere.
//! The library itself reads those of the sampler, batches, headers and attributes.

use super::proxy::TrustedProxy;
use super::vars::Vars;
use url::Url;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const TRUSTED_TRACEPARENT: &str = "TRUSTED_TRACEPARENT";

/// The collector that spans are sent to, and the name of this service there.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The whole address that the collector takes OTLP over HTTP at.
    pub endpoint: Url,
    /// The name of the service, as the collector shows it: that of the app, unless it is named here.
    pub service: Option<String>,
    /// Whether the trusted proxy sets `traceparent` itself, or takes it away from what browsers send.
    pub believes_parents: bool,
}

impl TraceSettings {
    /// Reads the variables. Returns `None` where no collector is named, or sending is switched off.
    pub(super) fn read(vars: &mut Vars<'_>, proxy: &TrustedProxy) -> Option<Self> {
        let believes_parents = vars.parsed(TRUSTED_TRACEPARENT, false, "true or false");
        if believes_parents && *proxy == TrustedProxy::None {
            let fix = "false, or set TRUSTED_PROXY: browsers could otherwise decide what is recorded";
            vars.wrong(TRUSTED_TRACEPARENT, "believes everybody", fix);
        }
        if vars.parsed("OTEL_SDK_DISABLED", false, "true or false") {
            return None;
        }
        let endpoint = match vars.optional(&[TRACES_ENDPOINT]) {
            Some(text) => parsed(vars, TRACES_ENDPOINT, &text)?,
            None => {
                let text = vars.optional(&[ENDPOINT])?;
                let mut endpoint = parsed(vars, ENDPOINT, &text)?;
                endpoint.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "traces"]);
                endpoint
            }
        };
        let service = vars.optional(&["OTEL_SERVICE_NAME"]);
        Some(Self { endpoint, service, believes_parents })
    }
}

/// Parses the address of a collector, and reports one that is wrong.
fn parsed(vars: &mut Vars<'_>, name: &'static str, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if url.is_none() {
        let fix = "where the collector takes OTLP over HTTP, such as http://localhost:4318, or leave it out";
        vars.wrong(name, "is not an http or https address", fix);
    }
    url
}
