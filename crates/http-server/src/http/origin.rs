//! Against forged requests: whatever may change something has to come from the app's own pages.
//! It must not compare with `Host`, which the sender chooses; the app's address is configured.

use super::errors::Failed;
use crate::config::Config;
use crate::telemetry::Excerpt;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue};
use request::AppError;
use std::sync::Arc;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The origin from which changes are allowed.
#[derive(Clone)]
pub struct Trusted {
    origin: Arc<str>,
    /// Whether this is a developer's machine, which has several names for itself.
    local: bool,
}

impl Trusted {
    /// Trusts the public origin, and in local mode every name of this machine.
    pub fn new(config: &Config) -> Self {
        Self { origin: config.public_origin.shared(), local: config.local }
    }

    /// Tells whether a page of the app sends these headers. Browsers send `Origin` with every request that is not GET
    /// or HEAD, and newer ones `Sec-Fetch-Site` too; pages cannot set either. What has neither comes from no browser
    /// that people should still use. A header that is sent twice is refused: browsers send each once, and a proxy may
    /// believe the other one.
    fn trusts(&self, headers: &HeaderMap) -> bool {
        let (Ok(site), Ok(origin)) = (only(headers, &SEC_FETCH_SITE), only(headers, &ORIGIN)) else { return false };
        let same_site = site == Some(b"same-origin");
        match origin {
            Some(origin) if origin == self.origin.as_bytes() => site.is_none() || same_site,
            Some(_) => self.local && same_site,
            None => same_site,
        }
    }
}

/// A header that may be sent once was sent more often.
struct Repeated;

/// Returns the one value of a header, if it was sent.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Repeated> {
    let mut values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Repeated),
    }
}

/// Refuses requests that may change something and do not come from a page of the app.
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
    Failed::from(AppError::Forbidden).into_response()
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
    fn only_the_own_origin_is_trusted() {
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
    fn repeated_headers_are_refused() {
        let other = "https://evil.example";
        for local in [false, true] {
            for headers in [
                [(ORIGIN, OURS), (ORIGIN, other), (SEC_FETCH_SITE, "same-origin")],
                [(ORIGIN, other), (ORIGIN, OURS), (SEC_FETCH_SITE, "same-origin")],
                [(ORIGIN, OURS), (ORIGIN, OURS), (SEC_FETCH_SITE, "same-origin")],
                [(ORIGIN, OURS), (SEC_FETCH_SITE, "same-origin"), (SEC_FETCH_SITE, "cross-site")],
                [(ORIGIN, OURS), (SEC_FETCH_SITE, "cross-site"), (SEC_FETCH_SITE, "same-origin")],
                [(ORIGIN, OURS), (SEC_FETCH_SITE, "same-origin"), (SEC_FETCH_SITE, "same-origin")],
            ] {
                let mut sent = HeaderMap::new();
                for (name, value) in &headers {
                    sent.append(name, value.parse().unwrap());
                }
                assert!(!Trusted { origin: OURS.into(), local }.trusts(&sent), "{headers:?}");
            }
        }
    }

    #[test]
    fn local_mode_trusts_other_names_of_this_machine() {
        assert!(trusts(true, Some("http://127.0.0.1:3000"), Some("same-origin")));
        assert!(!trusts(true, Some("http://127.0.0.1:3000"), None));
        assert!(!trusts(true, Some("https://evil.example"), Some("cross-site")));
    }
}
