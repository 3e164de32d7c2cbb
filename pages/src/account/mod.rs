//! The pages of an account, and those for signing in.

pub mod code;
pub mod delete;
mod devices;
mod feedback;
mod frame;
pub mod page;
pub mod password;
pub mod reset;
pub mod sign_in;
pub mod verify_email;
