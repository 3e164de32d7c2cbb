//! Configuration, the HTTP stack, sign-in and Neon Auth. The app comes from outside: `program` brings it along.
//! It must not contain SQL of features or the markup of pages.

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
pub mod shutdown;
pub mod sign_in;
pub mod state;
pub mod telemetry;

pub use router::app;
