//! Caches the ways to sign in, so that no page waits for Neon Auth.
//! They are for showing: whether a user may sign in is decided by Neon Auth each time.

use super::{Keys, NeonAuth, Result, SignInMethods};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// The time within which a change in Neon's console shows, and a retired key is dropped.
pub const REFRESH_EVERY: Duration = Duration::from_secs(5 * 60);

const RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// The last known ways to sign in. Clones share them.
#[derive(Clone, Debug)]
pub struct MethodsCache(Arc<RwLock<SignInMethods>>);

impl MethodsCache {
    /// Starts with a guess, until Neon Auth is asked.
    pub fn new(neon_auth: &NeonAuth) -> Self {
        Self(Arc::new(RwLock::new(neon_auth.default_methods())))
    }

    /// Returns the last answer, or a guess that says so.
    pub fn current(&self) -> SignInMethods {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the last answer, and asks Neon Auth where there was none yet.
    pub async fn current_or_fetch(&self, neon_auth: &NeonAuth) -> SignInMethods {
        let current = self.current();
        if current.known {
            return current;
        }
        self.refresh(neon_auth).await;
        self.current()
    }

    /// Keeps the methods and the keys fresh for as long as the server runs. An outage is one line, however long it
    /// lasts.
    pub async fn keep_fresh(self, neon_auth: NeonAuth, keys: Keys, every: Duration) {
        let mut was_down = false;
        loop {
            let outcome = self.fetch(&neon_auth).await.and(keys.replace().await);
            match &outcome {
                Err(error) if !was_down => {
                    tracing::warn!(%error, "settings and keys of Neon Auth could not be read: the last ones stay in use");
                }
                Ok(()) if was_down => tracing::info!("settings and keys of Neon Auth are fresh again"),
                _ => {}
            }
            was_down = outcome.is_err();
            tokio::time::sleep(if was_down { every.min(RETRY_INTERVAL) } else { every }).await;
        }
    }

    /// Asks Neon Auth. Where it does not answer, the last answer stays.
    pub async fn refresh(&self, neon_auth: &NeonAuth) {
        if let Err(error) = self.fetch(neon_auth).await {
            tracing::warn!(%error, "the settings of Neon Auth could not be read: the last ones stay in use");
        }
    }

    async fn fetch(&self, neon_auth: &NeonAuth) -> Result<()> {
        let methods = neon_auth.settings().await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = methods;
        Ok(())
    }
}
