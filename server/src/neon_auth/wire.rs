//! Calls to Neon Auth over HTTP, bounded: no cookies, no redirects, a deadline, a size, https outside this machine.
//! It must not know an endpoint, nor put a body into a log or an error.

use super::error::{NeonAuthError, Outage, Problem};
use http::header::{CONTENT_TYPE, DATE, HeaderMap};
use http::{HeaderValue, StatusCode};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use url::{Host, Url};

const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// For the whole exchange. Hashing a password takes Neon Auth up to a second; a person waits for no more than this.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);

/// The largest answer is a user or a list of keys, a few kilobytes.
const MAX_ANSWER: usize = 256 * 1024;

/// Seconds, when Neon Auth refuses a call because there were too many and does not say how long.
const USUAL_WAIT: u32 = 60;

/// Seconds. Nobody is told to wait longer, whatever the other side says.
const LONGEST_WAIT: u32 = 60 * 60;

#[derive(Clone, Debug)]
pub struct Wire {
    client: reqwest::Client,
    origin: Url,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("it must be an origin such as https://api.stack-auth.com, without path, query or user name")]
    NotAnOrigin,
    #[error("it must begin with https://, since passwords are sent there; http:// is for this machine only")]
    NotHttps,
    #[error("the HTTP client could not be set up")]
    Client,
}

/// A whole answer, whatever its status.
pub struct Answer {
    pub status: StatusCode,
    pub is_json: bool,
    /// When the other side says that it answered.
    pub date: Option<OffsetDateTime>,
    pub body: Vec<u8>,
}

/// The one shape of an error that carries a code.
#[derive(Deserialize)]
struct KnownError {
    code: String,
}

impl Wire {
    pub fn new(origin: &Url) -> Result<Self, OriginError> {
        let bare = origin.path() == "/" && origin.query().is_none() && origin.fragment().is_none();
        if !bare || !origin.username().is_empty() || origin.password().is_some() || origin.cannot_be_a_base() {
            return Err(OriginError::NotAnOrigin);
        }
        let loopback = is_loopback(origin);
        if origin.scheme() != "https" && !(origin.scheme() == "http" && loopback) {
            return Err(OriginError::NotHttps);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("leptos-neon/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .https_only(!loopback)
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN);
        if loopback {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| OriginError::Client)?;
        Ok(Self { client, origin: origin.clone() })
    }

    /// An address under the origin; every segment is escaped.
    pub fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.origin.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url
    }

    pub fn request(&self, method: http::Method, segments: &[&str]) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(segments))
    }

    /// Sends and reads the whole answer. A 5xx is an outage, a 429 a problem; everything else is the caller's to read.
    pub async fn send(&self, request: reqwest::Request) -> Result<Answer, NeonAuthError> {
        let mut response = self.client.execute(request).await.map_err(outage)?;
        let status = actual_status(response.status(), response.headers());
        if status.is_server_error() {
            return Err(NeonAuthError::Unreachable(Outage::Status(status.as_u16())));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(NeonAuthError::Problem(Problem::RateLimited { seconds: wait(response.headers()) }));
        }
        let is_json = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
        let date = response.headers().get(DATE).and_then(|value| value.to_str().ok());
        let date = date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(outage)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(NeonAuthError::Nonsense("an answer without end"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, is_json, date, body })
    }
}

impl Answer {
    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, NeonAuthError> {
        self.check()?;
        serde_json::from_slice(&self.body).map_err(|_| NeonAuthError::Nonsense(what))
    }

    /// A success, or the problem that the answer names.
    pub fn check(&self) -> Result<(), NeonAuthError> {
        if self.status.is_success() { Ok(()) } else { Err(self.problem()) }
    }

    fn problem(&self) -> NeonAuthError {
        match serde_json::from_slice::<KnownError>(&self.body) {
            Ok(known) => NeonAuthError::Problem(Problem::from_code(&known.code)),
            // Policy refusals are plain text, and a redirect to elsewhere is not followed.
            Err(_) if self.status.is_client_error() => NeonAuthError::Problem(Problem::Other),
            Err(_) => NeonAuthError::Nonsense("neither a success nor an error"),
        }
    }
}

/// A header that no log may show.
pub fn sensitive(secret: &SecretString) -> Result<HeaderValue, NeonAuthError> {
    let mut value = HeaderValue::try_from(secret.expose_secret())
        .map_err(|_| NeonAuthError::Nonsense("a key or token with characters that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Something between us and Neon Auth may have asked for errors to be dressed as 200; the real status is beside it.
fn actual_status(status: StatusCode, headers: &HeaderMap) -> StatusCode {
    headers
        .get("x-stack-actual-status")
        .and_then(|value| StatusCode::from_bytes(value.as_bytes()).ok())
        .unwrap_or(status)
}

/// How long Neon Auth asks us to wait. One generation has a header of its own for it.
fn wait(headers: &HeaderMap) -> u32 {
    let named =
        ["retry-after", "x-retry-after"].iter().find_map(|name| headers.get(*name)?.to_str().ok()?.parse().ok());
    named.unwrap_or(USUAL_WAIT).clamp(1, LONGEST_WAIT)
}

fn outage(error: reqwest::Error) -> NeonAuthError {
    NeonAuthError::Unreachable(if error.is_timeout() { Outage::Timeout } else { Outage::Network })
}

#[cfg(test)]
mod tests {
    use super::{OriginError, Wire};

    #[test]
    fn passwords_travel_over_https_or_not_at_all() {
        let new = |origin: &str| Wire::new(&origin.parse().unwrap()).map(|_| ());
        assert_eq!(new("https://api.stack-auth.com"), Ok(()));
        assert_eq!(new("http://localhost:8102"), Ok(()));
        assert_eq!(new("http://127.0.0.1:8102/"), Ok(()));
        assert_eq!(new("http://[::1]:8102"), Ok(()));
        assert_eq!(new("http://api.stack-auth.com"), Err(OriginError::NotHttps));
        assert_eq!(new("http://localhost.evil.example"), Err(OriginError::NotHttps));
        assert_eq!(new("ftp://localhost"), Err(OriginError::NotHttps));
        assert_eq!(new("https://api.stack-auth.com/api/v1"), Err(OriginError::NotAnOrigin));
        assert_eq!(new("https://user@api.stack-auth.com"), Err(OriginError::NotAnOrigin));
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let wire = Wire::new(&"http://localhost:1".parse().unwrap()).unwrap();
        let url = wire.url(&["users", "../projects?x#y"]);
        assert_eq!(url.as_str(), "http://localhost:1/users/..%2Fprojects%3Fx%23y");
    }
}
