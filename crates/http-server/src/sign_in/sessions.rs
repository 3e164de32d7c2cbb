//! The sessions of all browsers: opened from their cookies, listed as a person's devices, ended and swept.
//! Running deployments have the names of the cookie and of the rows' purpose: to change one signs all users out.

use super::browser_session::BrowserSession;
use super::content::{Content, Person};
use crate::config::Pools;
use http::HeaderMap;
use request::account::{Device, DeviceId};
use rls::DatabaseUrlError;
use secrecy::SecretString;
use sessions::record::Data;
use sessions::{Client, SessionCookie, SessionKey, Store, StoreError, StoreSettings};
use std::net::IpAddr;
use std::time::Duration;
use tower_sessions::session::Id;

const SWEEP_EVERY: Duration = Duration::from_secs(15 * 60);

/// The session store, and the cookie that names a session. Clones are the same.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    cookie: SessionCookie,
}

impl Sessions {
    /// Makes the sessions of the app `name`, for the connection string of the login `web`. Nothing is connected yet: the
    /// first use does that. `https` says whether browsers reach the app over https, as `PUBLIC_ORIGIN` has it.
    pub fn connect_lazy(
        name: &'static str,
        url: SecretString,
        pools: &Pools,
        key: SessionKey,
        https: bool,
    ) -> Result<Self, DatabaseUrlError> {
        let store = Store::connect_lazy(StoreSettings {
            url,
            application_name: format!("{name} sessions"),
            max_connections: pools.session_connections,
            acquire_timeout: pools.acquire_timeout,
            statement_cache_capacity: pools.statement_cache,
            key,
            purpose: "session".to_owned(),
            user_id,
        })?;
        let cookie = if https { SessionCookie::https("session") } else { SessionCookie::loopback(name, "session") };
        Ok(Self { store, cookie })
    }

    pub(crate) fn cookie(&self) -> SessionCookie {
        self.cookie
    }

    /// Returns the store, for what concerns no single request.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the session that these headers name, used from this address. Nothing is read until it is asked for.
    pub fn open(&self, headers: &HeaderMap, address: IpAddr) -> BrowserSession {
        BrowserSession::new(self.cookie.read(headers), self.store.for_client(Client::new(headers, address)))
    }

    /// Returns where this person is signed in. `here` is the session that asks: it comes first.
    pub(crate) async fn devices(&self, user_id: &str, here: &Id) -> Result<Vec<Device>, StoreError> {
        Ok(self.store.devices(user_id, here).await?.into_iter().map(device).collect())
    }

    /// Ends one session of this person. Returns who was signed in there, if that could still be read.
    pub(crate) async fn end_device(&self, user_id: &str, device: DeviceId) -> Result<Vec<Person>, StoreError> {
        self.store.end_device(user_id, device.0).await.map(people)
    }

    /// Ends every session of this person except the one that asks.
    pub(crate) async fn end_other_devices(&self, user_id: &str, here: &Id) -> Result<Vec<Person>, StoreError> {
        self.store.end_other_devices(user_id, here).await.map(people)
    }

    /// Deletes expired rows, now and then, for as long as the server runs.
    pub(crate) async fn sweep(self) {
        let mut rhythm = tokio::time::interval(SWEEP_EVERY);
        loop {
            rhythm.tick().await;
            match self.store.delete_expired().await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "expired sessions deleted"),
                Err(error) => tracing::warn!(%error, "expired sessions were not deleted"),
            }
        }
    }
}

/// Returns whose session it is, from the fields of its [`Content`].
pub(super) fn user_id(data: &Data) -> Option<&str> {
    data.get("person")?.get("user_id")?.as_str()
}

fn people(ended: Vec<Content>) -> Vec<Person> {
    ended.into_iter().filter_map(|content| content.person).collect()
}

fn device(found: sessions::Device) -> Device {
    Device {
        id: DeviceId(found.device_id),
        user_agent: found.user_agent,
        address: found.ip_address,
        first_seen: found.created_at,
        last_seen: found.last_seen,
        here: found.is_current,
    }
}
