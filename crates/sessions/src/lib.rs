//! Encrypted sessions in PostgreSQL for tower-sessions.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod cipher;
mod client;
pub mod cookie;
mod devices;
mod key;
mod pool;
pub mod record;
mod rows;
mod store;

pub use cipher::SealError;
pub use client::Client;
pub use cookie::SessionCookie;
pub use devices::Device;
pub use key::{KeyWeakness, SessionKey, SessionKeyError};
pub use store::{Store, StoreError, StoreSettings, Updated};
