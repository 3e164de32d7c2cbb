//! The unsaved text of the editor, which survives a reload and ends with the tab.
//! It must not reach another user or another tab, since machines are shared.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlInputElement, Storage};

/// The id of the element around form and island. Its attributes name the user, and tell whether the server filled in
/// typed text.
pub const ELEMENT: &str = "editor";

const TEXT: [&str; 2] = ["title", "content"];

/// The fields that are saved, separated by line breaks, which only the last one can have. The version of an edit is one of
/// them, so that a later version is not overwritten unseen.
const SAVED: [&str; 3] = ["version", "title", "content"];

pub fn save() {
    put("", &SAVED.map(value).join("\n"));
}

/// Saves the idempotency key of a form that is being sent: if the answer is lost, the retry has to use the same key.
///
/// Not called earlier: a tab can be duplicated together with its storage, and two posts with one key would become one.
pub fn save_idempotency_key() {
    put("sent ", &value("idempotency_key"));
}

/// Makes the text fields read-only while the form is being sent, or editable again. The focus stays where it is.
pub fn set_read_only(read_only: bool) {
    for field in TEXT.iter().filter_map(|name| field(name)) {
        field.set_read_only(read_only);
    }
}

pub fn clear() {
    let Some((storage, page)) = storage() else { return };
    for key in [key("", &page), key("sent ", &page)] {
        _ = storage.remove_item(&key);
    }
}

/// Restores the saved text, and returns whether it did. Text that was typed since, or that the server sent, wins.
pub fn restore() -> bool {
    if is_typed() {
        save();
        return false;
    }
    let saved = get("").unwrap_or_default();
    let fields = || SAVED.into_iter().zip(saved.splitn(SAVED.len(), '\n'));
    if fields().all(|(name, text)| !TEXT.contains(&name) || text == value(name)) {
        clear();
        return false;
    }
    for (name, text) in fields() {
        if let Some(field) = field(name) {
            field.set_value(text);
        }
    }
    if let (Some(field), Some(key)) = (field("idempotency_key"), get("sent ")) {
        field.set_value(&key);
    }
    true
}

/// Returns a field of the form. A text area is no `HtmlInputElement`, but has every property that is used here under
/// the same name; Leptos' `event_target_value` relies on this, too.
pub fn field(name: &str) -> Option<HtmlInputElement> {
    let found = document().query_selector(&format!("#{ELEMENT} [name={name}]")).ok().flatten();
    found.map(JsCast::unchecked_into)
}

pub fn value(name: &str) -> String {
    field(name).map(|field| field.value()).unwrap_or_default()
}

fn is_typed() -> bool {
    let by_server = document().get_element_by_id(ELEMENT).is_some_and(|element| element.has_attribute("data-typed"));
    by_server || TEXT.iter().any(|name| field(name).is_some_and(|field| field.value() != field.default_value()))
}

fn put(kind: &str, text: &str) {
    let Some((storage, page)) = storage() else { return };
    // When the storage is full, the text is lost on reload, as it would be without this module.
    _ = storage.set_item(&key(kind, &page), text);
}

fn get(kind: &str) -> Option<String> {
    let (storage, page) = storage()?;
    storage.get_item(&key(kind, &page)).ok().flatten()
}

fn key(kind: &str, page: &str) -> String {
    format!("{kind}{page}")
}

/// Returns the storage of this tab, emptied when the user has changed, and the path of this page as its key. Returns
/// `None` where the browser has no storage.
fn storage() -> Option<(Storage, String)> {
    let storage = window().session_storage().ok().flatten()?;
    let person = document().get_element_by_id(ELEMENT)?.get_attribute("data-person")?;
    if storage.get_item("person").ok().flatten().as_ref() != Some(&person) {
        storage.clear().ok()?;
        storage.set_item("person", &person).ok()?;
    }
    Some((storage, location().pathname().ok()?))
}
