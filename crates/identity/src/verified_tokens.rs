//! The tokens that were verified with one set of keys: a signature is checked once, not at every request.
//! Whether a token has expired meanwhile is for the caller to check.

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
    /// Returns what exactly this token said when it was verified.
    pub(crate) fn get(&self, token: &str) -> Option<Claims> {
        self.lock().get(&fingerprint(token)).cloned()
    }

    /// Keeps the claims of a verified token. Where there is no room, expired ones make some, and else all others.
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
    use crate::claims::{Claims, Content};
    use time::{Duration, OffsetDateTime};

    fn claims(subject: &str, lifetime: Duration) -> Claims {
        Claims::new(Content {
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
    fn a_token_that_differs_in_one_byte_is_another_token() {
        let tokens = VerifiedTokens::default();
        tokens.insert("a.b.c", &claims("ada", Duration::MINUTE));
        assert_eq!(subject(&tokens, "a.b.c").as_deref(), Some("ada"));
        assert_eq!(subject(&tokens, "a.b.d"), None);
    }

    #[test]
    fn a_full_cache_drops_expired_tokens_first() {
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
    fn a_cache_full_of_current_tokens_begins_anew() {
        let tokens = VerifiedTokens::default();
        for number in 0..TOKENS_MAX {
            tokens.insert(&number.to_string(), &claims("bob", Duration::MINUTE));
        }
        tokens.insert("next", &claims("cleo", Duration::MINUTE));
        assert_eq!(tokens.lock().len(), 1);
        assert_eq!(subject(&tokens, "next").as_deref(), Some("cleo"));
    }
}
