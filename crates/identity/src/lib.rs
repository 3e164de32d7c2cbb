//! Verifies access tokens, and makes the claims that nothing else can make.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod claims;
mod expected;
mod keys;
mod payload;
mod verified_tokens;
mod verifier;

pub use claims::Claims;
pub use expected::{Algorithm, Expected};
pub use keys::KeysError;
pub use payload::VerifyError;
pub use verifier::Verifier;
