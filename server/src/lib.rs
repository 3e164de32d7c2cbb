//! Configuration, HTTP stack, sessions and Neon Auth.

pub mod http;
pub mod neon_auth;
pub mod session;
