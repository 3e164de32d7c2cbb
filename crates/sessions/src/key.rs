//! The key of all sessions, as operators write it down, and whether it looks guessable. No message shows any part of it.

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

/// The reason why a key can be guessed. Each message completes a sentence that begins with where the key was read.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyWeakness {
    #[error("is not 32 bytes as hexadecimal digits or base64")]
    NotThirtyTwoBytes,
    #[error("counts up or repeats: it is no random key")]
    Steady,
    #[error("repeats itself: it is no random key")]
    Periodic,
    #[error("has too few different bytes: it is no random key")]
    FewValues,
    #[error("is made of letters: it was typed, and others can guess it")]
    Typed,
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

    /// Returns what is wrong with the text of a key, if anything can be seen. Chance makes none of these in a lifetime.
    pub fn weakness(text: &SecretString) -> Option<KeyWeakness> {
        let Some(bytes) = Self::bytes(text) else { return Some(KeyWeakness::NotThirtyTwoBytes) };
        let steps: Vec<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        let steady = steps.iter().filter(|step| **step == steps[0]).count();
        if steady > steps.len() / 2 {
            Some(KeyWeakness::Steady)
        } else if (1..=16).any(|period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b)) {
            Some(KeyWeakness::Periodic)
        } else if Self::distinct(&bytes) < 20 {
            Some(KeyWeakness::FewValues)
        } else if bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            Some(KeyWeakness::Typed)
        } else {
            None
        }
    }

    fn distinct(bytes: &[u8]) -> usize {
        bytes.iter().collect::<HashSet<_>>().len()
    }

    /// Decodes a key in any notation.
    fn bytes(text: &SecretString) -> Option<Vec<u8>> {
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
    use super::{KeyWeakness, STANDARD, SessionKey, SessionKeyError};
    use base64::Engine as _;
    use secrecy::SecretString;

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

    fn weakness(text: String) -> Option<KeyWeakness> {
        SessionKey::weakness(&SecretString::from(text))
    }

    #[test]
    fn guessable_keys_are_weak() {
        let counting: Vec<u8> = (0..32).collect();
        let few_values: [u8; 32] =
            [1, 9, 2, 8, 3, 7, 4, 6, 5, 5, 6, 1, 7, 9, 8, 4, 9, 2, 1, 3, 3, 6, 2, 9, 5, 8, 4, 7, 6, 2, 7, 1];
        for (weak, expected) in [
            (String::new(), KeyWeakness::NotThirtyTwoBytes),
            ("changeme".to_owned(), KeyWeakness::NotThirtyTwoBytes),
            ("00".repeat(32), KeyWeakness::Steady),
            ("ab".repeat(32), KeyWeakness::Steady),
            ("0123456789abcdef".repeat(4), KeyWeakness::Steady),
            (hex::encode(&counting), KeyWeakness::Steady),
            (STANDARD.encode(&counting), KeyWeakness::Steady),
            (hex::encode([7, 3].repeat(16)), KeyWeakness::Steady),
            (hex::encode([1, 2, 4, 7, 11, 16, 22, 29, 9, 8, 6, 3, 1, 5, 7, 2].repeat(2)), KeyWeakness::Periodic),
            (hex::encode(few_values), KeyWeakness::FewValues),
            (STANDARD.encode("correct horse battery staple yes"), KeyWeakness::FewValues),
            (STANDARD.encode("please-change-this-secret-key-!!"), KeyWeakness::FewValues),
            (STANDARD.encode("Ab3dEf7hIj1lMn5pQr9tUv2xYz4B-6!?"), KeyWeakness::Typed),
        ] {
            assert_eq!(weakness(weak.clone()), Some(expected), "{weak}");
        }
    }

    #[test]
    fn random_keys_are_not_weak() {
        for _ in 0..1000 {
            let mut bytes = [0; 32];
            aws_lc_rs::rand::fill(&mut bytes).unwrap();
            assert_eq!(weakness(STANDARD.encode(bytes)), None);
            assert_eq!(weakness(hex::encode(bytes)), None);
        }
    }
}
