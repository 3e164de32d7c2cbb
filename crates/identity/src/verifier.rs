//! Which tokens are believed, and what is known about a person whose token was.
//! It must not fetch keys, and `Claims` must not be made in any other way than by `Verifier::verify`.

use crate::keyring::Keyring;
use crate::keys::{self, KeysError};
use jsonwebtoken::{Header, Validation, errors::ErrorKind};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use time::{Duration, OffsetDateTime};

/// Longer tokens are not looked at. Neon Auth's have less than 2 kB.
const TOKEN_MAX: usize = 16 * 1024;
/// Longer subjects are not. Neon Auth's have 36 characters.
const SUBJECT_MAX: usize = 255;
/// How far Neon Auth's clock and ours may differ, in seconds.
const LEEWAY: u64 = 10;

/// A person whose token was verified.
#[derive(Clone)]
pub struct Claims(Arc<Content>);

struct Content {
    subject: String,
    name: Option<String>,
    email: Option<String>,
    email_verified: bool,
    issued_at: Option<i64>,
    expires_at: OffsetDateTime,
}

impl Claims {
    /// The id of the user in Neon Auth.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The display name, when there is one.
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    pub fn email_verified(&self) -> bool {
        self.0.email_verified
    }

    pub fn expires_at(&self) -> OffsetDateTime {
        self.0.expires_at
    }

    /// When the token was signed, in seconds of Unix time, if it says so.
    pub fn issued_at(&self) -> Option<i64> {
        self.0.issued_at
    }
}

/// Without the name and the e-mail address, which do not belong in logs.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("subject", &self.0.subject).finish_non_exhaustive()
    }
}

/// The signature algorithms of Neon Auth's two generations. One of them is pinned; a token's header does not choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    EdDsa,
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::ES256,
            Algorithm::EdDsa => Self::EdDSA,
        }
    }
}

/// What a token must say.
#[derive(Clone, Debug)]
pub struct Expected {
    pub issuer: String,
    pub audience: String,
    pub algorithm: Algorithm,
    /// Compared when given and when the token names one.
    pub project_id: Option<String>,
    /// Compared when given and when the token names one.
    pub branch_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Signed with a key that we do not have. Keys are rotated: fetching them again may help.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    #[error("the token has expired")]
    Expired,
    #[error("the token was refused: {0}")]
    Refused(&'static str),
}

/// Decides whether a token is believed. Cheap to clone; clones share their keys.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    expected: Expected,
    validation: Validation,
    keyring: RwLock<Arc<Keyring>>,
}

