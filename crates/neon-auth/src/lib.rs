//! A client of Neon Auth in both of its generations.
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(not(any(feature = "managed", feature = "stack")))]
compile_error!(
    "neon-auth needs the feature `managed`, the feature `stack`, or both: in this workspace the package `server` chooses, \
     so build it as well (`--package server`)"
);

mod call_counters;
mod client;
mod error;
mod jwks;
#[cfg(feature = "managed")]
mod managed;
mod methods_cache;
#[cfg(feature = "managed")]
mod project_database;
mod renewal;
mod response;
pub mod secret;
mod sign_in_methods;
#[cfg(feature = "stack")]
mod stack;
mod trust;
mod values;
mod wire;

pub use call_counters::CallCounters;
pub use client::NeonAuth;
pub use error::{NeonAuthError, Outage, Refusal, Result};
pub use jwks::{Keys, TokenError};
#[cfg(feature = "managed")]
pub use managed::{Managed, ManagedSettings};
pub use methods_cache::{MethodsCache, REFRESH_EVERY};
#[cfg(feature = "managed")]
pub use project_database::{DatabaseError, NoDatabase, ProjectDatabase, ProjectSettings};
pub use renewal::{LoginSecret, Renewal};
pub use sign_in_methods::{Mailed, PasswordRules, SignInMethods};
#[cfg(feature = "stack")]
pub use stack::{Stack, StackSettings};
pub use trust::{Advice, ProjectInfo, add_domain_fix};
pub use values::{
    AccountMethods, AuthorizationRequest, CallbackParams, Credentials, EmailLinks, Proof, SignInOutcome, Tokens,
};
pub use wire::{BaseUrlError, is_loopback};
