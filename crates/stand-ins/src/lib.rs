//! PostgreSQL and Neon Auth on a developer's machine, in the place of the real ones.
//! It must not be part of a release, nor listen on anything but loopback.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "managed")]
pub mod managed_neon_auth;
#[cfg(feature = "stack")]
pub mod neon_auth;
pub mod persisted;
pub mod port;
pub mod postgres;
