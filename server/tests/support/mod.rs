//! The basis of tests: a database for each, in a cluster that they share.

mod app;
mod browser;
mod cluster;
mod database;
mod database_proxy;
mod directory;
pub mod feature;
mod leftovers;
mod log;
pub mod managed;
mod managed_app;
mod pooler;
pub mod program;
mod restart;
mod until;

pub use app::{AppOptions, PASSWORD, TestApp};
pub use browser::{Browser, Page};
pub use cluster::TestCluster;
pub use database::{TestDatabase, db_settings, free_port, statement_cache};
pub use database_proxy::{DatabaseProxy, proxied};
pub use directory::Shape;
pub use feature::{APP, SITE};
pub use log::Log;
pub use managed::{BetterAuth, ManagedNeonAuth};
pub use managed_app::ManagedApp;
pub use pooler::Pooler;
pub use program::Program;
pub use until::until;

/// The name of the session cookie on this machine.
pub const SESSION_COOKIE: &str = "leptos-neon-session";

/// The name of the cookie with the chosen theme.
pub const THEME_COOKIE: &str = "leptos-neon-theme";
