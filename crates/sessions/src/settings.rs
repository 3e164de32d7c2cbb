//! The settings of the session store.

use crate::key::SessionKey;
use crate::record::Data;
use rls::DbSettings;

/// The settings by which [`Store`](crate::Store) connects and seals its rows.
pub struct StoreSettings {
    /// The database, as the login `web`.
    pub database: DbSettings,
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
