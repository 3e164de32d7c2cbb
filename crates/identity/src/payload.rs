//! The payload of a token, and the checks that turn it into the claims of a user.

use crate::claims::{Claims, ClaimsData};
use crate::expected::Expected;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

/// Longer subjects are refused. Those of Neon Auth have 36 characters.
const SUBJECT_MAX: usize = 255;

/// The reason why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Signed with a key that the verifier does not have. Keys are rotated: fetching them again may help.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    /// Accepted until its time was over. A new token helps.
    #[error("the token has expired")]
    Expired,
    /// Not acceptable now or later, for this reason.
    #[error("the token was refused: {0}")]
    Refused(&'static str),
}

/// The claims that are read. Only the first three are relied upon: Neon Auth has added and renamed the others.
#[derive(Deserialize)]
pub(crate) struct Payload {
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
    /// As the Managed generation spells it.
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

impl Payload {
    /// Compares what was signed with what is expected. The signature, audience and times have been checked.
    pub(crate) fn into_claims(self, expected: &Expected) -> Result<Claims, VerifyError> {
        // Not left to the library, which accepts a list of issuers of which one is ours.
        if self.iss != expected.issuer {
            return Err(VerifyError::Refused("issuer"));
        }
        if is_mismatch(&self.project_id, &expected.project_id) {
            return Err(VerifyError::Refused("project"));
        }
        if is_mismatch(&self.branch_id, &expected.branch_id) {
            return Err(VerifyError::Refused("branch"));
        }
        if !is_unset(&self.is_anonymous) || !is_unset(&self.is_restricted) || !is_user_role(&self.role) {
            return Err(VerifyError::Refused("anonymous or restricted user"));
        }
        let email_verified = if self.email_verified.is_null() { self.is_email_verified } else { self.email_verified };
        let subject = self.sub;
        if subject.is_empty() || subject.len() > SUBJECT_MAX || subject.chars().any(char::is_control) {
            return Err(VerifyError::Refused("subject"));
        }
        let expires_at = OffsetDateTime::from_unix_timestamp(self.exp).map_err(|_| VerifyError::Refused("expiry"))?;
        Ok(Claims::new(ClaimsData {
            subject,
            name: self.name.as_str().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
            email: self.email.as_str().map(str::to_owned),
            email_verified: email_verified == Value::Bool(true),
            issued_at: self.iat.as_i64(),
            expires_at,
        }))
    }
}

fn is_mismatch(claim: &Value, expected: &Option<String>) -> bool {
    expected.as_ref().is_some_and(|expected| !claim.is_null() && claim.as_str() != Some(expected))
}

/// Returns whether the role is one of signed-in users. Managed Neon Auth signs tokens of another role for anonymous
/// ones.
fn is_user_role(role: &Value) -> bool {
    role.is_null() || role == "authenticated"
}

fn is_unset(claim: &Value) -> bool {
    matches!(claim, Value::Null | Value::Bool(false))
}
