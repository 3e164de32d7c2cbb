//! The features, for browser and server: rules, SQL, server functions, islands, and what pages are built from.
//! It must not know providers, cookies, sockets or configuration, which belong to `http-server`, nor which page an address
//! shows, which is up to `pages`.

// Views nest deep as types, and the default is for shallower ones.
#![recursion_limit = "256"]

pub mod posts;
pub mod todos;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod failure_page;
#[cfg(feature = "ssr")]
pub mod migrations;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "ssr")]
use request::feature::Features;

/// The name that people read, and that files, cookies and connections of the app carry.
pub const NAME: &str = "leptos-neon";

#[cfg(feature = "ssr")]
pub const FEATURES: Features = Features(&[
    // In the order in which pages list them.
    posts::FEATURE,
    todos::FEATURE,
]);
