//! The settings of a database.

use std::time::Duration;

/// The settings by which [`Db`](crate::Db) connects.
#[derive(Clone)]
pub struct DbSettings {
    /// The login `web`.
    pub url: String,
    /// The name that PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    /// The maximal number of connections. Half of them stay open.
    pub max_connections: u32,
    /// The time that a transaction waits for a connection before it fails with
    /// [`DbError::Unavailable`](crate::DbError::Unavailable).
    pub acquire_timeout: Duration,
    /// Prepared statements per connection. 0 where a pooler cannot keep them: see
    /// [`begin_statement`](crate::pool::begin_statement).
    pub statement_cache_capacity: usize,
}
