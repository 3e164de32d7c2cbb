//! Tokens as Neon Auth signs them, and as an attacker would.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Algorithm, Claims, Expected, Verifier, VerifyError};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub const AUDIENCE: &str = "a2b1ba65-6b3c-4a2f-9a08-000000000001";
pub const ISSUER: &str = "https://api.stack-auth.com/api/v1/projects/a2b1ba65-6b3c-4a2f-9a08-000000000001";
/// The user whose tokens are tested.
pub const USER: &str = "5f0c3f63-7a58-4bd8-8a9e-d9f1d77f7c11";

/// The key of Neon Auth, and a verifier that trusts it.
pub static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::es256("k1"));
pub static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| SIGNER.verifier());

/// A key pair of Neon Auth, or of an attacker.
pub struct Signer {
    pub key_id: String,
    pub algorithm: jsonwebtoken::Algorithm,
    pub jwk: Value,
    /// The public key as raw bytes.
    pub public_key: Vec<u8>,
    key: EncodingKey,
}

impl Signer {
    pub fn es256(key_id: &str) -> Self {
        Self::ecdsa(key_id, jsonwebtoken::Algorithm::ES256, |_| true)
    }

    /// Makes a key with a coordinate that is shorter than 32 bytes and not padded, as Neon Auth publishes it.
    pub fn es256_short(key_id: &str) -> Self {
        Self::ecdsa(key_id, jsonwebtoken::Algorithm::ES256, |point| point[1] == 0 || point[33] == 0)
    }

    pub fn es384(key_id: &str) -> Self {
        Self::ecdsa(key_id, jsonwebtoken::Algorithm::ES384, |_| true)
    }

    fn ecdsa(key_id: &str, algorithm: jsonwebtoken::Algorithm, wanted: impl Fn(&[u8]) -> bool) -> Self {
        let (curve, signing) = match algorithm {
            jsonwebtoken::Algorithm::ES256 => ("P-256", &ECDSA_P256_SHA256_FIXED_SIGNING),
            _ => ("P-384", &ECDSA_P384_SHA384_FIXED_SIGNING),
        };
        loop {
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(signing, &SystemRandom::new()).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(signing, pkcs8.as_ref()).unwrap();
            let point = pair.public_key().as_ref().to_vec();
            if !wanted(&point) {
                continue;
            }
            let (x, y) = point[1..].split_at(point.len() / 2);
            let (x, y) = (unpadded(x), unpadded(y));
            return Self {
                key_id: key_id.to_owned(),
                algorithm,
                jwk: json!({"kty": "EC", "alg": algorithm, "crv": curve, "kid": key_id, "x": x, "y": y}),
                public_key: point,
                key: EncodingKey::from_ec_der(pkcs8.as_ref()),
            };
        }
    }

    pub fn eddsa(key_id: &str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let public_key = pair.public_key().as_ref().to_vec();
        Self {
            key_id: key_id.to_owned(),
            algorithm: jsonwebtoken::Algorithm::EdDSA,
            jwk: json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": key_id, "x": URL_SAFE_NO_PAD.encode(&public_key)}),
            public_key,
            key: EncodingKey::from_ed_der(pkcs8.as_ref()),
        }
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }

    /// Returns a verifier that trusts only this key.
    pub fn verifier(&self) -> Verifier {
        let verifier = Verifier::new(expected());
        verifier.replace_keys(&document(&[self])).unwrap();
        verifier
    }
}

/// Returns the document in which Neon Auth publishes its keys.
pub fn document(signers: &[&Signer]) -> Vec<u8> {
    let keys: Vec<&Value> = signers.iter().map(|signer| &signer.jwk).collect();
    serde_json::to_vec(&json!({ "keys": keys })).unwrap()
}

pub fn expected() -> Expected {
    Expected {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        algorithm: Algorithm::Es256,
        project_id: Some(AUDIENCE.to_owned()),
        branch_id: Some("main".to_owned()),
    }
}

/// Returns the claims of an ordinary user, valid for ten minutes.
pub fn content(subject: &str) -> Value {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    json!({
        "sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600,
        "project_id": AUDIENCE, "branch_id": "main", "role": "authenticated",
        "name": "Ada", "email": "ada@example.com", "email_verified": true, "selected_team_id": null,
        "is_anonymous": false, "is_restricted": false, "restricted_reason": null,
    })
}

/// Signs a token with these claims, and verifies it.
pub fn verify(claims: &Value) -> Result<Claims, VerifyError> {
    VERIFIER.verify(&SIGNER.sign(claims))
}

/// Returns verified claims of this user, from a signed token.
pub fn claims_of(subject: &str) -> Claims {
    verify(&content(subject)).unwrap()
}

fn unpadded(coordinate: &[u8]) -> String {
    let zeros = coordinate.iter().take_while(|byte| **byte == 0).count();
    URL_SAFE_NO_PAD.encode(&coordinate[zeros..])
}
