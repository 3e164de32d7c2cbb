//! Which access tokens of Neon Auth are believed, and what they say about a user.

mod keyring;
mod keys;
mod verifier;

pub use keys::KeysError;
pub use verifier::{Algorithm, Claims, Expected, Verifier, VerifyError};
