//! Examines published keys more closely than the verifier does.
//! It must not decide whether a token is accepted.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

const COORDINATE_LEN: usize = 32;

/// The published keys, counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct JwksSummary {
    pub total: usize,
    /// Keys with a coordinate without its leading zeros, as Neon Auth publishes one in 128.
    pub short: usize,
    /// Keys of a known kind that are no points of their curve.
    pub broken: usize,
}

impl JwksSummary {
    pub fn read(document: &[u8]) -> Self {
        let document: Value = serde_json::from_slice(document).unwrap_or_default();
        let keys = document["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut summary = Self { total: keys.len(), ..Self::default() };
        for key in keys {
            let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default()).unwrap_or_default();
            let (x, y) = (part("x"), part("y"));
            let parsed = match (key["kty"].as_str(), key["crv"].as_str()) {
                (Some("EC"), Some("P-256")) => {
                    summary.short += usize::from(x.len() < COORDINATE_LEN || y.len() < COORDINATE_LEN);
                    let point = [&[0x04][..], &pad(&x), &pad(&y)].concat();
                    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).is_ok()
                }
                (Some("OKP"), Some("Ed25519")) => ParsedPublicKey::new(&ED25519, x).is_ok(),
                _ => continue,
            };
            summary.broken += usize::from(!parsed);
        }
        summary
    }
}

fn pad(coordinate: &[u8]) -> Vec<u8> {
    let mut padded = vec![0; COORDINATE_LEN.saturating_sub(coordinate.len())];
    padded.extend_from_slice(coordinate);
    padded
}

#[cfg(test)]
mod tests {
    use super::JwksSummary;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    /// Returns a key whose point `accepts_point`, with coordinates without their leading zeros.
    fn key(accepts_point: impl Fn(&[u8]) -> bool) -> Value {
        loop {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
            let point = pair.public_key().as_ref()[1..].to_vec();
            if accepts_point(&point) {
                let part = |range: std::ops::Range<usize>| {
                    let start = range.start + point[range.clone()].iter().take_while(|byte| **byte == 0).count();
                    URL_SAFE_NO_PAD.encode(&point[start..range.end])
                };
                return json!({"kty": "EC", "crv": "P-256", "x": part(0..32), "y": part(32..64)});
            }
        }
    }

    fn summary(keys: &[Value]) -> JwksSummary {
        JwksSummary::read(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn short_and_broken_keys_are_counted() {
        let full = key(|point| point[0] != 0 && point[32] != 0);
        let short = key(|point| point[0] == 0 && point[32] != 0);
        let mut broken = full.clone();
        broken["y"] = broken["x"].clone();
        let other = json!({"kty": "RSA", "n": "AQAB"});
        assert_eq!(summary(&[full, short, broken, other]), JwksSummary { total: 4, short: 1, broken: 1 });
        assert_eq!(JwksSummary::read(b"<html>"), JwksSummary::default());
        assert_eq!(JwksSummary::read(b"{\"keys\": [7, null, {}]}").total, 3);
    }
}
