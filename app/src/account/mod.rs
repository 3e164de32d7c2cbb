//! The account of the person who is signed in, and what can go wrong on the way there.
//! It must not know how a provider or a cookie works: the server does.

pub mod notice;
pub mod problem;

#[cfg(feature = "ssr")]
pub mod code;
#[cfg(feature = "ssr")]
pub mod delete;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
mod devices;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod outcome;
#[cfg(feature = "ssr")]
pub mod own;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod reset;
#[cfg(feature = "ssr")]
pub mod sign_in;
#[cfg(feature = "ssr")]
mod user_agent;
#[cfg(feature = "ssr")]
pub mod verify_email;
