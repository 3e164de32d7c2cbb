//! Against forged requests: whatever may change something has to come from the app's own pages.
//! It must not compare with `Host`, which the sender chooses; the app's address is configured.

use super::errors::Failed;
use crate::config::Config;
use crate::telemetry::Excerpt;
use app::error::AppError;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName};
use std::sync::Arc;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[derive(Clone)]
pub struct Trusted {
    origin: Arc<str>,
    /// Whether this is a developer's machine, which has several names for itself.
    local: bool,
}

impl Trusted {
    pub fn new(config: &Config) -> Self {
        Self { origin: config.public_origin.shared(), local: config.local }
    }

    /// Browsers send `Origin` with every request that is not GET or HEAD, and newer ones `Sec-Fetch-Site` too; pages
    /// cannot set either. What has neither comes from no browser that people should still use.
    fn trusts(&self, headers: &HeaderMap) -> bool {
        let site = headers.get(SEC_FETCH_SITE).map(|value| value.as_bytes());
        let same_site = site == Some(b"same-origin");
        match headers.get(ORIGIN) {
            Some(origin) if origin.as_bytes() == self.origin.as_bytes() => site.is_none() || same_site,
            Some(_) => self.local && same_site,
            None => same_site,
        }
    }
}

pub async fn check(State(trusted): State<Trusted>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || trusted.trusts(request.headers()) {
        return next.run(request).await;
    }
    let sent = |name| request.headers().get(name).map(|value| tracing::field::display(Excerpt(value.as_bytes())));
    tracing::warn!(
        expected = &*trusted.origin,
        origin = sent(ORIGIN),
        site = sent(SEC_FETCH_SITE),
        "a request from another origin was refused; PUBLIC_ORIGIN has to be what browsers show"
    );
    Failed(AppError::Forbidden).into_response()
}

#[cfg(test)]
mod tests {
    use super::{SEC_FETCH_SITE, Trusted};
    use http::HeaderMap;
    use http::header::{HOST, ORIGIN};

    const OURS: &str = "https://app.example.com";

    fn trusts(local: bool, origin: Option<&str>, site: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "evil.example".parse().unwrap());
        for (name, value) in [(ORIGIN, origin), (SEC_FETCH_SITE, site)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        Trusted { origin: OURS.into(), local }.trusts(&headers)
    }

    #[test]
    fn only_our_own_pages_are_trusted() {
        assert!(trusts(false, Some(OURS), None));
        assert!(trusts(false, Some(OURS), Some("same-origin")));
        assert!(trusts(false, None, Some("same-origin")));
        for (origin, site) in [
            (None, None),
            (None, Some("none")),
            (None, Some("same-site")),
            (None, Some("cross-site")),
            (Some("null"), None),
            (Some("https://evil.example"), None),
            (Some("https://evil.example"), Some("cross-site")),
            (Some("https://evil.example"), Some("same-origin")),
            (Some("https://sub.app.example.com"), Some("same-site")),
            (Some("http://app.example.com"), None),
            (Some("https://app.example.com:444"), None),
            (Some("https://app.example.com.evil.example"), None),
            (Some(""), None),
            (Some(OURS), Some("cross-site")),
        ] {
            assert!(!trusts(false, origin, site), "{origin:?} {site:?}");
        }
    }

    #[test]
    fn a_developer_may_use_another_name_for_this_machine() {
        assert!(trusts(true, Some("http://127.0.0.1:3000"), Some("same-origin")));
        assert!(!trusts(true, Some("http://127.0.0.1:3000"), None));
        assert!(!trusts(true, Some("https://evil.example"), Some("cross-site")));
    }
}
