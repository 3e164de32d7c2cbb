//! How the session store is reached, and how its rows are sealed.

use crate::key::SessionKey;
use crate::record::Data;
use secrecy::SecretString;
use std::time::Duration;

pub struct StoreSettings {
    /// As the login `web`.
    pub url: SecretString,
    /// What PostgreSQL shows in `pg_stat_activity`.
    pub application_name: String,
    pub max_connections: u32,
    pub acquire_timeout: Duration,
    pub statement_cache_capacity: usize,
    pub key: SessionKey,
    /// Authenticated with each row, so that nothing else that is sealed with the same key passes for a session. Rows that were
    /// sealed for another purpose do not open.
    pub purpose: String,
    /// Returns whose session it is, for the column by which all sessions of a user are found.
    pub user_id: fn(&Data) -> Option<&str>,
}
