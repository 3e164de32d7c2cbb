//! Caches the tokens that were verified with one set of keys: a signature is checked once, not at every request.
//! The caller checks whether a token has expired meanwhile.

use crate::claims::Claims;
use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use quick_cache::sync::Cache;

/// One for each user who is active within the lifetime of a token; a few hundred bytes each.
const TOKENS_MAX: usize = 10_000;

/// A bounded cache of claims, by the fingerprint of their token, so that no token stays in memory.
pub(crate) struct VerifiedTokens(Cache<Fingerprint, Claims>);

type Fingerprint = [u8; SHA256_OUTPUT_LEN];

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(Cache::new(TOKENS_MAX))
    }
}

impl VerifiedTokens {
    /// Returns the claims of exactly this token, if it was verified.
    pub(crate) fn get(&self, token: &str) -> Option<Claims> {
        self.0.get(&fingerprint(token))
    }

    /// Caches the claims of a verified token.
    pub(crate) fn insert(&self, token: &str, claims: &Claims) {
        self.0.insert(fingerprint(token), claims.clone());
    }
}

fn fingerprint(token: &str) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    fingerprint
}

#[cfg(test)]
mod tests {
    use super::{TOKENS_MAX, VerifiedTokens};
    use crate::claims::{Claims, ClaimsData};
    use time::OffsetDateTime;

    fn claims(subject: &str) -> Claims {
        Claims::new(ClaimsData {
            subject: subject.to_owned(),
            name: None,
            email: None,
            email_verified: false,
            issued_at: None,
            expires_at: OffsetDateTime::now_utc(),
        })
    }

    fn subject(tokens: &VerifiedTokens, token: &str) -> Option<String> {
        tokens.get(token).map(|claims| claims.subject().to_owned())
    }

    #[test]
    fn tokens_are_distinguished_by_every_byte() {
        let tokens = VerifiedTokens::default();
        tokens.insert("a.b.c", &claims("ada"));
        assert_eq!(subject(&tokens, "a.b.c").as_deref(), Some("ada"));
        assert_eq!(subject(&tokens, "a.b.d"), None);
    }

    #[test]
    fn full_cache_stays_bounded_and_keeps_tokens_in_use() {
        let tokens = VerifiedTokens::default();
        tokens.insert("in use", &claims("ada"));
        for number in 0..3 * TOKENS_MAX {
            assert_eq!(subject(&tokens, "in use").as_deref(), Some("ada"), "after {number}");
            tokens.insert(&number.to_string(), &claims("bob"));
        }
        tokens.insert("next", &claims("cleo"));
        assert!(tokens.0.len() <= TOKENS_MAX);
        assert_eq!(subject(&tokens, "next").as_deref(), Some("cleo"));
    }
}
