//! Reads and writes secrets, for `#[serde(with = "neon_auth::secret")]`: `secrecy` refuses to serialise them by itself.
//! Use it only for what is encrypted as a whole.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serializer};

/// Writes a secret down as it is: for what is encrypted as a whole.
pub fn serialize<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

/// Reads a secret.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}
