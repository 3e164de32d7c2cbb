//! How the session store is reached, and with which key its rows are sealed.

use crate::crypto::SessionKey;
use secrecy::SecretString;
use std::time::Duration;

pub struct StoreSettings {
    /// As the login `web`.
    pub url: SecretString,
    pub max_connections: u32,
    pub acquire_timeout: Duration,
    pub statement_cache_capacity: usize,
    pub key: SessionKey,
}
