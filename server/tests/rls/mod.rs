//! The rights in PostgreSQL, as seen from the server's login: the guarantees that hold when everything above them
//! fails.

mod arrival;
mod catalog;
mod deletion;
pub mod directory;
mod identity;
mod limits;
mod login;
pub mod matrix;
mod migrations;
mod moving;
mod names;
mod neon_auth;
mod opening;
pub mod plans;
mod pooler;
mod proxy;
mod side_effects;
pub mod signing;
mod strange_tokens;
mod tokens;
mod two_users;
