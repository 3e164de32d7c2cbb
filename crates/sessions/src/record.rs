//! The contents of a session as tower-sessions carries them: the fields of a JSON object, which the caller gives a
//! type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

/// The fields of a session.
pub type Data = HashMap<String, Value>;

/// Decodes the contents from their fields.
pub fn decode<C: DeserializeOwned>(data: Data) -> Result<C, serde_json::Error> {
    serde_json::from_value(Value::Object(data.into_iter().collect()))
}

/// Encodes the contents as fields. What is no JSON object has none, and a session without fields holds nothing.
pub fn encode<C: Serialize>(content: &C) -> Result<Data, serde_json::Error> {
    match serde_json::to_value(content)? {
        Value::Object(fields) => Ok(fields.into_iter().collect()),
        _ => Ok(Data::new()),
    }
}
