//! What a session holds, as tower-sessions carries it: an object of JSON, typed by whoever uses the store.
//! It must not know more of it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

/// The fields of a record.
pub type Data = HashMap<String, Value>;

/// Reads the contents from their fields.
pub fn decode<C: DeserializeOwned>(data: Data) -> Result<C, serde_json::Error> {
    serde_json::from_value(Value::Object(data.into_iter().collect()))
}

/// Returns the fields of the contents. A session without any holds nothing.
pub fn encode<C: Serialize>(content: &C) -> Result<Data, serde_json::Error> {
    match serde_json::to_value(content)? {
        Value::Object(fields) => Ok(fields.into_iter().collect()),
        _ => Ok(Data::new()),
    }
}
