//! How a database is reached.

use std::time::Duration;

/// How [`Db`](crate::Db) reaches its database.
#[derive(Clone)]
pub struct DbSettings {
    /// The login `web`.
    pub url: String,
    /// What PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    /// As many connections as are opened at most. Half of them stay open.
    pub max_connections: u32,
    /// How long a transaction waits for a connection before it fails with [`DbError::Unavailable`](crate::DbError::Unavailable).
    pub acquire_timeout: Duration,
    /// Prepared statements per connection. 0 where a pooler cannot keep them: see [`begin_statement`](crate::pool::begin_statement).
    pub statement_cache_capacity: usize,
}
