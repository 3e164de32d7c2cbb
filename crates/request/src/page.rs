//! What a page reads of its request, and which status it gives its answer.
//! It must not believe what the request says about the app itself.

use crate::form;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Returns the path of this request, without its query.
pub fn path() -> String {
    use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// Returns the path and query of this request, without the key of a form that was posted to it.
pub fn address() -> String {
    let parts = use_context::<Parts>();
    parts.map(|parts| form::page_address(parts.uri.path(), parts.uri.query())).unwrap_or_default()
}

/// The app's own address as browsers see it, without a slash at the end: configured, and never what a request says.
#[derive(Clone, Debug)]
pub struct SiteOrigin(
    /// Such as `https://app.example.com`.
    pub Arc<str>,
);

/// Returns the whole URL of a page, for programs and other sites.
pub fn absolute(path: &str) -> String {
    let origin = use_context::<SiteOrigin>();
    format!("{}{path}", origin.as_ref().map_or("", |SiteOrigin(origin)| origin))
}

/// Returns a parameter of the query string.
pub fn query(name: &str) -> Option<String> {
    use_query_map().read_untracked().get(name)
}

/// Gives the answer this status.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Gives the answer the status 503, with a page that is shown all the same.
pub fn set_unavailable() {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
}

/// A link at the foot of every page, which the server may provide.
#[derive(Clone, Copy, Debug)]
pub struct FootLink {
    /// The path that it leads to.
    pub href: &'static str,
    /// Its text.
    pub label: &'static str,
}

/// Returns the URL of `path`, a sign-in or sign-up page, that leads back to `return_to` afterwards.
pub fn with_return_to(path: &str, return_to: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    format!("{path}?{query}")
}

/// How long a page has waited for its data. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct DbTime(Arc<AtomicU64>);

impl DbTime {
    /// Adds one wait.
    pub fn add(&self, time: Duration) {
        self.0.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns the sum of all waits so far.
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}
