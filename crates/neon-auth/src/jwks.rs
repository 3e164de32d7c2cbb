//! The public keys of Neon Auth: fetched, cached, and fetched again when a token names an unknown one.
//! `identity::Verifier` checks the tokens, and it alone makes `Claims`.

use super::NeonAuth;
use super::error::{NeonAuthError, Result};
use identity::{Claims, Verifier, VerifyError};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A key that is not published will not be a second later: a client that sends tokens with made-up key ids causes one
/// request a minute, not one each.
const REFETCH_AFTER_SUCCESS: Duration = Duration::from_secs(60);

/// While Neon Auth is down, waiting a whole minute would prolong the outage.
const REFETCH_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The reason why a token was not verified.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It is not valid.
    #[error(transparent)]
    Token(#[from] VerifyError),
    /// Its key is not at hand, and it could not be fetched.
    #[error("the keys could not be fetched: {0}")]
    Keys(NeonAuthError),
}

/// Verifies tokens with the keys of a project, which it fetches when they are needed.
#[derive(Clone)]
pub struct Keys {
    verifier: Verifier,
    neon_auth: NeonAuth,
    /// Held during a fetch: callers that need the same keys wait for that one.
    next_fetch: Arc<Mutex<Option<Instant>>>,
}

impl Keys {
    /// Starts without keys: the first token fetches them.
    pub fn new(neon_auth: NeonAuth) -> Self {
        Self { verifier: Verifier::new(neon_auth.expected()), neon_auth, next_fetch: Arc::default() }
    }

    /// Verifies with the keys at hand; an unknown one is asked for first. When the keys cannot be fetched, those at
    /// hand stay in use.
    pub async fn verify(&self, token: &SecretString) -> Result<Claims, TokenError> {
        match self.verifier.verify(token.expose_secret()) {
            Err(VerifyError::UnknownKey) => {}
            result => return Ok(result?),
        }
        let mut next_fetch = self.next_fetch.lock().await;
        // The caller that held the lock before may have fetched the key.
        match self.verifier.verify(token.expose_secret()) {
            Err(VerifyError::UnknownKey) if next_fetch.is_none_or(|due| due <= Instant::now()) => {}
            result => return Ok(result?),
        }
        let fetched = self.replace().await;
        *next_fetch =
            Some(Instant::now() + if fetched.is_ok() { REFETCH_AFTER_SUCCESS } else { REFETCH_AFTER_FAILURE });
        drop(next_fetch);
        fetched.map_err(TokenError::Keys)?;
        Ok(self.verifier.verify(token.expose_secret())?)
    }

    /// Fetches the keys, so that retired ones are forgotten.
    pub async fn replace(&self) -> Result<()> {
        let jwks = self.neon_auth.jwks().await?;
        let usable = self.verifier.replace_keys(&jwks).map_err(|_| NeonAuthError::InvalidResponse("a list of keys"))?;
        tracing::debug!(usable, "keys of Neon Auth fetched");
        Ok(())
    }
}
