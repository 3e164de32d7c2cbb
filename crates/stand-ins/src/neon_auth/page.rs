//! The frame of the stand-in's own pages: markup, style and their content security policy.
//! It must not contain scripts.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use std::borrow::Cow;

const STYLE: &str = include_str!("../page.css");

pub const STYLE_PATH: &str = "/local/page.css";

/// Returns a whole page. Forms may only lead to this server and on to `form_targets`: browsers that are given a
/// `form-action` check every redirect that follows a post against it.
pub fn respond(title: &str, main: &str, form_targets: &[String]) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Local Neon Auth</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"{STYLE_PATH}\"></head><body><main>{main}</main></body></html>",
        title = escape(title),
    );
    let targets: String = form_targets.iter().flat_map(|target| [" ", target]).collect();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'{targets}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'")),
        ),
    ];
    (headers, html).into_response()
}

pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], STYLE)
}

/// Escapes text, for content and for values in double quotes.
pub fn escape(text: &str) -> Cow<'_, str> {
    html_escape::encode_double_quoted_attribute(text)
}
