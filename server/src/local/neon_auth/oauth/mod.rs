//! Sign-in through a provider: the stand-in is Neon Auth and the provider at once.
//! It must not know passwords.

use super::state::StandIn;
use axum::Router;

/// The providers that Neon switches on, with shared keys.
pub const PROVIDERS: [&str; 2] = ["github", "google"];

pub fn routes() -> Router<StandIn> {
    Router::new()
}

pub fn pages() -> Router<StandIn> {
    Router::new()
}
