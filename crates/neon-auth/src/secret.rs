//! How secrets are read and written, for `#[serde(with = "secret")]`: `secrecy` refuses to serialise them by itself.
//! It must not be used for what leaves the server in the clear.

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

/// Reads a secret that may not be there at all, where that means something.
pub fn deserialize_sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    deserialize(deserializer).map(Some)
}
