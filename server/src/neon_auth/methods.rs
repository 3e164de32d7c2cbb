//! What sign-in offers, kept at hand so that no page waits for Neon Auth.
//! It must not be asked whether somebody may sign in: Neon Auth decides that each time.

use super::{Keys, NeonAuth};
use app::session::SignInMethods;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How soon a change in Neon's console shows, and a retired key is forgotten.
const REFRESH_EVERY: Duration = Duration::from_secs(5 * 60);

const RETRY_AFTER: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub struct Methods(Arc<RwLock<SignInMethods>>);

impl Methods {
    /// Guesses, until Neon Auth is asked.
    pub fn new(neon_auth: &NeonAuth) -> Self {
        Self(Arc::new(RwLock::new(neon_auth.presumed())))
    }

    /// As of the last answer, or a guess that says so.
    pub fn current(&self) -> SignInMethods {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks Neon Auth when it has never answered yet.
    pub async fn known(&self, neon_auth: &NeonAuth) -> SignInMethods {
        let current = self.current();
        if current.known {
            return current;
        }
        self.refresh(neon_auth).await;
        self.current()
    }

    /// Keeps the methods and the keys fresh for as long as the server runs.
    pub async fn keep_fresh(self, neon_auth: NeonAuth, keys: Keys) {
        loop {
            let methods = self.refresh(&neon_auth).await;
            let fetched = keys.replace().await;
            if let Err(error) = &fetched {
                tracing::warn!(%error, "the keys of Neon Auth could not be fetched: those at hand stay in use");
            }
            tokio::time::sleep(if methods && fetched.is_ok() { REFRESH_EVERY } else { RETRY_AFTER }).await;
        }
    }

    /// Whether Neon Auth has answered. When not, the last answer stays.
    pub async fn refresh(&self, neon_auth: &NeonAuth) -> bool {
        match neon_auth.settings().await {
            Ok(methods) => {
                *self.0.write().unwrap_or_else(PoisonError::into_inner) = methods;
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the settings of Neon Auth could not be read: the last ones stay in use");
                false
            }
        }
    }
}

/// The id goes into addresses and labels: anything else than a plain word is not offered.
pub(super) fn is_provider_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}
