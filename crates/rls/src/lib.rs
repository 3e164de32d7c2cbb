//! Transactions under row-level security, each with a verified identity.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod database_url;
mod db;
mod directory;
mod error;
#[cfg(feature = "identity-notice")]
pub mod identity_notice;
mod insert;
pub mod inspect;
mod login;
pub mod migrate;
pub mod pool;
mod tx;

pub use database_url::{DatabaseUrl, DatabaseUrlError, connect_options};
pub use db::{Db, Maintenance};
pub use directory::Directory;
pub use error::{DbError, found, message_with_hint};
pub use insert::Insert;
pub use login::LoginProblem;
pub use pool::DbSettings;
pub use tx::{AnonTx, END_OF_TRANSACTION, LoginTx, Reads, UserTx};
