//! The public keys of a project, from a JWKS document to something that verifies signatures.

use crate::expected::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Neon Auth's documents have two keys and less than 1 kB.
const DOCUMENT_MAX: usize = 64 * 1024;
const KEYS_MAX: usize = 32;
/// Bytes of a coordinate on P-256, and of an Ed25519 key.
const COORDINATE_LEN: usize = 32;

pub(crate) type Keys = HashMap<String, DecodingKey>;

/// The reason why a document of keys was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// More than 64 kB, or more than 32 keys.
    #[error("the key document is too large")]
    TooLarge,
    /// Not JSON of the form that RFC 7517 describes.
    #[error("the key document is not a JWKS")]
    Malformed,
    /// Keys of other algorithms or for other uses, or none.
    #[error("the key document has no key that can be used")]
    NoUsableKey,
}

/// Returns all keys of the one algorithm. Others are left out: a document may announce what comes next.
pub(crate) fn parse(jwks_json: &[u8], algorithm: Algorithm) -> Result<Keys, KeysError> {
    if jwks_json.len() > DOCUMENT_MAX {
        return Err(KeysError::TooLarge);
    }
    let document: Document = serde_json::from_slice(jwks_json).map_err(|_| KeysError::Malformed)?;
    if document.keys.len() > KEYS_MAX {
        return Err(KeysError::TooLarge);
    }
    let keys: Keys = document
        .keys
        .into_iter()
        .filter_map(|key| serde_json::from_value::<Key>(key).ok())
        .filter_map(|key| key.into_decoding_key(algorithm))
        .collect();
    if keys.is_empty() { Err(KeysError::NoUsableKey) } else { Ok(keys) }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    kty: String,
    crv: String,
    x: String,
    y: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

impl Key {
    fn into_decoding_key(self, algorithm: Algorithm) -> Option<(String, DecodingKey)> {
        if self.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let key = match (algorithm, self.kty.as_str(), self.crv.as_str(), self.alg.as_deref()) {
            (Algorithm::Es256, "EC", "P-256", None | Some("ES256")) => {
                let point = [&[0x04][..], &coordinate(&self.x)?[..], &coordinate(&self.y?)?[..]].concat();
                DecodingKey::from_ec_der(&point)
            }
            (Algorithm::EdDsa, "OKP", "Ed25519", None | Some("EdDSA" | "Ed25519")) => {
                let key = URL_SAFE_NO_PAD.decode(&self.x).ok().filter(|key| key.len() == COORDINATE_LEN)?;
                DecodingKey::from_ed_der(&key)
            }
            _ => return None,
        };
        Some((self.kid, key))
    }
}

/// Decodes a coordinate to its full length. Neon Auth leaves out the leading zero bytes, which about 0.6 % of all keys
/// have, and nothing would verify with the shorter point.
fn coordinate(encoded: &str) -> Option<[u8; COORDINATE_LEN]> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let missing = COORDINATE_LEN.checked_sub(bytes.len())?;
    let mut padded = [0; COORDINATE_LEN];
    padded[missing..].copy_from_slice(&bytes);
    Some(padded)
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, KEYS_MAX, KeysError, parse};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const BOTH: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

    fn key(kid: &str) -> Value {
        json!({"kid": kid, "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    fn count_keys(document: &Value) -> Result<usize, KeysError> {
        parse(document.to_string().as_bytes(), Algorithm::EdDsa).map(|keys| keys.len())
    }

    #[test]
    fn keys_of_unknown_kinds_are_left_out_and_too_many_are_refused() {
        let unknown = json!({"kid": "x", "kty": "quantum", "crv": 7});
        let short = json!({"kid": "s", "kty": "OKP", "crv": "Ed25519", "x": "AAAA"});
        let encrypts = json!({"kid": "e", "kty": "OKP", "crv": "Ed25519", "use": "enc", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(count_keys(&json!({"keys": [unknown, short, encrypts, null, 7, key("k1")]})), Ok(1));
        assert_eq!(count_keys(&json!({"keys": [unknown, short]})), Err(KeysError::NoUsableKey));
        let many =
            |count: usize| json!({"keys": (0..count).map(|number| key(&number.to_string())).collect::<Vec<_>>()});
        assert_eq!(count_keys(&many(KEYS_MAX)), Ok(KEYS_MAX));
        assert_eq!(count_keys(&many(KEYS_MAX + 1)), Err(KeysError::TooLarge));
        assert_eq!(count_keys(&many(1000)), Err(KeysError::TooLarge));
        for wrong in [json!({}), json!({"keys": {}}), json!([]), json!("keys")] {
            assert_eq!(count_keys(&wrong), Err(KeysError::Malformed), "{wrong}");
        }
        let deep = format!("{{\"keys\": {}{}}}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(parse(deep.as_bytes(), Algorithm::EdDsa).err(), Some(KeysError::Malformed));
    }

    proptest! {
        #[test]
        fn arbitrary_documents_do_not_panic(noise in any::<Vec<u8>>(), x in any::<String>(), y in "[A-Za-z0-9_-]{0,60}", crv in "P-256|Ed25519") {
            for algorithm in BOTH {
                prop_assert!(parse(&noise, algorithm).is_err());
                for kty in ["EC", "OKP"] {
                    let document = json!({"keys": [{"kid": "k", "kty": kty, "crv": crv, "x": x, "y": y}]});
                    _ = parse(document.to_string().as_bytes(), algorithm);
                }
            }
        }
    }
}
