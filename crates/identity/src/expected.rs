//! The values that a token must have to be accepted.

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

/// The signature algorithm of a project's tokens: a verifier accepts one, and the header of a token does not choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, of the Stack generation of Neon Auth.
    Es256,
    /// Ed25519, of Managed Neon Auth.
    EdDsa,
}

impl Algorithm {
    /// Returns the same algorithm in the terms of the library that checks signatures.
    pub(crate) fn for_jsonwebtoken(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}
