//! The Content-Security-Policy: one nonce per request, and nothing that is not named.
//! It must not learn exceptions for single pages beyond what [`Features`] say about them.

use super::conditional::Variant;
use crate::config::Config;
use crate::state::Site;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use leptos::nonce::Nonce;
use request::feature::Features;
use std::sync::Arc;

/// For answers that are no documents: should a browser ever render one, nothing in it runs.
const NOT_A_DOCUMENT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// What does not change between requests.
#[derive(Clone)]
pub struct Policy {
    /// Where pages may send requests.
    connect: Arc<str>,
    /// The hash of the one style inside documents.
    style: Arc<str>,
    upgrade: &'static str,
    features: Features,
}

impl Policy {
    /// Makes the part of the policy that is the same for all pages of the site.
    pub fn new(config: &Config, site: &Site) -> Self {
        let mut connect = "'self'".to_owned();
        if config.common.leptos.watched {
            // `cargo leptos watch` reloads pages through a socket on a port of its own.
            let port = config.common.leptos.options.reload_port;
            let host = config.public_origin.url().host_str().unwrap_or("localhost");
            connect.push_str(&format!(" ws://{host}:{port} ws://127.0.0.1:{port}"));
        }
        let upgrade = if config.public_origin.is_https() { "; upgrade-insecure-requests" } else { "" };
        let style = STANDARD.encode(digest(&SHA256, site.style.as_bytes()));
        Self { connect: connect.into(), style: style.into(), upgrade, features: site.features }
    }

    /// Returns the policy of one document: `wasm` allows that to run, `prose` allows images from elsewhere.
    fn for_document(&self, nonce: &Nonce, wasm: bool, prose: bool) -> Option<HeaderValue> {
        // The loader is a module that imports the one with the glue, hence 'self'; compiling wasm counts as eval.
        let wasm = if wasm { " 'self' 'wasm-unsafe-eval'" } else { "" };
        let images = if prose { " https:" } else { "" };
        let Self { connect, style, upgrade, .. } = self;
        HeaderValue::try_from(format!(
            "default-src 'none'; script-src 'nonce-{nonce}'{wasm}; style-src 'self' 'sha256-{style}'; \
             img-src 'self'{images}; font-src 'self'; manifest-src 'self'; connect-src {connect}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'{upgrade}"
        ))
        .ok()
    }
}

/// Puts a [`Nonce`] into the request, for the pages, and the policy that names it on the answer.
pub async fn enforce(State(policy): State<Policy>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    let (wasm, prose) =
        (policy.features.loads_wasm(request.uri().path()), policy.features.shows_prose(request.uri().path()));
    let for_document = policy.for_document(&nonce, wasm, prose);
    if let Some(policy) = for_document.clone() {
        request.extensions_mut().insert(Variant { policy, nonce: nonce.as_inner().clone() });
    }
    request.extensions_mut().insert(nonce);

    let mut response = next.run(request).await;

    let content_type = response.headers().get(CONTENT_TYPE);
    let is_document = content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let header = for_document.filter(|_| is_document);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, header.unwrap_or(NOT_A_DOCUMENT));
    response
}
