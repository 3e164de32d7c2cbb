//! The features, for browser and server: rules, SQL, server functions, islands, and what pages are built from.
//! It must not know providers, cookies, sockets or configuration, which belong to `server`, nor which page an address
//! shows, which is up to `pages`.

// Views nest deep as types, and the default is for shallower ones.
#![recursion_limit = "256"]

pub mod direction;
pub mod error;
mod normal_form;
pub mod posts;
pub mod text;
pub mod todos;
pub mod ui;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod attempt;
#[cfg(feature = "ssr")]
pub mod failure;
#[cfg(feature = "ssr")]
pub mod failure_page;
#[cfg(feature = "ssr")]
pub mod feature;
#[cfg(feature = "ssr")]
pub mod migrations;
#[cfg(feature = "ssr")]
pub mod move_to_managed;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod submission;

#[cfg(feature = "ssr")]
pub const FEATURES: feature::Features = feature::Features(&[
    // In the order in which pages list them.
    posts::FEATURE,
    todos::FEATURE,
]);
