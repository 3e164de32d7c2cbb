//! What features, pages and the HTTP server agree on, for browser and server.
#![cfg_attr(feature = "ssr", doc = include_str!("../README.md"))]
#![deny(missing_docs)]

pub mod direction;
mod error;
pub mod form;
mod normal_form;
pub mod text;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
mod db_time;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
pub mod feature;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod submission;
#[cfg(feature = "ssr")]
pub mod theme;

pub use error::{AppError, Field, FieldErrors, Problem, Ref, UnknownError, duration};

#[cfg(feature = "ssr")]
pub use {
    db_time::DbTime,
    failure::internal,
    form::FormState,
    page::{FootLink, SiteOrigin, absolute, path, query, set_status, set_unavailable, with_return_to},
};
