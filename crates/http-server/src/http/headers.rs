//! The headers that switch on what browsers can do for safety. The content policy is in `csp.rs`.

use crate::config::Config;
use axum::response::Response;
use http::HeaderValue;
use http::header::{HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};

/// Two years, as the preload list asks. Not for subdomains: they may belong to other people.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    ),
];

/// Full addresses for the app itself, which a failed form needs to find its page again; the bare origin for others.
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");

/// Returns what adds the headers to an answer.
pub fn security_headers(config: &Config) -> impl Fn(Response) -> Response + Clone + use<> {
    let https = config.public_origin.is_https();
    move |mut response| {
        let headers = response.headers_mut();
        for (name, value) in ALWAYS {
            headers.insert(name, value);
        }
        // A route may be stricter about what its address tells others.
        headers.entry(REFERRER_POLICY).or_insert(REFERRER);
        if https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
        response
    }
}
