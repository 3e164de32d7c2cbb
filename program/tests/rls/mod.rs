//! What PostgreSQL lets whom do, seen from the server's login.
//! It must not go through HTTP: these are the guarantees that hold when everything above them fails.

mod arrival;
mod catalog;
mod deletion;
mod directory;
mod identity;
mod limits;
mod login;
mod matrix;
mod migrations;
mod moving;
mod names;
mod neon_auth;
mod opening;
mod plans;
mod pooler;
mod posts;
mod proxy;
mod side_effects;
mod signing;
mod strange_tokens;
mod todos;
mod tokens;
mod two_users;
