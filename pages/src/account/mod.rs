//! The pages of an account, and those on the way to it.
//! They must not know how a provider or a cookie works: the server does.

pub mod code;
pub mod delete;
mod devices;
mod frame;
mod outcome;
pub mod page;
pub mod password;
pub mod reset;
pub mod sign_in;
pub mod verify_email;
