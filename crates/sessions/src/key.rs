//! The key of all sessions, as operators write it down.

use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use std::fmt;

const KEY_LEN: usize = 32;

/// The key of all sessions. Another key opens none of them, so changing it ends them all.
pub struct SessionKey(pub(crate) RandomizedNonceKey);

/// The reason why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionKeyError {
    /// Another length, or another notation.
    #[error(
        "it must be 32 random bytes as 64 hexadecimal digits or as base64; `openssl rand -base64 32` prints such a key"
    )]
    NotThirtyTwoBytes,
    /// Fewer than twelve different bytes.
    #[error("it is not random; `openssl rand -base64 32` prints a key that is")]
    NotRandom,
}

impl SessionKey {
    /// Reads 32 bytes as hexadecimal digits or as base64 of any dialect.
    pub fn parse(text: &SecretString) -> Result<Self, SessionKeyError> {
        let bytes = Self::bytes(text).ok_or(SessionKeyError::NotThirtyTwoBytes)?;
        // Thirty-two random bytes hold about 30 different values. This catches `aaaa…`; `weakness` catches more.
        if Self::distinct(&bytes) < 12 {
            return Err(SessionKeyError::NotRandom);
        }
        RandomizedNonceKey::new(&AES_256_GCM, &bytes).map(Self).map_err(|_| SessionKeyError::NotThirtyTwoBytes)
    }

    /// Returns how many different bytes there are.
    pub(crate) fn distinct(bytes: &[u8]) -> usize {
        bytes.iter().collect::<HashSet<_>>().len()
    }

    /// Decodes a key in any notation.
    pub(crate) fn bytes(text: &SecretString) -> Option<Vec<u8>> {
        let text = text.expose_secret().trim();
        let dialects = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        let bytes = hex::decode(text).ok().or_else(|| dialects.iter().find_map(|base64| base64.decode(text).ok()));
        bytes.filter(|bytes| bytes.len() == KEY_LEN)
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey")
    }
}

#[cfg(test)]
mod tests {
    use super::{SessionKey, SessionKeyError};

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn key(text: &str) -> Result<SessionKey, SessionKeyError> {
        SessionKey::parse(&text.into())
    }

    #[test]
    fn keys_are_read_in_both_notations_and_weak_ones_refused() {
        assert!(key(HEX).is_ok());
        assert!(key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").is_ok());
        assert!(key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").is_ok());
        assert_eq!(key("").err(), Some(SessionKeyError::NotThirtyTwoBytes));
        assert_eq!(key("secret").err(), Some(SessionKeyError::NotThirtyTwoBytes));
        assert_eq!(key(&HEX[2..]).err(), Some(SessionKeyError::NotThirtyTwoBytes));
        assert_eq!(key(&"ab".repeat(32)).err(), Some(SessionKeyError::NotRandom));
    }
}
