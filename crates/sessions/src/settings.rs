//! The settings of the session store.

use crate::key::SessionKey;
use crate::record::Data;
use secrecy::SecretString;
use std::time::Duration;

/// The settings by which [`Store`](crate::Store) connects and seals its rows.
pub struct StoreSettings {
    /// The login `web`.
    pub url: SecretString,
    /// The name that PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    /// The maximal number of connections. Half of them stay open.
    pub max_connections: u32,
    /// The time that a request waits for a connection.
    pub acquire_timeout: Duration,
    /// Prepared statements per connection. 0 where a pooler cannot keep them: see
    /// [`begin_statement`](rls::pool::begin_statement).
    pub statement_cache_capacity: usize,
    /// Encrypts what sessions hold.
    pub key: SessionKey,
    /// The purpose of the key, such as the name of the app and the word "session". It is authenticated with each row,
    /// so that nothing else that was sealed with the same key passes for a session. Another purpose opens none of the
    /// rows.
    pub purpose: String,
    /// Returns the id of the user to whom a session with these fields belongs. It is stored in the clear, and is what
    /// the sessions of a user are found by.
    pub user_id: fn(&Data) -> Option<&str>,
}
