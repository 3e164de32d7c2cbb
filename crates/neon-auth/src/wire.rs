//! Calls to Neon Auth over HTTP, bounded: no cookies, no redirects, a deadline, a maximal size, https outside this
//! machine.

use super::call_counters::CallCounters;
use super::error::{NeonAuthError, Outage, Result};
use super::response::{ApiResponse, Classify};
use http::HeaderValue;
use reqwest::RequestBuilder;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::iter::successors;
use std::time::Duration;
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The deadline of the whole exchange. Hashing a password takes Neon Auth up to a second.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(6);

/// The largest response is a user or a list of keys, a few kilobytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// The error of a request whose parts do not fit together.
pub const UNBUILDABLE: NeonAuthError = NeonAuthError::InvalidResponse("a request that cannot be built");

#[derive(Clone, Debug)]
pub struct Wire {
    client: reqwest::Client,
    /// The base URL, without a slash at the end of its path.
    base: Url,
    classify: Classify,
    call_counters: CallCounters,
}

/// The reason why a base URL cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It has a part that a base URL does not have.
    #[error("it must be an address without query, fragment or user name")]
    NotABase,
    /// It would send passwords in the clear.
    #[error("it must begin with https://, since passwords are sent there; http:// is for this machine only")]
    NotHttps,
    /// TLS could not be set up on this machine.
    #[error("the HTTP client could not be set up")]
    Client,
}

impl Wire {
    pub fn new(base: &Url, classify: Classify) -> Result<Self, BaseUrlError> {
        let bare = base.query().is_none() && base.fragment().is_none();
        if !bare || !base.username().is_empty() || base.password().is_some() || base.cannot_be_a_base() {
            return Err(BaseUrlError::NotABase);
        }
        let loopback = is_loopback(base);
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(BaseUrlError::NotHttps);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .https_only(!loopback)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(RESPONSE_TIMEOUT);
        if loopback {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| BaseUrlError::Client)?;
        Ok(Self { client, base: base.clone(), classify, call_counters: CallCounters::default() })
    }

    /// Returns a URL under the base.
    pub fn url(&self, segments: &[&str]) -> Url {
        url_below(&self.base, segments)
    }

    pub fn request(&self, method: http::Method, segments: &[&str]) -> RequestBuilder {
        self.client.request(method, self.url(segments))
    }

    /// Makes a call and reads the whole response.
    pub async fn call(&self, request: RequestBuilder) -> Result<ApiResponse> {
        self.send(request.build().map_err(|_| UNBUILDABLE)?).await
    }

    /// Returns the counters of calls by outcome.
    pub fn call_counters(&self) -> &CallCounters {
        &self.call_counters
    }

    /// Sends a built request and reads the whole response. A 5xx is an outage, a 429 a refusal; everything else is for the
    /// caller to read.
    pub async fn send(&self, request: reqwest::Request) -> Result<ApiResponse> {
        let outcome = self.exchange(request).await;
        self.call_counters.count(outcome.as_ref().map(|response| response.status));
        outcome
    }

    #[tracing::instrument(level = "debug", name = "Neon Auth", skip_all)]
    async fn exchange(&self, request: reqwest::Request) -> Result<ApiResponse> {
        let mut received = self.client.execute(request).await.map_err(outage)?;
        let mut response = ApiResponse::begin(received.status(), received.headers().clone(), self.classify)?;
        while let Some(chunk) = received.chunk().await.map_err(outage)? {
            if response.body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                return Err(NeonAuthError::InvalidResponse("an answer without end"));
            }
            response.body.extend_from_slice(&chunk);
        }
        Ok(response)
    }
}

/// Returns a header value that is marked as sensitive, so that no log shows it.
pub fn sensitive(secret: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(secret.expose_secret())
        .map_err(|_| NeonAuthError::InvalidResponse("a key or token with characters that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns a URL under `base`; every segment is escaped.
pub fn url_below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn outage(error: reqwest::Error) -> NeonAuthError {
    if error.is_timeout() {
        return NeonAuthError::Unreachable(Outage::Timeout);
    }
    let error = error.without_url();
    let causes = successors(Some(&error as &(dyn Error + 'static)), |&error| error.source());
    let cause = causes.last().map(ToString::to_string).unwrap_or_default();
    NeonAuthError::Unreachable(Outage::Network(cause.into()))
}

#[cfg(test)]
mod tests {
    use super::{BaseUrlError, Wire};
    use crate::Refusal;
    use url::Url;

    fn wire(base: &str) -> Result<Wire, BaseUrlError> {
        Wire::new(&base.parse().unwrap(), |_, _| Refusal::Other)
    }

    #[test]
    fn base_url_must_be_https_or_loopback() {
        let new = |base: &str| wire(base).map(|_| ());
        assert_eq!(new("https://api.stack-auth.com"), Ok(()));
        assert_eq!(new("http://localhost:8102"), Ok(()));
        assert_eq!(new("http://127.0.0.1:8102/"), Ok(()));
        assert_eq!(new("http://[::1]:8102"), Ok(()));
        assert_eq!(new("https://ep-1.neonauth.eu-central-1.aws.neon.tech/neondb/auth"), Ok(()));
        assert_eq!(new("http://api.stack-auth.com"), Err(BaseUrlError::NotHttps));
        assert_eq!(new("http://localhost.evil.example"), Err(BaseUrlError::NotHttps));
        assert_eq!(new("ftp://localhost"), Err(BaseUrlError::NotHttps));
        assert_eq!(new("https://api.stack-auth.com/?a=b"), Err(BaseUrlError::NotABase));
        assert_eq!(new("https://user@api.stack-auth.com"), Err(BaseUrlError::NotABase));
    }

    #[test]
    fn path_segments_are_escaped() {
        let url = |base: &str| -> Url { wire(base).unwrap().url(&["users", "../projects?x#y"]) };
        assert_eq!(url("http://localhost:1").as_str(), "http://localhost:1/users/..%2Fprojects%3Fx%23y");
        for base in ["http://localhost:1/neondb/auth", "http://localhost:1/neondb/auth/"] {
            assert_eq!(url(base).as_str(), "http://localhost:1/neondb/auth/users/..%2Fprojects%3Fx%23y");
        }
    }
}
