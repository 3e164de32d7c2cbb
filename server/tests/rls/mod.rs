//! The rights in PostgreSQL, as seen from the server's login: the guarantees that hold when everything above them
//! fails.

mod catalog;
mod connecting;
mod delayed_directory;
mod deletion;
mod identity;
mod limits;
mod login;
mod malformed_tokens;
pub mod matrix;
mod migrations;
#[cfg(all(feature = "managed", feature = "stack"))]
mod move_to_managed;
#[cfg(feature = "managed")]
mod neon_auth;
pub mod plans;
mod pooler;
mod side_effects;
pub mod signing;
mod tokens;
mod two_users;
pub mod users;
