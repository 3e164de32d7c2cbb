//! Signing in, staying signed in and being signed out, as seen by a browser, an attacker and a failing Neon Auth.

mod bare_axum;
mod browser;
mod deletion;
mod devices;
mod double;
mod keys;
mod oauth;
mod password;
mod renewal;
mod secrets;
mod sessions;
mod signer;
mod whole;
