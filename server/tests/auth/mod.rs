//! Signing in, staying signed in and being signed out, as seen by a browser, an attacker and a failing Neon Auth.

mod bare_axum;
mod browser;
mod client;
mod devices;
mod fake_neon_auth;
mod keys;
mod oauth;
mod password;
mod renewal;
mod secrets;
mod sessions;
