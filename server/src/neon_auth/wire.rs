//! Calls to Neon Auth over HTTP, bounded: no cookies, no redirects, a deadline, a size, https outside this machine.
//! It must not know an endpoint, nor what a refusal means, nor put a body into a log or an error.

use super::error::{NeonAuthError, Outage, Problem};
use super::tally::Tally;
use http::header::{CONTENT_TYPE, DATE, HeaderMap};
use http::{HeaderValue, StatusCode};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::iter::successors;
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
    /// Without a slash at the end of its path.
    base: Url,
    named: Named,
    tally: Tally,
}

/// What a refusal means, by its status and its code if it has one. Each generation has codes of its own.
pub type Named = fn(StatusCode, Option<&str>) -> Problem;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("it must be an address without query, fragment or user name")]
    NotABase,
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
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    named: Named,
}

/// The one shape of an error that carries a code.
#[derive(Deserialize)]
struct KnownError {
    code: String,
}

impl Wire {
    pub fn new(base: &Url, named: Named) -> Result<Self, BaseUrlError> {
        let bare = base.query().is_none() && base.fragment().is_none();
        if !bare || !base.username().is_empty() || base.password().is_some() || base.cannot_be_a_base() {
            return Err(BaseUrlError::NotABase);
        }
        let loopback = is_loopback(base);
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(BaseUrlError::NotHttps);
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
        let client = builder.build().map_err(|_| BaseUrlError::Client)?;
        Ok(Self { client, base: base.clone(), named, tally: Tally::default() })
    }

    /// An address under the base; every segment is escaped.
    pub fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    pub fn request(&self, method: http::Method, segments: &[&str]) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(segments))
    }

    /// How what was sent has ended.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Sends and reads the whole answer. A 5xx is an outage, a 429 a problem; everything else is the caller's to read.
    pub async fn send(&self, request: reqwest::Request) -> Result<Answer, NeonAuthError> {
        let outcome = self.exchange(request).await;
        self.tally.count(outcome.as_ref().map(|answer| answer.status).map_err(|error| *error));
        outcome
    }

    #[tracing::instrument(level = "debug", name = "Neon Auth", skip_all)]
    async fn exchange(&self, request: reqwest::Request) -> Result<Answer, NeonAuthError> {
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
        let (headers, named) = (response.headers().clone(), self.named);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(outage)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(NeonAuthError::Nonsense("an answer without end"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, is_json, date, headers, body, named })
    }
}

impl Answer {
    /// The body of a success.
    pub fn json<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, NeonAuthError> {
        self.check()?;
        if !self.is_json {
            return Err(NeonAuthError::Nonsense(what));
        }
        serde_json::from_slice(&self.body).map_err(|_| NeonAuthError::Nonsense(what))
    }

    /// A success, or the problem that the answer names.
    pub fn check(&self) -> Result<(), NeonAuthError> {
        if self.status.is_success() { Ok(()) } else { Err(self.problem()) }
    }

    fn problem(&self) -> NeonAuthError {
        let code = serde_json::from_slice::<KnownError>(&self.body).ok().map(|known| known.code);
        // Some refusals are plain text or nothing, and a redirect to elsewhere is not followed.
        if code.is_none() && !self.status.is_client_error() {
            return NeonAuthError::Nonsense("neither a success nor an error");
        }
        NeonAuthError::Problem((self.named)(self.status, code.as_deref()))
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
    let (is_timeout, error) = (error.is_timeout(), error.without_url());
    let causes = successors(Some(&error as &(dyn Error + 'static)), |&error| error.source());
    // The variant carries no detail, so that nobody shows it: this line is where the cause can be found.
    tracing::warn!(error = causes.last(), "Neon Auth cannot be reached");
    NeonAuthError::Unreachable(if is_timeout { Outage::Timeout } else { Outage::Network })
}

#[cfg(test)]
mod tests {
    use super::{Answer, BaseUrlError, Problem, Wire};
    use http::{HeaderMap, StatusCode};
    use serde_json::Value;
    use url::Url;

    fn wire(base: &str) -> Result<Wire, BaseUrlError> {
        Wire::new(&base.parse().unwrap(), |_, _| Problem::Other)
    }

    #[test]
    fn passwords_travel_over_https_or_not_at_all() {
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
    fn a_segment_cannot_leave_its_place() {
        let url = |base: &str| -> Url { wire(base).unwrap().url(&["users", "../projects?x#y"]) };
        assert_eq!(url("http://localhost:1").as_str(), "http://localhost:1/users/..%2Fprojects%3Fx%23y");
        for base in ["http://localhost:1/neondb/auth", "http://localhost:1/neondb/auth/"] {
            assert_eq!(url(base).as_str(), "http://localhost:1/neondb/auth/users/..%2Fprojects%3Fx%23y");
        }
    }

    #[test]
    fn what_is_not_json_by_its_type_is_no_answer() {
        let answer = |is_json| Answer {
            status: StatusCode::OK,
            is_json,
            date: None,
            headers: HeaderMap::new(),
            body: b"{}".to_vec(),
            named: |_, _| Problem::Other,
        };
        assert!(answer(true).json::<Value>("").is_ok());
        assert!(answer(false).json::<Value>("").is_err());
    }
}
