//! The claims of a user whose token was verified.
//! Only the verifier makes `Claims`: holding one is the proof that a token was checked.

use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// The verified claims of a user. Cheap to clone.
#[derive(Clone)]
pub struct Claims(Arc<ClaimsData>);

pub(crate) struct ClaimsData {
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub issued_at: Option<i64>,
    pub expires_at: OffsetDateTime,
}

impl Claims {
    pub(crate) fn new(content: ClaimsData) -> Self {
        Self(Arc::new(content))
    }

    /// Returns the id of the user in Neon Auth.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Returns the display name, when there is one.
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Returns the e-mail address, when there is one.
    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Returns whether the user has confirmed the e-mail address.
    pub fn email_verified(&self) -> bool {
        self.0.email_verified
    }

    /// Returns when the token was signed, in seconds of Unix time, when it says so.
    pub fn issued_at(&self) -> Option<i64> {
        self.0.issued_at
    }

    /// Returns when the token expires.
    pub fn expires_at(&self) -> OffsetDateTime {
        self.0.expires_at
    }
}

/// Leaves out the name and the e-mail address, which do not belong in logs.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("subject", &self.0.subject).finish_non_exhaustive()
    }
}
