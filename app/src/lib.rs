//! The features, for browser and server: rules, SQL, server functions, islands and the building blocks of pages.

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

/// The name of the app, shown to readers and used in file names, cookies and database connections.
pub const NAME: &str = "leptos-neon";

#[cfg(feature = "ssr")]
pub const FEATURES: Features = Features(&[
    // In the order of the navigation.
    posts::FEATURE,
    todos::FEATURE,
]);
