//! Decides whether a token is accepted. It does not fetch keys: the caller hands them in.

use crate::claims::Claims;
use crate::expected::Expected;
use crate::keys::{self, Keys, KeysError};
use crate::payload::{Payload, VerifyError};
use crate::verified_tokens::VerifiedTokens;
use jsonwebtoken::{Header, Validation, errors::ErrorKind};
use std::sync::{Arc, PoisonError, RwLock};
use time::{Duration, OffsetDateTime};

/// Longer tokens are not looked at. Those of Neon Auth have less than 2 kB.
const TOKEN_MAX: usize = 16 * 1024;
/// The seconds by which the clock of Neon Auth and that of this machine may differ.
const LEEWAY: u64 = 10;

/// Verifies tokens of one project. Cheap to clone; clones share their keys.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    expected: Expected,
    validation: Validation,
    key_set: RwLock<Arc<KeySet>>,
}

/// One set of keys, and the tokens that were verified with them: new keys begin with none.
#[derive(Default)]
struct KeySet {
    keys: Keys,
    verified: VerifiedTokens,
}

impl Verifier {
    /// Makes a verifier that has no keys yet: until it is given some, every token has an unknown one.
    pub fn new(expected: Expected) -> Self {
        let mut validation = Validation::new(expected.algorithm.for_jsonwebtoken());
        validation.set_audience(&[&expected.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        Self(Arc::new(Inner { expected, validation, key_set: RwLock::default() }))
    }

    /// Takes the keys of a JWKS document, drops the former ones, and returns how many are of use. A document without
    /// any is an error, and the former keys stay.
    pub fn replace_keys(&self, jwks_json: &[u8]) -> Result<usize, KeysError> {
        let keys = keys::parse(jwks_json, self.0.expected.algorithm)?;
        let count = keys.len();
        let key_set = KeySet { keys, verified: VerifiedTokens::default() };
        *self.0.key_set.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key_set);
        Ok(count)
    }

    /// Returns the claims of a token, or why it is refused. The signature of a token is checked once, its time each
    /// time.
    pub fn verify(&self, token: &str) -> Result<Claims, VerifyError> {
        if token.len() > TOKEN_MAX {
            return Err(VerifyError::Refused("too long"));
        }
        let key_set = Arc::clone(&self.0.key_set.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(claims) = key_set.verified.get(token) {
            return if has_expired(&claims) { Err(VerifyError::Expired) } else { Ok(claims) };
        }
        let claims = self.check(token, &key_set.keys)?;
        key_set.verified.insert(token, &claims);
        Ok(claims)
    }

    fn check(&self, token: &str, keys: &Keys) -> Result<Claims, VerifyError> {
        let header: Header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Refused("malformed"))?;
        if header.alg != self.0.expected.algorithm.for_jsonwebtoken() {
            return Err(VerifyError::Refused("algorithm"));
        }
        let key_id = header.kid.ok_or(VerifyError::Refused("no key id"))?;
        let key = keys.get(&key_id).ok_or(VerifyError::UnknownKey)?;
        let signed = jsonwebtoken::decode::<Payload>(token, key, &self.0.validation)
            .map_err(|error| verify_error(error.kind()))?;
        signed.claims.into_claims(&self.0.expected)
    }
}

/// Decides as the library does for a token that is seen for the first time.
fn has_expired(claims: &Claims) -> bool {
    claims.expires_at() + Duration::seconds(LEEWAY.cast_signed()) < OffsetDateTime::now_utc()
}

fn verify_error(kind: &ErrorKind) -> VerifyError {
    match kind {
        ErrorKind::ExpiredSignature => VerifyError::Expired,
        ErrorKind::InvalidSignature => VerifyError::Refused("signature"),
        ErrorKind::InvalidAudience => VerifyError::Refused("audience"),
        ErrorKind::ImmatureSignature => VerifyError::Refused("not valid yet"),
        ErrorKind::MissingRequiredClaim(_) => VerifyError::Refused("missing claim"),
        _ => VerifyError::Refused("malformed"),
    }
}
