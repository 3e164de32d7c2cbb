//! What features, pages and the HTTP server agree on, for browser and server.
#![cfg_attr(feature = "ssr", doc = include_str!("../README.md"))]
#![deny(missing_docs)]

pub mod codec;
pub mod direction;
mod error;
pub mod form;
mod normal_form;
pub mod text;

pub use error::{AppError, ErrorNumber, Field, FieldErrors, FieldProblem, duration};

cfg_if::cfg_if! {
    if #[cfg(feature = "ssr")] {
        pub mod account;
        mod failure;
        pub mod feature;
        pub mod idempotency_key;
        mod page;
        pub mod routes;
        pub mod session;
        pub mod theme;

        pub use failure::internal;
        pub use form::FormState;
        pub use page::{
            DbTime, FootLink, SiteOrigin, absolute, address, path, query, set_status, set_unavailable, with_return_to,
        };
    }
}
