//! How often one address, and one account, may try what reaches Neon Auth: a layer around every route of `/auth`, and the
//! pages that ask it.
//! It must not remember an address of anybody, only a hash of it under a secret that dies with the process.

mod buckets;
mod budget;

use super::auth;
use super::client_address::ClientAddress;
use super::errors::{BackTo, Failed};
use super::way_back::WayBack;
use crate::config::{Config, PublicOrigin, Rates};
use crate::session::BrowserSession;
use app::error::AppError;
use app::session::{SignedIn, Viewer};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use buckets::Buckets;
use budget::Budget;
use http::StatusCode;
use http::request::Parts;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::str;
use std::sync::Arc;
use std::time::Duration;
use url::form_urlencoded;

/// Forms of `/auth` have a few fields.
const LARGEST_FORM: usize = 64 * 1024;

#[derive(Clone)]
pub struct RateLimits(Arc<Inner>);

struct Inner {
    secret: RandomState,
    sign_in: Buckets,
    code: Buckets,
    account: Buckets,
    other: Buckets,
    public_origin: PublicOrigin,
}

/// Whose budget it is. Only its hash is kept.
#[derive(Hash)]
enum Whose<'a> {
    Address(IpAddr),
    Account(&'a str),
}

impl RateLimits {
    pub fn new(config: &Config) -> Self {
        let Rates { sign_in, code, account, other } = config.basics.rates;
        Self(Arc::new(Inner {
            secret: RandomState::new(),
            sign_in: Buckets::new(sign_in),
            code: Buckets::new(code),
            account: Buckets::new(account),
            other: Buckets::new(other),
            public_origin: config.public_origin.clone(),
        }))
    }

    /// By address first: who is refused there must not use up what the owner of the account has left.
    fn take(&self, budget: Budget, address: ClientAddress, account: Option<&str>) -> Result<(), Duration> {
        let (by_address, by_account) = match budget {
            Budget::SignIn => (&self.0.sign_in, Some(&self.0.account)),
            Budget::Code => (&self.0.code, Some(&self.0.code)),
            Budget::Other => (&self.0.other, None),
        };
        by_address.take(self.key(Whose::Address(network(address.0))))?;
        match (by_account, account) {
            (Some(buckets), Some(account)) => buckets.take(self.key(Whose::Account(account))),
            _ => Ok(()),
        }
    }

    fn key(&self, whose: Whose<'_>) -> u64 {
        self.0.secret.hash_one(whose)
    }

    /// Keeping a form writes a row for somebody who may be nobody: that, too, has an end.
    fn may_keep(&self, address: ClientAddress) -> bool {
        self.take(Budget::Other, address, None).is_ok()
    }
}

/// For pages, of which few ask Neon Auth anything.
pub async fn limit_page(limits: State<RateLimits>, request: Request, next: Next) -> Response {
    if budget::asks_neon_auth(request.uri().path()) {
        limit(limits, request, next).await
    } else {
        next.run(request).await
    }
}

pub async fn limit(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let budget = Budget::of(request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_FORM).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    // Forms are read leniently behind this: a password would silently become another one.
    if str::from_utf8(&body).is_err() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let account = account(&parts, &body);
    match limits.take(budget, ClientAddress::of(&parts.extensions), account.as_deref()) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(wait) => refuse(&limits, &parts, &body, wait).await,
    }
}

async fn refuse(limits: &RateLimits, parts: &Parts, body: &Bytes, wait: Duration) -> Response {
    let action = parts.uri.path();
    tracing::info!("an attempt was refused: too many");
    if !parts.method.is_safe()
        && let Some(session) = parts.extensions.get::<BrowserSession>()
        && limits.may_keep(ClientAddress::of(&parts.extensions))
    {
        let typed = |name: &str| field(body, name).unwrap_or_default();
        auth::keep(session, action, &[("name", &typed("name")), ("email", &typed("email"))]).await;
    }
    let way_back = WayBack::of(&limits.0.public_origin, &parts.headers, action, body);
    let mut response = Failed(AppError::RateLimited { seconds: seconds(wait) }).into_response();
    response.extensions_mut().insert(BackTo(way_back.path().to_owned()));
    response
}

/// Whose account this is about: the address in the form, or else the person who is signed in. A form about one's own account
/// has no address, and one that somebody adds to it would be a budget of their choice.
fn account(parts: &Parts, body: &Bytes) -> Option<String> {
    let typed = field(body, "email").filter(|_| !budget::is_about_oneself(parts.uri.path()));
    let typed = typed.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
    typed.or_else(|| match &parts.extensions.get::<Viewer>()?.user {
        SignedIn::Yes(claims) => Some(claims.subject().to_owned()),
        SignedIn::No | SignedIn::Unavailable => None,
    })
}

fn field(body: &Bytes, name: &str) -> Option<String> {
    form_urlencoded::parse(body).find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// Who has one address of IPv6 has the 64 bits behind it as well.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// Rounded up: whoever waits as long as we say must not be refused again.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::{network, seconds};
    use std::time::Duration;

    #[test]
    fn one_network_is_one_client() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn a_wait_is_rounded_up() {
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_millis(1001)), 2);
        assert_eq!(seconds(Duration::ZERO), 1);
    }
}
