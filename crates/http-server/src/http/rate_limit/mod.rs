//! How often one address, and one account, may try what reaches Neon Auth. Each form about an account names its budget;
//! a layer is around every route of `/auth` and the pages that ask it.
//! It must not remember an address, only a hash of it under a secret that dies with the process.

mod buckets;
mod networks;
mod store;

use super::client_address::ClientAddress;
use super::errors::Failed;
use crate::config::{Config, Rate, Rates};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use buckets::Buckets;
use percent_encoding::percent_decode_str;
use request::AppError;
use request::routes::SIGN_IN;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// How many households of one site can use up their whole budgets at the same time.
const HOUSEHOLDS_OF_A_SITE: u32 = 16;

/// A budget of attempts, by what a request does.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// It proves an identity, or tries to.
    SignIn,
    /// It sends a code by mail, or checks one.
    Code,
    /// It keeps the form of an anonymous client, in what may be a row of its own.
    Form,
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
enum BudgetHolder<'a> {
    Address(IpAddr),
    Account(&'a str),
}

impl RateLimits {
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

    /// Takes an attempt from the budget of the address, then from that of the account, or returns how many seconds there
    /// is none. A client that is refused by address must not use up what the owner of the account has left.
    pub fn take(&self, budget: Budget, address: ClientAddress, account: Option<&str>) -> Result<(), u32> {
        let (by_address, by_account) = match budget {
            Budget::SignIn => (&self.0.sign_in, Some(&self.0.account)),
            Budget::Code => (&self.0.code, Some(&self.0.code_of_account)),
            Budget::Form => (&self.0.form, None),
            Budget::Other => (&self.0.other, None),
        };
        let taken = self.take_by_address(by_address, address).and_then(|()| match by_account.zip(account) {
            Some((buckets, account)) => buckets.take(self.key(BudgetHolder::Account(account))),
            None => Ok(()),
        });
        taken.map_err(|wait| {
            tracing::info!("an attempt was refused: too many");
            seconds(wait)
        })
    }

    /// Takes an attempt from the budget of the household, then from that of its site. A household that is refused must
    /// not use up what its neighbours have left.
    fn take_by_address(&self, budget: &ByAddress, ClientAddress(address): ClientAddress) -> Result<(), Duration> {
        budget.household.take(self.key(BudgetHolder::Address(networks::household(address))))?;
        match networks::site(address) {
            Some(site) => budget.site.take(self.key(BudgetHolder::Address(site))),
            None => Ok(()),
        }
    }

    fn key(&self, holder: BudgetHolder<'_>) -> u64 {
        self.0.secret.hash_one(holder)
    }
}

/// Limits pages, of which few ask Neon Auth anything.
pub async fn limit_page(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    if asks_neon_auth(request.uri().path()) {
        limit(State(limits), request, next).await
    } else {
        next.run(request).await
    }
}

/// Tells whether showing the page at `path` may ask Neon Auth something. The router of the pages knows more spellings
/// than one.
pub(super) fn asks_neon_auth(path: &str) -> bool {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let segments: Vec<_> = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect();
    segments == ["account", "password"] || segments == ["account", "delete"]
}

/// Limits a route of `/auth`, or a page.
pub async fn limit(State(limits): State<RateLimits>, request: Request, next: Next) -> Response {
    let Err(seconds) = limits.take(Budget::Other, ClientAddress::of(request.extensions()), None) else {
        return next.run(request).await;
    };
    let path = request.uri().path();
    let page = if path.starts_with("/auth/") { SIGN_IN } else { path };
    Failed::from(AppError::RateLimited { seconds }).back_to(page).into_response()
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
