//! Session contents at rest: AES-256-GCM, each text bound to its purpose and to the one row that it belongs to.

use crate::key::SessionKey;
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};

/// The first byte of a sealed text. A later format has another one, so that both can be read while rows of this one
/// live.
const FORMAT: u8 = 1;

pub(crate) struct Cipher {
    pub(crate) key: SessionKey,
    /// Part of the associated data, so that nothing else that was sealed with this key passes for a session.
    pub(crate) purpose: String,
}

impl Cipher {
    /// Encrypts for the row named by `row`: format, nonce, ciphertext, tag.
    pub(crate) fn seal(&self, row: &[u8; 32], plaintext: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let mut text = plaintext;
        let nonce = self.key.0.seal_in_place_append_tag(self.associated_data(row), &mut text).map_err(|_| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Decrypts what was sealed for this row. Returns `None` for everything else: the text of another row, key or
    /// purpose, and one that was altered or cut.
    pub(crate) fn open(&self, row: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
        let (format, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        if *format != FORMAT {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let length = self.key.0.open_in_place(nonce, self.associated_data(row), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    /// Returns the associated data. The row's part has a fixed length, so no two pairs give the same bytes.
    fn associated_data(&self, row: &[u8; 32]) -> Aad<Vec<u8>> {
        Aad::from([self.purpose.as_bytes(), row].concat())
    }
}

/// The cryptography library refused to encrypt, which does not happen with a valid key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session could not be encrypted")]
pub struct SealError;

#[cfg(test)]
mod tests {
    use super::Cipher;
    use crate::key::SessionKey;

    fn cipher(purpose: &str) -> Cipher {
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        Cipher { key: SessionKey::parse(&key.into()).unwrap(), purpose: purpose.to_owned() }
    }

    #[test]
    fn ciphertext_opens_only_unaltered_in_its_row() {
        let cipher = cipher("sessions");
        let (mine, other) = ([1; 32], [2; 32]);
        let sealed = cipher.seal(&mine, b"tokens".to_vec()).unwrap();
        assert_eq!(cipher.open(&mine, &sealed).as_deref(), Some(&b"tokens"[..]));
        assert_eq!(cipher.open(&other, &sealed), None);
        for byte in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[byte] ^= 1;
            assert_eq!(cipher.open(&mine, &altered), None, "byte {byte}");
            assert_eq!(cipher.open(&mine, &sealed[..byte]), None, "cut at {byte}");
        }
    }

    #[test]
    fn ciphertext_opens_only_for_its_purpose() {
        let sealed = cipher("sessions").seal(&[1; 32], b"tokens".to_vec()).unwrap();
        for other in ["", "session", "sessions ", "mails"] {
            assert_eq!(cipher(other).open(&[1; 32], &sealed), None, "{other}");
        }
    }

    #[test]
    fn equal_plaintexts_are_sealed_differently() {
        let cipher = cipher("sessions");
        assert_ne!(cipher.seal(&[0; 32], b"x".to_vec()), cipher.seal(&[0; 32], b"x".to_vec()));
    }
}
