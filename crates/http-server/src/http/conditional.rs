//! Conditional requests: what a client has already, as its `If-None-Match` says, is not sent again.
//!
//! No `Last-Modified`: a row that is deleted takes its time with it, and the newest time of the others is an earlier
//! one.

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// Bytes of the hash in a tag.
const TAG_BYTES: usize = 16;

/// What a document needs besides its body to be the same one: its policy. Both hold the nonce, which is new in each
/// answer.
#[derive(Clone, Debug)]
pub struct Variant {
    pub policy: HeaderValue,
    pub nonce: Arc<str>,
}

/// Gives an answer its `ETag`. A weak one: a proxy may compress the body.
pub async fn with_etag(response: Response, variant: Option<&Variant>) -> Response {
    let (mut parts, body) = response.into_parts();
    // It was made in memory, and is there at once.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(tag) = tag(&body, variant) {
        parts.headers.insert(ETAG, tag);
    }
    Response::from_parts(parts, Body::from(body))
}

/// Returns the tag of a body and its variant, without the nonce.
fn tag(body: &[u8], variant: Option<&Variant>) -> Option<HeaderValue> {
    let mut hash = Context::new(&SHA256);
    match variant {
        None => hash.update(body),
        Some(Variant { policy, nonce }) => {
            for part in [policy.as_bytes(), body] {
                for piece in std::str::from_utf8(part).ok()?.split(&**nonce) {
                    hash.update(piece.as_bytes());
                    // A byte that is in no text, so that what stands on either side of a nonce stays there.
                    hash.update(&[0xff]);
                }
            }
        }
    }
    let hash = hash.finish();
    HeaderValue::try_from(format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(hash.as_ref().get(..TAG_BYTES)?))).ok()
}

/// Answers 304 where the client has what it would get.
///
/// The client keeps the headers of the answer that it has and replaces those that come with a 304. The policy in ours
/// names a nonce that its document does not have, so that one is left out: the stored one fits.
pub async fn not_modified(request: Request, next: Next) -> Response {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    let has = request.headers().get_all(IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    let mut response = next.run(request).await;
    if !readable || response.status() != StatusCode::OK || !matches(&has, response.headers()) {
        return response;
    }
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.body_mut() = Body::empty();
    for header in [CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE] {
        response.headers_mut().remove(header);
    }
    response
}

/// Tells whether the client has this answer. Tags are compared weakly, as `If-None-Match` demands. An answer without a
/// tag matches nothing, not even `*`.
fn matches(has: &[HeaderValue], headers: &HeaderMap) -> bool {
    let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok()) else { return false };
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let mut listed =
        has.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim);
    listed.any(|candidate| candidate == "*" || opaque(candidate) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::{Variant, matches, tag};
    use http::header::ETAG;
    use http::{HeaderMap, HeaderValue};

    fn variant(nonce: &str, policy: &str) -> Variant {
        Variant {
            policy: HeaderValue::try_from(format!("script-src 'nonce-{nonce}'{policy}")).unwrap(),
            nonce: nonce.into(),
        }
    }

    #[test]
    fn the_etag_ignores_the_nonce_only() {
        let page = |nonce: &str, text: &str, policy: &str| {
            let body = format!("<script nonce=\"{nonce}\"></script>{text}");
            tag(body.as_bytes(), Some(&variant(nonce, policy))).unwrap()
        };
        let first = page("abc", "tea", "");
        assert_eq!(page("xyz", "tea", ""), first);
        for other in [page("abc", "milk", ""), page("abc", "teaxyz", ""), page("abc", "tea", "; img-src 'self'")] {
            assert_ne!(other, first);
        }
        assert_eq!(tag(b"tea", None), tag(b"tea", None));
        assert_ne!(tag(b"tea", None), tag(b"milk", None));
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let plain = HeaderMap::from_iter([(ETAG, HeaderValue::from_static("W/\"ab\""))]);
        let has = |values: &[&'static str], headers: &HeaderMap| {
            matches(&values.iter().copied().map(HeaderValue::from_static).collect::<Vec<_>>(), headers)
        };
        for values in [&["W/\"ab\""][..], &["\"ab\""], &["*"], &["\"x\", W/\"y\" ,\"ab\""], &["\"x\"", "\"ab\""]] {
            assert!(has(values, &plain), "{values:?}");
            assert!(!has(values, &HeaderMap::new()), "{values:?}");
        }
        for values in [&[][..], &[""], &["ab"], &["w/\"ab\""], &["\"a\", \"b\""], &["\"abc\""], &["\"AB\""]] {
            assert!(!has(values, &plain), "{values:?}");
        }
    }
}
