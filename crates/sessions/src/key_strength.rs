//! Checks whether a session key looks guessable.
//! No message shows any part of the key.

use crate::key::SessionKey;
use secrecy::SecretString;

/// The reason why a key can be guessed. Each message completes a sentence that begins with where the key was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyWeakness {
    /// It is no key at all.
    #[error("is not 32 bytes as hexadecimal digits or base64")]
    NotThirtyTwoBytes,
    /// Most of its bytes differ from the one before by the same number.
    #[error("counts up or repeats: it is no random key")]
    Steady,
    /// A part of it comes again and again.
    #[error("repeats itself: it is no random key")]
    Periodic,
    /// Few of the values that a byte may have occur in it.
    #[error("has too few different bytes: it is no random key")]
    FewValues,
    /// Every byte of it is a printable character.
    #[error("is made of letters: it was typed, and others can guess it")]
    Typed,
}

impl SessionKey {
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
}

#[cfg(test)]
mod tests {
    use super::{KeyWeakness, SessionKey};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::SecretString;

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
