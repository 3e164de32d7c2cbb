//! An axum server for a Leptos app: configuration, middleware, sign-in with Neon Auth, sessions and telemetry.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "managed")]
pub mod app_database;
pub mod config;
pub mod connections;
pub mod healthcheck;
pub mod http;
pub mod listening;
pub mod shutdown;
pub mod sign_in;
pub mod state;
pub mod telemetry;
