//! Random tokens, their hashes, and comparisons that take the same time for every wrong guess.

use aws_lc_rs::{constant_time, digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Crockford's base 32, which the real server uses for every opaque token.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The length of refresh tokens, e-mailed codes and the random part of keys: 225 bits.
pub const TOKEN_LENGTH: usize = 45;

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    rand::fill(&mut random).expect("the operating system gives random bytes");
    random
}

pub fn token() -> String {
    base32(&bytes::<TOKEN_LENGTH>())
}

/// Returns a project key such as `pck_…`, 49 characters.
pub fn key(prefix: &str) -> String {
    format!("{prefix}_{}", token())
}

pub fn request_id() -> String {
    base32(&bytes::<16>())
}

/// Returns random bytes in base64url: 43 characters for states, 12 for key ids.
pub fn base64url<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<N>())
}

pub fn uuid() -> uuid::Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

/// Returns what is stored of a token: it cannot be turned back.
pub fn hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}

/// Compares two secrets. It takes the same time for every wrong guess.
pub fn equal(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

fn base32(random: &[u8]) -> String {
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_recorded_shape() {
        let refresh = token();
        assert_eq!(refresh.len(), 45);
        assert!(refresh.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
        assert_eq!(key("pck").len(), 49);
        assert_eq!(base64url::<32>().len(), 43);
        assert_eq!(base64url::<9>().len(), 12);
        assert_ne!(refresh, token());
    }

    #[test]
    fn comparison_checks_length_and_content() {
        assert!(equal("pck_a", "pck_a"));
        assert!(!equal("pck_a", "pck_b"));
        assert!(!equal("pck_a", "pck_"));
    }
}
