//! Where a plain form was sent from, so that the answer leads back to the same part of the list.
//! It must not trust that the browser says so.

use super::address::Address;
use http::Uri;
use http::header::REFERER;
use http::request::Parts;
use leptos::prelude::use_context;

/// The part of the list that a plain form was sent from.
pub fn came_from() -> Address {
    let query = use_context::<Parts>().and_then(|parts| {
        let page = parts.headers.get(REFERER)?.to_str().ok()?.parse::<Uri>().ok()?;
        page.query().map(str::to_owned)
    });
    let query = query.unwrap_or_default();
    let value = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    Address::read(value).afterwards()
}
