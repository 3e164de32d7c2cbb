//! Files of the browser's half, compressed ahead of time where the build did so.
//! It must not serve anything outside the site root, nor list folders.

use super::cache::CachePolicy;
use super::errors::accepts_html;
use super::range;
use crate::config::LeptosSettings;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{RANGE, VARY};
use http::{HeaderValue, Method, StatusCode};
use std::convert::Infallible;
use tower::{Service, ServiceExt, service_fn};
use tower_http::services::ServeDir;

/// Length of the hashes that cargo-leptos puts into names: an MD5 in base64 without padding.
const HASH_LENGTH: usize = 22;

/// Answers with the file that the path names, or with what `missing` answers.
pub fn or_else(
    settings: &LeptosSettings,
    missing: Router,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
    let files = ServeDir::new(&*settings.options.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    // While developing, a name may come back with another content.
    let (hashed, plain) = if settings.watched {
        (CachePolicy::Revalidate, CachePolicy::Revalidate)
    } else {
        (CachePolicy::Immutable, CachePolicy::Short)
    };
    service_fn(move |request: Request| {
        let (files, missing) = (files.clone(), missing.clone());
        async move {
            let policy = if is_hashed(request.uri().path()) { hashed } else { plain };
            if let Some(mut response) = file(files, without_body(&request)).await {
                response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
                response.extensions_mut().insert(policy);
                return Ok(response);
            }
            if accepts_html(request.headers()) {
                missing.oneshot(request).await
            } else {
                Ok(StatusCode::NOT_FOUND.into_response())
            }
        }
    })
}

/// Answers with the file that the path names, if there is one.
async fn file(files: ServeDir, request: Request) -> Option<Response> {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    if !readable || !names_a_file(request.uri().path()) {
        return None;
    }
    // More than the whole file from its end is the whole file. `ServeDir` has that for no range.
    let whole = range::is_suffix(request.headers()).then(|| {
        let mut whole = without_body(&request);
        whole.headers_mut().remove(RANGE);
        whole
    });
    let mut response = files.clone().oneshot(request).await.ok()?;
    if response.status() == StatusCode::RANGE_NOT_SATISFIABLE
        && let Some(whole) = whole
    {
        response = files.oneshot(whole).await.ok()?;
    }
    // A name that the file system cannot even express is an error there; here it is a file that does not exist.
    let found = response.status() != StatusCode::NOT_FOUND && !response.status().is_server_error();
    found.then(|| response.map(Body::new))
}

/// Copies the request without its body: the request itself is still needed when there is no such file.
fn without_body(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    range::normalise(request.method(), copy.headers_mut());
    copy
}

/// Tells whether the path may be that of a file. Pages have no dots in their addresses, so they cost no look at the
/// disk.
fn names_a_file(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    !hidden && path.rsplit('/').next().is_some_and(|name| name.contains('.'))
}

/// Tells whether the path ends in a name with a hash, such as `app.<hash>.js`.
fn is_hashed(path: &str) -> bool {
    let mut parts = path.rsplit('/').next().unwrap_or_default().rsplit('.').skip(1);
    parts.next().is_some_and(|hash| {
        hash.len() == HASH_LENGTH && hash.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    }) && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::{is_hashed, names_a_file};

    #[test]
    fn hashed_names_are_recognised() {
        assert!(is_hashed("/pkg/app.Ux-_3ZyV4bU7sRr0tq1w2A.js"));
        assert!(!is_hashed("/pkg/app.js"));
        assert!(!is_hashed("/pkg/Ux-_3ZyV4bU7sRr0tq1w2A.js"));
        assert!(!is_hashed("/pkg/app.Ux-_3ZyV4bU7sRr0tq1w2.js"));
        assert!(!is_hashed("/favicon.svg"));
    }

    #[test]
    fn pages_and_hidden_files_are_no_files() {
        assert!(names_a_file("/favicon.svg"));
        for path in ["/", "/posts/7", "/.env", "/pkg/.git/config.txt", "/pkg/"] {
            assert!(!names_a_file(path), "{path}");
        }
    }
}
