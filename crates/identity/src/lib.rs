//! Verifies access tokens, and makes the claims that nothing else can make.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod algorithm;
mod claims;
mod error;
mod expected;
mod keys;
mod payload;
mod verified_tokens;
mod verifier;

pub use algorithm::Algorithm;
pub use claims::Claims;
pub use error::VerifyError;
pub use expected::Expected;
pub use keys::KeysError;
pub use verifier::Verifier;
