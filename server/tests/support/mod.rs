//! What tests stand on: a database each, on a cluster that they share.
//! It must not assert anything about the product.

mod cluster;
mod database;
mod directory;

pub use database::TestDatabase;
pub use directory::Shape;
