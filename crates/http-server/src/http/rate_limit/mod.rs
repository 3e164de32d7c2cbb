//! How often one address, and one account, may try what reaches Neon Auth: a layer around every route of `/auth`,
//! every form about an account, and the pages that ask it. Each of them names its budget.
//! It must not remember an address, only a hash of it under a secret that dies with the process.

mod buckets;
mod networks;
mod store;

use super::client_address::ClientAddress;
use super::errors::Failed;
use crate::config::{Config, Rate, Rates};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use buckets::Buckets;
use http::StatusCode;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use request::AppError;
use request::form::OldInput;
use request::routes::SIGN_IN;
use request::session::{SignedIn, Viewer};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str;
use std::sync::Arc;
use std::time::Duration;

/// Bytes. Forms of `/auth` have a few fields.
const LARGEST_FORM: usize = 64 * 1024;

/// How many households of one site can use up their whole budgets at the same time.
const HOUSEHOLDS_OF_A_SITE: u32 = 16;

/// A budget of attempts, by what a request does.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// It proves an identity, or tries to.
    SignIn,
    /// It sends a code by mail, or checks one.
    Code,
    /// It costs Neon Auth little, and repeating it gains nothing.
    Other,
}

/// The budgets of all clients and accounts. Clones share them.
#[derive(Clone)]
pub struct RateLimits(Arc<Inner>);

struct Inner {
    secret: RandomState,
    sign_in: ByAddress,
    code: ByAddress,
    code_of_account: Buckets,
    account: Buckets,
    form: ByAddress,
    other: ByAddress,
}

/// One budget for each client address, and a larger one for the site that it belongs to.
struct ByAddress {
    household: Buckets,
    site: Buckets,
}

impl ByAddress {
    fn new(rate: Rate) -> Self {
        let burst = rate.burst.saturating_mul(NonZeroU32::MIN.saturating_add(HOUSEHOLDS_OF_A_SITE - 1));
        let of_site = Rate { burst, every: rate.every / HOUSEHOLDS_OF_A_SITE };
        Self { household: Buckets::new(rate), site: Buckets::new(of_site) }
    }
}

/// The holder of a budget. Only its hash is kept.
#[derive(Hash)]
enum Whose<'a> {
    Address(IpAddr),
    Account(&'a str),
}

impl RateLimits {
    /// Gives every client and account a whole budget.
    pub fn new(config: &Config) -> Self {
        let Rates { sign_in, code, account, form, other } = config.common.rates;
        Self(Arc::new(Inner {
            secret: RandomState::new(),
            sign_in: ByAddress::new(sign_in),
            code: ByAddress::new(code),
            code_of_account: Buckets::new(code),
            account: Buckets::new(account),
            form: ByAddress::new(form),
            other: ByAddress::new(other),
        }))
    }

    /// Takes an attempt from the budget of the address, then from that of the account, or returns how long there is
    /// none. A client that is refused by address must not use up what the owner of the account has left.
    fn take(&self, budget: Budget, address: ClientAddress, account: Option<&str>) -> Result<(), Duration> {
        let (by_address, by_account) = match budget {
            Budget::SignIn => (&self.0.sign_in, Some(&self.0.account)),
            Budget::Code => (&self.0.code, Some(&self.0.code_of_account)),
            Budget::Other => (&self.0.other, None),
        };
        self.take_by_address(by_address, address)?;
        match (by_account, account) {
            (Some(buckets), Some(account)) => buckets.take(self.key(Whose::Account(account))),
            _ => Ok(()),
        }
    }

    /// Takes an attempt from the budget of the household, then from that of its site. A household that is refused must
    /// not use up what its neighbours have left.
    fn take_by_address(&self, budget: &ByAddress, ClientAddress(address): ClientAddress) -> Result<(), Duration> {
        budget.household.take(self.key(Whose::Address(networks::household(address))))?;
        match networks::site(address) {
            Some(site) => budget.site.take(self.key(Whose::Address(site))),
            None => Ok(()),
        }
    }

    fn key(&self, whose: Whose<'_>) -> u64 {
        self.0.secret.hash_one(whose)
    }

    /// Draws on the budget of an address for keeping a form of an anonymous client: each may be a row of its own.
    pub fn keep_form(&self, address: ClientAddress) -> Result<(), AppError> {
        let taken = self.take_by_address(&self.0.form, address);
        taken.map_err(|wait| AppError::RateLimited { seconds: seconds(wait) })
    }
}

/// Limits pages, of which few ask Neon Auth anything.
pub async fn limit_page(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    if asks_neon_auth(request.uri().path()) {
        limit(State((limits, Budget::Other)), request, next).await
    } else {
        next.run(request).await
    }
}

/// Tells whether showing the page at `path` may ask Neon Auth something. The router of the pages knows more spellings
/// than one.
fn asks_neon_auth(path: &str) -> bool {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    segments == ["account", "password"] || segments == ["account", "delete"]
}

/// Limits a route of `/auth`, or the action of a form, by this budget.
pub async fn limit(State((limits, budget)): State<(RateLimits, Budget)>, request: Request, next: Next) -> Response {
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
        Err(wait) => refuse(parts.uri.path(), wait),
    }
}

/// Answers an attempt that is refused. The page of a form is not rendered: it may ask Neon Auth, too.
fn refuse(path: &str, wait: Duration) -> Response {
    tracing::info!("an attempt was refused: too many");
    let page = if path.starts_with("/auth/") { SIGN_IN } else { path };
    Failed::from(AppError::RateLimited { seconds: seconds(wait) }).back_to(page).into_response()
}

/// Returns the account that this is about: the address in the form, or else the signed-in user. A form about one's own
/// account has no address, and one that a client adds to it would be a budget of its choice.
fn account(parts: &Parts, body: &[u8]) -> Option<String> {
    let is_about_oneself = parts.uri.path().starts_with("/account/");
    let form = OldInput::read("", body);
    let typed = form.value("email").filter(|_| !is_about_oneself);
    let typed = typed.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
    typed.or_else(|| match &parts.extensions.get::<Viewer>()?.user {
        SignedIn::Yes(claims) => Some(claims.subject().to_owned()),
        SignedIn::No | SignedIn::Unavailable => None,
    })
}

/// Returns whole seconds, rounded up: a client that waits so long must not be refused again.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn a_wait_is_rounded_up() {
        assert_eq!(seconds(Duration::from_millis(1)), 1);
        assert_eq!(seconds(Duration::from_millis(1001)), 2);
        assert_eq!(seconds(Duration::ZERO), 1);
    }
}
