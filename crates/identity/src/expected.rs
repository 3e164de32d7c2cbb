//! The values that a token must have to be accepted.

use crate::algorithm::Algorithm;

/// The values that tokens of one project have in common.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The claim `iss`, compared as a whole.
    pub issuer: String,
    /// The claim `aud`.
    pub audience: String,
    /// The only algorithm that is accepted.
    pub algorithm: Algorithm,
    /// Compared when given and when the token names one.
    pub project_id: Option<String>,
    /// Compared when given and when the token names one.
    pub branch_id: Option<String>,
}
