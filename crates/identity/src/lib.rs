//! Which access tokens of Neon Auth are believed, and what they say about a user.

mod claims;
mod keyring;
mod keys;

pub use claims::{Algorithm, Claims, Expected, Verifier, VerifyError};
pub use keys::KeysError;
