//! Configuration, the HTTP stack, sessions and Neon Auth. The pages come from outside: `program` brings them along.
//! It must not contain SQL of features or markup.

mod alive;
pub mod app_database;
pub mod cli;
pub mod config;
pub mod connections;
pub mod doctor;
pub mod http;
mod libpq;
mod listening;
#[cfg(feature = "local")]
pub mod local;
mod router;
mod serve;
pub mod session;
pub mod shutdown;
pub mod sign_in;
pub mod state;
pub mod telemetry;

pub use router::app;
