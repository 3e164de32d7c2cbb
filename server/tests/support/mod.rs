//! What tests stand on: a database each, on a cluster that they share.
//! It must not assert anything about the product.

mod app;
mod browser;
mod cluster;
mod database;
mod directory;
mod leftovers;
pub mod managed;
mod managed_app;

pub use app::{PASSWORD, TestApp, Wanted};
pub use browser::{Browser, Page};
pub use database::TestDatabase;
pub use directory::Shape;
pub use managed::ManagedNeonAuth;
pub use managed_app::ManagedApp;
