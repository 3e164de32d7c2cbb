//! The errors of verifying a token.

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