impl Verifier {
    /// Knows no keys yet, so every token has an unknown one.
    pub fn new(expected: Expected) -> Self {
        let mut validation = Validation::new(expected.algorithm.into());
        validation.set_audience(&[&expected.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        Self(Arc::new(Inner { expected, validation, keyring: RwLock::default() }))
    }

    /// Takes the keys of a JWKS document and drops the former ones. Returns how many are of use. A document without any
    /// is an error, and the former keys stay.
    pub fn replace_keys(&self, jwks_json: &[u8]) -> Result<usize, KeysError> {
        let keys = keys::parse(jwks_json, self.0.expected.algorithm)?;
        let count = keys.len();
        *self.0.keyring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Keyring::new(keys));
        Ok(count)
    }

    pub fn verify(&self, token: &str) -> Result<Claims, VerifyError> {
        if token.len() > TOKEN_MAX {
            return Err(VerifyError::Refused("too long"));
        }
        let keyring = Arc::clone(&self.0.keyring.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(claims) = keyring.recall(token) {
            return if is_over(&claims) { Err(VerifyError::Expired) } else { Ok(claims) };
        }
        let claims = self.check(token, &keyring)?;
        keyring.remember(token, &claims);
        Ok(claims)
    }

    fn check(&self, token: &str, keyring: &Keyring) -> Result<Claims, VerifyError> {
        let header: Header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Refused("malformed"))?;
        if header.alg != self.0.expected.algorithm.into() {
            return Err(VerifyError::Refused("algorithm"));
        }
        let key_id = header.kid.ok_or(VerifyError::Refused("no key id"))?;
        let key = keyring.key(&key_id).ok_or(VerifyError::UnknownKey)?;
        let token =
            jsonwebtoken::decode::<Token>(token, key, &self.0.validation).map_err(|error| reason(error.kind()))?;
        self.accept(token.claims)
    }

    fn accept(&self, token: Token) -> Result<Claims, VerifyError> {
        let expected = &self.0.expected;
        // Not left to the library, which accepts a list of issuers of which one is ours.
        if token.iss != expected.issuer {
            return Err(VerifyError::Refused("issuer"));
        }
        if differs(&token.project_id, &expected.project_id) {
            return Err(VerifyError::Refused("project"));
        }
        if differs(&token.branch_id, &expected.branch_id) {
            return Err(VerifyError::Refused("branch"));
        }
        if !is_unset(&token.is_anonymous) || !is_unset(&token.is_restricted) || !is_of_a_person(&token.role) {
            return Err(VerifyError::Refused("anonymous or restricted user"));
        }
        let email_verified =
            if token.email_verified.is_null() { token.is_email_verified } else { token.email_verified };
        let subject = token.sub;
        if subject.is_empty() || subject.len() > SUBJECT_MAX || subject.chars().any(char::is_control) {
            return Err(VerifyError::Refused("subject"));
        }
        let expires_at = OffsetDateTime::from_unix_timestamp(token.exp).map_err(|_| VerifyError::Refused("expiry"))?;
        Ok(Claims(Arc::new(Content {
            subject,
            name: token.name.as_str().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
            email: token.email.as_str().map(str::to_owned),
            email_verified: email_verified == Value::Bool(true),
            issued_at: token.iat.as_i64(),
            expires_at,
        })))
    }
}

/// The claims that we read. Only the first three are relied upon: Neon Auth has added and renamed the others.
#[derive(Deserialize)]
struct Token {
    sub: String,
    iss: String,
    exp: i64,
    #[serde(default)]
    iat: Value,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    email: Value,
    #[serde(default)]
    email_verified: Value,
    /// As the second generation spells it.
    #[serde(default, rename = "emailVerified")]
    is_email_verified: Value,
    #[serde(default)]
    project_id: Value,
    #[serde(default)]
    branch_id: Value,
    #[serde(default)]
    role: Value,
    #[serde(default)]
    is_anonymous: Value,
    #[serde(default)]
    is_restricted: Value,
}

/// As the library decides it for a token that is seen for the first time.
fn is_over(claims: &Claims) -> bool {
    claims.expires_at() + Duration::seconds(LEEWAY.cast_signed()) < OffsetDateTime::now_utc()
}

fn differs(claim: &Value, expected: &Option<String>) -> bool {
    expected.as_ref().is_some_and(|expected| !claim.is_null() && claim.as_str() != Some(expected))
}

/// Managed Neon Auth signs tokens of another role for whoever asks.
fn is_of_a_person(role: &Value) -> bool {
    role.is_null() || role == "authenticated"
}

fn is_unset(claim: &Value) -> bool {
    matches!(claim, Value::Null | Value::Bool(false))
}

fn reason(kind: &ErrorKind) -> VerifyError {
    match kind {
        ErrorKind::ExpiredSignature => VerifyError::Expired,
        ErrorKind::InvalidSignature => VerifyError::Refused("signature"),
        ErrorKind::InvalidAudience => VerifyError::Refused("audience"),
        ErrorKind::ImmatureSignature => VerifyError::Refused("not valid yet"),
        ErrorKind::MissingRequiredClaim(_) => VerifyError::Refused("missing claim"),
        _ => VerifyError::Refused("malformed"),
    }
}
