//! How the session store is reached, and how its rows are sealed.

use crate::key::SessionKey;
use crate::record::Data;
use secrecy::SecretString;
use std::time::Duration;

/// How [`Store`](crate::Store) reaches its table and seals its rows.
pub struct StoreSettings {
    /// The login `web`.
    pub url: SecretString,
    /// What PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    /// As many connections as are opened at most. Half of them stay open.
    pub max_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
    /// Prepared statements per connection. 0 where a pooler cannot keep them: see [`begin_statement`](rls::pool::begin_statement).
    pub statement_cache_capacity: usize,
    /// Encrypts what sessions hold.
    pub key: SessionKey,
    /// What the key is used for here, such as the name of the app and the word "session". It is authenticated with each row, so
    /// that nothing else that was sealed with the same key passes for a session. Another purpose opens none of the rows.
    pub purpose: String,
    /// Returns the id of the user to whom a session with these fields belongs. It is stored in the clear, and is what the sessions of
    /// a user are found by.
    pub user_id: fn(&Data) -> Option<&str>,
}
