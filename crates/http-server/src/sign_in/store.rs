//! The session store and its cookie as this app sets them up. Running deployments have their names in cookies and rows:
//! to change one signs all users out.

use crate::config::Pools;
use rls::DatabaseUrlError;
use secrecy::SecretString;
use sessions::record::Data;
use sessions::{SessionCookie, SessionKey, Store, StoreSettings};

/// Returns the session cookie of a site that browsers reach over https, or that of the app `name` on this machine.
pub(crate) fn cookie(name: &'static str, https: bool) -> SessionCookie {
    if https { SessionCookie::https("session") } else { SessionCookie::loopback(name, "session") }
}

/// Makes the session store of the app `name` for the connection string of the login `web`. It does not connect yet: the
/// first use does.
pub fn connect_lazy(name: &str, url: SecretString, pools: &Pools, key: SessionKey) -> Result<Store, DatabaseUrlError> {
    Store::connect_lazy(StoreSettings {
        url,
        application_name: format!("{name} sessions"),
        max_connections: pools.session_connections,
        acquire_timeout: pools.acquire_timeout,
        statement_cache_capacity: pools.statement_cache,
        key,
        purpose: "session".to_owned(),
        user_id,
    })
}

/// Returns whose session it is, from the fields of its [`Content`](super::Content).
pub(super) fn user_id(data: &Data) -> Option<&str> {
    data.get("person")?.get("user_id")?.as_str()
}
