//! Configuration, HTTP stack, sessions and Neon Auth.

pub mod http;
#[cfg(feature = "local")]
pub mod local;
pub mod neon_auth;
pub mod session;
