//! The signature algorithms that a verifier can be pinned to.

/// The signature algorithm of a project's tokens: a verifier accepts one, and the header of a token does not choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, of the first generation of Neon Auth.
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
