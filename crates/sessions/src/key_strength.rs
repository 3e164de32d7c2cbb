//! Whether a session key looks like one that nobody can guess.
//! It must not print any of it.

use crate::key::SessionKey;
use secrecy::SecretString;

impl SessionKey {
    /// What is wrong with the value of `SESSION_KEY`, if anything can be seen. Chance makes none of these in a lifetime.
    pub fn weakness(text: &SecretString) -> Option<&'static str> {
        let Some(bytes) = Self::bytes(text) else { return Some("is not 32 bytes as hexadecimal digits or base64") };
        let steps: Vec<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        let steady = steps.iter().filter(|step| **step == steps[0]).count();
        let mut values = bytes.clone();
        values.sort_unstable();
        values.dedup();
        if steady > steps.len() / 2 {
            Some("counts up or repeats: it is no random key")
        } else if (1..=16).any(|period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b)) {
            Some("repeats itself: it is no random key")
        } else if values.len() < 20 {
            Some("has too few different bytes: it is no random key")
        } else if bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            Some("is made of letters: somebody typed it, and others can guess it")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SessionKey;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::SecretString;

    fn weakness(text: String) -> Option<&'static str> {
        SessionKey::weakness(&SecretString::from(text))
    }

    #[test]
    fn what_people_make_up_is_seen_to_be_weak() {
        let counting: Vec<u8> = (0..32).collect();
        for weak in [
            String::new(),
            "changeme".to_owned(),
            "00".repeat(32),
            "ab".repeat(32),
            "0123456789abcdef".repeat(4),
            hex::encode(&counting),
            STANDARD.encode(&counting),
            hex::encode([7, 3].repeat(16)),
            STANDARD.encode("correct horse battery staple yes"),
            STANDARD.encode("please-change-this-secret-key-!!"),
        ] {
            assert!(weakness(weak.clone()).is_some(), "{weak}");
        }
    }

    #[test]
    fn random_keys_are_not() {
        for _ in 0..1000 {
            let mut bytes = [0; 32];
            aws_lc_rs::rand::fill(&mut bytes).unwrap();
            assert_eq!(weakness(STANDARD.encode(bytes)), None);
            assert_eq!(weakness(hex::encode(bytes)), None);
        }
    }
}
