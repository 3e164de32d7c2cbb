//! Signing in, staying signed in and being signed out, as a browser, an attacker and a failing Neon Auth see it.
//! It must not look inside the server, except at what it wrote into its table and its log.

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
