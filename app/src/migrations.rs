//! The migrations of this build, from the folder `migrations`.

use sqlx::migrate::Migrator;

/// The migrations that `server migrate` runs, and that the doctor compares a database with.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
