//! Caches the tokens that were verified with one set of keys: a signature is checked once, not at every request.
//! The caller checks whether a token has expired meanwhile.

use crate::claims::Claims;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// One for each user who is active within the lifetime of a token; a few hundred bytes each.
const TOKENS_MAX: usize = 10_000;

/// A bounded cache of claims, by the fingerprint of their token, so that no token stays in memory.
#[derive(Default)]
pub(crate) struct VerifiedTokens(Mutex<HashMap<Fingerprint, Claims>>);

type Fingerprint = [u8; 32];

impl VerifiedTokens {
    /// Returns the claims of exactly this token, if it was verified.
    pub(crate) fn get(&self, token: &str) -> Option<Claims> {
        self.lock().get(&fingerprint(token)).cloned()
    }

    /// Caches the claims of a verified token. A full cache drops the expired ones, and all others if that is not
    /// enough.
    pub(crate) fn insert(&self, token: &str, claims: &Claims) {
        let mut tokens = self.lock();
        if tokens.len() >= TOKENS_MAX {
            let now = OffsetDateTime::now_utc();
            tokens.retain(|_, claims| claims.expires_at() > now);
        }
        if tokens.len() >= TOKENS_MAX {
            tokens.clear();
        }
        tokens.insert(fingerprint(token), claims.clone());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Fingerprint, Claims>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fingerprint(token: &str) -> Fingerprint {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    fingerprint
}

#[cfg(test)]
mod tests {
    use super::{TOKENS_MAX, VerifiedTokens};
    use crate::claims::{Claims, ClaimsData};
    use time::{Duration, OffsetDateTime};

    fn claims(subject: &str, lifetime: Duration) -> Claims {
        Claims::new(ClaimsData {
            subject: subject.to_owned(),
            name: None,
            email: None,
            email_verified: false,
            issued_at: None,
            expires_at: OffsetDateTime::now_utc() + lifetime,
        })
    }

    fn subject(tokens: &VerifiedTokens, token: &str) -> Option<String> {
        tokens.get(token).map(|claims| claims.subject().to_owned())
    }

    #[test]
    fn tokens_are_distinguished_by_every_byte() {
        let tokens = VerifiedTokens::default();
        tokens.insert("a.b.c", &claims("ada", Duration::MINUTE));
        assert_eq!(subject(&tokens, "a.b.c").as_deref(), Some("ada"));
        assert_eq!(subject(&tokens, "a.b.d"), None);
    }

    #[test]
    fn full_cache_drops_expired_tokens_first() {
        let tokens = VerifiedTokens::default();
        tokens.insert("current", &claims("ada", Duration::MINUTE));
        for number in 1..TOKENS_MAX {
            tokens.insert(&number.to_string(), &claims("bob", -Duration::MINUTE));
        }
        tokens.insert("next", &claims("cleo", Duration::MINUTE));
        assert_eq!(subject(&tokens, "1"), None);
        assert_eq!(subject(&tokens, "current").as_deref(), Some("ada"));
        assert_eq!(subject(&tokens, "next").as_deref(), Some("cleo"));
    }

    #[test]
    fn full_cache_of_current_tokens_is_cleared() {
        let tokens = VerifiedTokens::default();
        for number in 0..TOKENS_MAX {
            tokens.insert(&number.to_string(), &claims("bob", Duration::MINUTE));
        }
        tokens.insert("next", &claims("cleo", Duration::MINUTE));
        assert_eq!(tokens.lock().len(), 1);
        assert_eq!(subject(&tokens, "next").as_deref(), Some("cleo"));
    }
}
