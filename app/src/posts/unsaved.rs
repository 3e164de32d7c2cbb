//! The text in the editor as long as it is not saved: it survives a reload, and ends with the tab.
//! It must not reach another person or another tab: machines are shared.

use form_urlencoded::{Serializer, parse};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlInputElement, Storage};

/// The id of the element around form and island. It says whose page it is, and whether its text is one that was typed.
pub const ELEMENT: &str = "editor";

const TEXT: [&str; 2] = ["title", "content"];

/// The version that an edit began with goes with its text, so that a later one is not overwritten unseen.
const KEPT: [&str; 3] = ["title", "content", "version"];

/// What was typed in the form of this page, as it is now.
pub fn keep() {
    put("", &KEPT);
}

/// The server may get the text without our hearing of it: sent again, it has to be under the same name.
///
/// Not before: a tab can be copied with what it keeps, and two posts of one name would be one.
pub fn sending() {
    put("sent ", &["submission"]);
}

/// Lets nothing be typed while the text is on its way to the server, or lets it again. The focus stays where it is.
pub fn lock(is_sending: bool) {
    for field in TEXT.iter().filter_map(|name| field(name)) {
        field.set_read_only(is_sending);
    }
}

pub fn forget() {
    let Some((storage, page)) = storage() else { return };
    for key in [key("", &page), key("sent ", &page)] {
        _ = storage.remove_item(&key);
    }
}

/// Whether the form now holds what was typed before. What has been typed since, or comes from the server, is newer.
pub fn begin() -> bool {
    if is_typed() {
        keep();
        return false;
    }
    let kept = pairs("");
    if TEXT.iter().all(|name| kept.iter().all(|(kept, text)| kept != name || *text == value(name))) {
        forget();
        return false;
    }
    for (name, value) in kept.into_iter().chain(pairs("sent ")) {
        if let Some(field) = field(&name) {
            field.set_value(&value);
        }
    }
    true
}

/// A field of the form. Areas of text are no such elements, but have every property that is used here by the same name, as
/// Leptos' `event_target_value` has it, too.
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

fn put(kind: &str, names: &[&str]) {
    let Some((storage, page)) = storage() else { return };
    let fields = names.iter().filter_map(|name| Some((*name, field(name)?.value())));
    let pairs = Serializer::new(String::new()).extend_pairs(fields).finish();
    // A tab that is full loses what it would lose without this.
    _ = storage.set_item(&key(kind, &page), &pairs);
}

fn pairs(kind: &str) -> Vec<(String, String)> {
    let kept = storage().and_then(|(storage, page)| storage.get_item(&key(kind, &page)).ok().flatten());
    let kept = kept.unwrap_or_default();
    parse(kept.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn key(kind: &str, page: &str) -> String {
    format!("{kind}{page}")
}

/// Of this tab and this person, and where in it this page has its place. `None` where a browser keeps nothing.
fn storage() -> Option<(Storage, String)> {
    let storage = window().session_storage().ok().flatten()?;
    let person = document().get_element_by_id(ELEMENT)?.get_attribute("data-person")?;
    if storage.get_item("person").ok().flatten().as_ref() != Some(&person) {
        storage.clear().ok()?;
        storage.set_item("person", &person).ok()?;
    }
    Some((storage, location().pathname().ok()?))
}
