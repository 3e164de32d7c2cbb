//! The basis of tests: a database for each, in a cluster that they share.

mod app;
mod browser;
mod cluster;
mod database;
mod directory;
pub mod feature;
mod leftovers;
mod log;
pub mod managed;
mod managed_app;
mod outage;
mod pooler;
pub mod program;
mod restart;
pub mod tables;

pub use app::{PASSWORD, TestApp, Wanted};
pub use browser::{Browser, Page, refusal};
pub use cluster::TestCluster;
pub use database::{TestDatabase, free_port, statement_cache};
pub use directory::Shape;
pub use feature::{APP, SITE};
pub use log::Log;
pub use managed::{BetterAuth, ManagedNeonAuth};
pub use managed_app::ManagedApp;
pub use outage::Line;
pub use pooler::Pooler;
pub use program::Program;

/// The name of the session cookie on this machine.
pub const SESSION_COOKIE: &str = "leptos-neon-session";

/// The name of the cookie with the chosen theme.
pub const THEME_COOKIE: &str = "leptos-neon-theme";
