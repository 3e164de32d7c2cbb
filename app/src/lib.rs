//! Pages, islands, server functions and the database rules of the features.
//! It must not know providers, cookies, sockets or configuration: those belong to `server`.

pub mod account;
#[cfg(feature = "ssr")]
pub mod db;
pub mod error;
pub mod posts;
pub mod text;
pub mod todos;
