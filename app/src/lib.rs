//! Pages, islands, server functions and the database rules of the features.
//! It must not know providers, cookies, sockets or configuration: those belong to `server`.

// Views nest deep as types, and the default is for shallower ones.
#![recursion_limit = "256"]

pub mod account;
pub mod error;
pub mod posts;
pub mod text;
pub mod todos;
pub mod ui;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod attempt;
#[cfg(feature = "ssr")]
pub mod db;
#[cfg(feature = "ssr")]
pub mod failure;
#[cfg(feature = "ssr")]
pub mod failure_page;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod submission;
