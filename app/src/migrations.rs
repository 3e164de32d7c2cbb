//! The migrations of this build, from the folder `migrations`.

use sqlx::migrate::Migrator;

/// What `server migrate` runs, and what the doctor compares a database with.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
