//! The HTTP stack as seen by a browser or an attacker. Most of it needs no database: the configured one does not exist.

mod assets;
#[cfg(feature = "managed")]
mod base_url;
mod client_address;
mod configuration;
mod connections;
mod cross_site;
mod failures;
mod headers;
mod limits;
#[cfg(feature = "metrics")]
pub mod metrics;
mod process;
mod rate_limits;
mod rendering;
mod server_functions;
pub mod server_timing;
mod spellings;
mod theme;

use crate::support::{SITE, UNREACHABLE};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_server::config::{Config, Mode};
use http_server::state::AppState;
use leptos::server_fn::{ContentType, Decodes};
use request::codec::PostcardEncoding;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use tower::ServiceExt;

pub const ORIGIN: &str = "https://app.example.com";

/// A valid session key.
pub const SESSION_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A hash such as cargo-leptos puts into file names.
pub const HASH: &str = "Ux-_3ZyV4bU7sRr0tq1w2A";

/// Returns the variables of a deployment. Nothing listens at the addresses.
pub fn variables() -> BTreeMap<&'static str, String> {
    let site = site_root().display().to_string();
    let pairs = [
        ("DATABASE_URL", "postgresql://web:secret@127.0.0.1:1/app"),
        ("PUBLIC_ORIGIN", ORIGIN),
        ("SESSION_KEY", SESSION_KEY),
        ("DATABASE_ACQUIRE_SECONDS", "1"),
        ("LEPTOS_HASH_FILES", "false"),
        // All clients of the tests share one address.
        ("RATE_FORM", "10000/1"),
        ("LEPTOS_SITE_ROOT", &site),
    ];
    pairs.into_iter().chain(UNREACHABLE).map(|(name, value)| (name, value.to_owned())).collect()
}

/// Makes a folder with built files: one hashed and compressed twice, one with a fixed name, and a secret beside the
/// folder.
pub fn site_root() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("http-site");
    let package = folder.join("site/pkg");
    std::fs::create_dir_all(&package).expect("a writable folder");
    let style = package.join(format!("app.{HASH}.css"));
    let write = |path: PathBuf, content: &str| {
        // Renamed into place, since other tests read at the same time.
        let unfinished = path.with_extension(std::process::id().to_string());
        std::fs::write(&unfinished, content).expect("a writable file");
        std::fs::rename(&unfinished, &path).expect("a writable folder");
    };
    // The server checks the file that it links to; these tests switch hashes off.
    write(package.join("app.css"), "body{color:plain}");
    write(style.clone(), "body{color:plain}");
    write(style.with_extension("css.br"), "brotli");
    write(style.with_extension("css.gz"), "gzip");
    write(folder.join("site/favicon.svg"), "<svg/>");
    write(folder.join("secret.txt"), "secret");
    folder.join("site")
}

/// Returns the variables of a deployment with other values, or more of them.
pub fn variables_with(changes: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    let mut variables = variables();
    variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    variables
}

/// Returns the variables of a deployment with this Managed Neon Auth.
#[cfg(feature = "managed")]
pub fn variables_with_managed(base_url: &str) -> BTreeMap<&'static str, String> {
    let mut variables = variables();
    variables.retain(|name, _| !UNREACHABLE.iter().any(|(other, _)| other == name));
    variables.insert("NEON_AUTH_BASE_URL", base_url.to_owned());
    variables
}

pub fn config(changes: &[(&'static str, &str)]) -> Config {
    let variables = variables_with(changes);
    match Mode::read(&|name| variables.get(name).map(OsString::from)) {
        Ok(Mode::Complete(config)) => *config,
        other => panic!("not a whole configuration: {other:?}"),
    }
}

pub fn state(changes: &[(&'static str, &str)]) -> AppState {
    AppState::new(config(changes), SITE).expect("a usable configuration")
}

/// Returns the app without a database.
pub fn app() -> Router {
    cli::app(state(&[]))
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Bytes,
}

impl Answer {
    /// Reads what the app answers to an island.
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        PostcardEncoding::decode(self.bytes.clone()).expect("an answer to an island")
    }

    /// Returns the value of a header, or "" if it is missing.
    pub fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers.get(name.as_ref()).map_or("", |value| value.to_str().expect("readable headers"))
    }

    pub fn is_page(&self) -> bool {
        self.header("content-type").starts_with("text/html") && self.body.starts_with("<!DOCTYPE html>")
    }
}

pub fn request(method: Method, path: &str, headers: &[(&'static str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::new(body.into());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("a valid path");
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a valid header");
        request.headers_mut().append(HeaderName::from_static(name), value);
    }
    request
}

pub async fn send(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.expect("routers do not fail");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, body, bytes }
}

/// Requests a page like a browser.
pub async fn get(app: &Router, path: &str) -> Answer {
    send(app, request(Method::GET, path, &[("accept", "text/html")], "")).await
}

/// The headers of a form from the app's own pages.
const OWN_FORM: [(&str, &str); 3] =
    [("origin", ORIGIN), ("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];

/// Posts a form like the app's own pages without JavaScript.
pub async fn post(app: &Router, path: &str, body: &str, more: &[(&'static str, &str)]) -> Answer {
    let headers = [&[("accept", "text/html")], &OWN_FORM[..], more].concat();
    send(app, request(Method::POST, path, &headers, body.to_owned())).await
}

/// Calls a server function like an island.
pub async fn fetch(app: &Router, path: &str, body: &str) -> Answer {
    let headers = [&[("accept", PostcardEncoding::CONTENT_TYPE)], &OWN_FORM[..]].concat();
    send(app, request(Method::POST, path, &headers, body.to_owned())).await
}
