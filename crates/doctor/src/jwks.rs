//! A look at published keys that is closer than verifying needs.
//! It must not decide whether a token is believed.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

const COORDINATE: usize = 32;

/// The published keys, counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct KeyList {
    pub all: usize,
    /// Keys with a coordinate without its leading zeros, as Neon Auth publishes one in 128.
    pub short: usize,
    /// Keys of a known kind that are no points of their curve.
    pub broken: usize,
}

impl KeyList {
    pub fn read(document: &[u8]) -> Self {
        let document: Value = serde_json::from_slice(document).unwrap_or_default();
        let keys = document["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut list = Self { all: keys.len(), ..Self::default() };
        for key in keys {
            let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default()).unwrap_or_default();
            let (x, y) = (part("x"), part("y"));
            let parsed = match (key["kty"].as_str(), key["crv"].as_str()) {
                (Some("EC"), Some("P-256")) => {
                    list.short += usize::from(x.len() < COORDINATE || y.len() < COORDINATE);
                    let point = [&[0x04][..], &padded(&x), &padded(&y)].concat();
                    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).is_ok()
                }
                (Some("OKP"), Some("Ed25519")) => ParsedPublicKey::new(&ED25519, x).is_ok(),
                _ => continue,
            };
            list.broken += usize::from(!parsed);
        }
        list
    }
}

fn padded(coordinate: &[u8]) -> Vec<u8> {
    let mut padded = vec![0; COORDINATE.saturating_sub(coordinate.len())];
    padded.extend_from_slice(coordinate);
    padded
}

#[cfg(test)]
mod tests {
    use super::KeyList;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    /// Returns a key whose point is `wanted`, with coordinates without their leading zeros.
    fn key(wanted: impl Fn(&[u8]) -> bool) -> Value {
        loop {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
            let point = pair.public_key().as_ref()[1..].to_vec();
            if wanted(&point) {
                let part = |range: std::ops::Range<usize>| {
                    let start = range.start + point[range.clone()].iter().take_while(|byte| **byte == 0).count();
                    URL_SAFE_NO_PAD.encode(&point[start..range.end])
                };
                return json!({"kty": "EC", "crv": "P-256", "x": part(0..32), "y": part(32..64)});
            }
        }
    }

    fn list(keys: &[Value]) -> KeyList {
        KeyList::read(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn short_keys_are_counted_and_broken_ones_found() {
        let whole = key(|point| point[0] != 0 && point[32] != 0);
        let short = key(|point| point[0] == 0 && point[32] != 0);
        let mut broken = whole.clone();
        broken["y"] = broken["x"].clone();
        let other = json!({"kty": "RSA", "n": "AQAB"});
        assert_eq!(list(&[whole, short, broken, other]), KeyList { all: 4, short: 1, broken: 1 });
        assert_eq!(KeyList::read(b"<html>"), KeyList::default());
        assert_eq!(KeyList::read(b"{\"keys\": [7, null, {}]}").all, 3);
    }
}
