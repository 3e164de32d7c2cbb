//! It must not contain SQL of features or the markup of pages.

pub mod alive;
pub mod app_database;
pub mod config;
pub mod connections;
pub mod http;
pub mod listening;
pub mod shutdown;
pub mod sign_in;
pub mod state;
pub mod telemetry;
