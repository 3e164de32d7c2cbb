//! The session store and its cookie as this app sets them up. Running deployments have their names in cookies and rows:
//! to change one signs all users out.

use crate::config::Pools;
use rls::DatabaseUrlError;
use secrecy::SecretString;
use sessions::record::Data;
use sessions::{SessionCookie, SessionKey, Store, StoreSettings};

/// The name of the session cookie in development, on plain http.
pub const LOOPBACK_COOKIE: &str = "leptos-neon-session";

/// Returns the session cookie of a site that browsers reach over https, or that of one on this machine.
pub(crate) fn cookie(https: bool) -> SessionCookie {
    if https { SessionCookie::https("session") } else { SessionCookie::loopback(LOOPBACK_COOKIE) }
}

/// Makes the session store for the connection string of the login `web`. It does not connect yet: the first use does.
pub fn connect_lazy(url: SecretString, pools: &Pools, key: SessionKey) -> Result<Store, DatabaseUrlError> {
    Store::connect_lazy(StoreSettings {
        url,
        application_name: "leptos-neon sessions".to_owned(),
        max_connections: pools.session_connections,
        acquire_timeout: pools.acquire_timeout,
        statement_cache_capacity: pools.statement_cache,
        key,
        purpose: "leptos-neon session".to_owned(),
        user_id,
    })
}

/// Returns whose session it is, from the fields of its [`Content`](super::Content).
pub(super) fn user_id(data: &Data) -> Option<&str> {
    data.get("person")?.get("user_id")?.as_str()
}
