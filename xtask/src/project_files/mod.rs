//! Tests of the project's own configuration files: what Git, editors and development containers make of them.

mod checkout;
mod dev_container;
mod editor;

use crate::folders::root;
use crate::text;
use serde_json::Value;

fn file(path: &str) -> String {
    text::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> Value {
    serde_json::from_str(&file(path)).expect("JSON without comments")
}
