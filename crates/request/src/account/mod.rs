//! The account of the person who is signed in, and what can go wrong on the way there.
//! It must not know how a provider or a cookie works: the server does.

pub mod device;
pub mod export;
pub mod notice;
pub mod own;
pub mod problem;
mod user_agent;
