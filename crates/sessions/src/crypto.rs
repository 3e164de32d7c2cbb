//! Session contents at rest: AES-256-GCM under `SESSION_KEY`, bound to the one row that they belong to.
//! It must not know the database, nor what a session contains.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

const KEY_LEN: usize = 32;

/// First byte of a sealed text: a later format can be told apart, and both be read while rows of the old one live.
const FORMAT: u8 = 1;

/// Part of the associated data, so that nothing else that is ever sealed with this key passes for a session.
const PURPOSE: &[u8] = b"leptos-neon session";

/// The key of all sessions. Whoever changes it signs everybody out.
pub struct SessionKey(RandomizedNonceKey);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionKeyError {
    #[error(
        "it must be 32 random bytes as 64 hexadecimal digits or as base64; `openssl rand -base64 32` prints such a key"
    )]
    NotThirtyTwoBytes,
    #[error("it is not random; `openssl rand -base64 32` prints a key that is")]
    NotRandom,
}

impl SessionKey {
    /// Reads the value of `SESSION_KEY`: 32 bytes as hexadecimal digits or as base64 of any dialect.
    pub fn parse(text: &SecretString) -> Result<Self, SessionKeyError> {
        let bytes = Self::bytes(text).ok_or(SessionKeyError::NotThirtyTwoBytes)?;
        // Thirty-two random bytes hold about 30 different values. This catches `aaaa…`, not a determined fool.
        let mut values = bytes.clone();
        values.sort_unstable();
        values.dedup();
        if values.len() < 12 {
            return Err(SessionKeyError::NotRandom);
        }
        RandomizedNonceKey::new(&AES_256_GCM, &bytes).map(Self).map_err(|_| SessionKeyError::NotThirtyTwoBytes)
    }

    pub(crate) fn bytes(text: &SecretString) -> Option<Vec<u8>> {
        let text = text.expose_secret().trim();
        let dialects = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
        let bytes = hex::decode(text).ok().or_else(|| dialects.iter().find_map(|base64| base64.decode(text).ok()));
        bytes.filter(|bytes| bytes.len() == KEY_LEN)
    }

    /// Encrypts for the row named by `row`: format, nonce, ciphertext, tag.
    pub fn seal(&self, row: &[u8; 32], plaintext: Vec<u8>) -> Result<Vec<u8>, CannotSeal> {
        let mut text = plaintext;
        let nonce = self.0.seal_in_place_append_tag(bound_to(row), &mut text).map_err(|_| CannotSeal)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Decrypts what was sealed for this very row; anything else is `None`: another row's text, an altered one,
    /// one of another key, one cut short.
    pub fn open(&self, row: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
        let (format, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        if *format != FORMAT {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let length = self.0.open_in_place(nonce, bound_to(row), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

fn bound_to(row: &[u8; 32]) -> Aad<Vec<u8>> {
    Aad::from([PURPOSE, row.as_slice()].concat())
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey")
    }
}

/// The cryptography library refused to encrypt, which a valid key never sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session could not be encrypted")]
pub struct CannotSeal;

#[cfg(test)]
mod tests {
    use super::{SessionKey, SessionKeyError};

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn key(text: &str) -> Result<SessionKey, SessionKeyError> {
        SessionKey::parse(&text.into())
    }

    #[test]
    fn a_text_opens_in_its_row_only_and_only_unaltered() {
        let key = key(HEX).unwrap();
        let (mine, other) = ([1; 32], [2; 32]);
        let sealed = key.seal(&mine, b"tokens".to_vec()).unwrap();
        assert_eq!(key.open(&mine, &sealed).as_deref(), Some(&b"tokens"[..]));
        assert_eq!(key.open(&other, &sealed), None);
        for byte in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[byte] ^= 1;
            assert_eq!(key.open(&mine, &altered), None, "byte {byte}");
            assert_eq!(key.open(&mine, &sealed[..byte]), None, "cut at {byte}");
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let key = key(HEX).unwrap();
        assert_ne!(key.seal(&[0; 32], b"x".to_vec()), key.seal(&[0; 32], b"x".to_vec()));
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
