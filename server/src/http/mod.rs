//! The HTTP side: middleware and routes, one file each.
//! It must not contain SQL or pages.

pub mod auth;
pub mod viewer;
