//! Other spellings of a page's address. Each page has one: scripts, headers and search engines go by it.
//! It must not lead to another site, whatever the path looks like.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

/// Returns the routes that lead from each of these pages with a slash at the end to the one without.
pub fn trailing_slash_routes<'a, S>(pages: impl Iterator<Item = &'a str>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    pages
        .filter(|page| *page != "/")
        .fold(Router::new(), |router, page| router.route(&format!("{page}/"), get(redirect)))
}

/// Redirects to the address without the slash, with the same query.
async fn redirect(request: Request) -> Response {
    let uri = request.uri();
    let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    if begins_with_a_host(path) {
        StatusCode::NOT_FOUND.into_response()
    } else {
        Redirect::permanent(&target).into_response()
    }
}

/// Tells whether a browser reads a host at the beginning of this `Location`, to which a backslash is a slash. A page
/// with a parameter at the root can be asked for so.
fn begins_with_a_host(path: &str) -> bool {
    matches!(path.as_bytes(), [b'/', b'/' | b'\\', ..])
}

/// Tells whether a path has a segment that a browser resolves before it asks, and Leptos' router does when it is asked:
/// `/x/../notes` would be a page under an address that no header knows.
pub fn has_dot_segments(path: &str) -> bool {
    path.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::{has_dot_segments, trailing_slash_routes};
    use axum::Router;
    use axum::body::Body;
    use http::header::LOCATION;
    use http::{Method, Request, StatusCode};
    use tower::ServiceExt;

    async fn answer(method: Method, path: &str) -> (StatusCode, Option<String>) {
        let app: Router = trailing_slash_routes(["/", "/about", "/{slug}", "/posts/{id}"].into_iter());
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        (response.status(), location)
    }

    #[tokio::test]
    async fn a_trailing_slash_redirects() {
        for (path, target) in [
            ("/about/", "/about"),
            ("/about/?a=1&b=%2F%2Fevil.example/", "/about?a=1&b=%2F%2Fevil.example/"),
            ("/about/?", "/about?"),
            ("/posts/7/", "/posts/7"),
            ("/posts/%2F/", "/posts/%2F"),
        ] {
            for method in [Method::GET, Method::HEAD] {
                let expected = (StatusCode::PERMANENT_REDIRECT, Some(target.to_owned()));
                assert_eq!(answer(method.clone(), path).await, expected, "{method} {path}");
            }
            assert_eq!(answer(Method::POST, path).await, (StatusCode::METHOD_NOT_ALLOWED, None), "{path}");
        }
    }

    #[tokio::test]
    async fn a_trailing_slash_never_redirects_to_another_host() {
        for path in ["//evil.example/", "/\\evil.example/", "/\\/evil.example/", "///evil.example/", "/", "/a/b/"] {
            assert_eq!(answer(Method::GET, path).await, (StatusCode::NOT_FOUND, None), "{path}");
        }
        // These stay here: no browser decodes a path before it decides whose it is.
        for (path, target) in [("/%2Fevil.example/", "/%2Fevil.example"), ("/%5Cevil.example/", "/%5Cevil.example")] {
            assert_eq!(answer(Method::GET, path).await.1.as_deref(), Some(target), "{path}");
        }
    }

    #[test]
    fn dot_segments_are_found() {
        for path in ["/.", "/..", "/./notes", "/x/../notes", "/%2e/", "/a/.%2E", "/%2E%2e/b"] {
            assert!(has_dot_segments(path), "{path}");
        }
        for path in ["/", "/notes", "/.well-known", "/a..b", "/...", "/%2e%2e%2e", "/%252e"] {
            assert!(!has_dot_segments(path), "{path}");
        }
    }
}
