//! Conditional requests: what a client has in its cache is not sent again, except to signed-in users.

use crate::support::feature::{letters, notes};
use crate::support::{Browser, Page, TestApp};
use crate::user_data;
use http::{Method, StatusCode};

pub async fn asked(browser: &mut Browser, method: Method, path: &str, has: &str) -> Page {
    browser.send(method, path, None, &[("if-none-match", has)]).await
}

pub fn tag(page: &Page) -> String {
    page.headers["etag"].to_str().unwrap().to_owned()
}

fn policy(page: &Page) -> Option<&str> {
    page.headers.get("content-security-policy").map(|policy| policy.to_str().unwrap())
}

/// Checks that these paths are not sent again to a client that has them.
pub async fn check(reader: &mut Browser, paths: &[&str]) {
    for path in paths {
        let first = reader.get(path).await;
        let tag = tag(&first);
        assert!(tag.starts_with("W/\"") && first.status == StatusCode::OK, "{path}: {tag}");
        let strong = tag.trim_start_matches("W/").to_owned();
        for has in [&*tag, &*strong, "*", &format!("\"other\", {tag}")] {
            for method in [Method::GET, Method::HEAD] {
                let again = asked(reader, method.clone(), path, has).await;
                assert_eq!(
                    (again.status, again.body.as_str()),
                    (StatusCode::NOT_MODIFIED, ""),
                    "{method} {path} {has}"
                );
                assert_eq!(again.headers["etag"], tag.as_str(), "{path}");
                for kept in ["cache-control", "x-content-type-options"] {
                    assert_eq!(again.headers[kept], first.headers[kept], "{path}");
                }
                assert_eq!(again.headers.get("vary"), first.headers.get("vary"), "{path}");
                // A client would apply it to the cached page, whose nonce differs.
                assert_eq!(policy(&again), None, "{path}");
            }
        }
        let other = asked(reader, Method::GET, path, "W/\"other\"").await;
        assert_eq!((other.status, other.body.is_empty()), (StatusCode::OK, false), "{path}");
        let head = asked(reader, Method::HEAD, path, "").await;
        assert_eq!((head.status, head.headers["etag"].to_str().unwrap()), (StatusCode::OK, &*tag), "{path}");
    }
}

#[tokio::test]
async fn cached_page_is_not_sent_again_until_it_changes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    let mut reader = app.browser();
    let paths = [letters::PAGE, letters::DOCUMENT];
    check(&mut reader, &paths).await;
    for path in paths {
        let tag = tag(&reader.get(path).await);
        user_data::add(&mut ada, 1).await;
        assert_eq!(asked(&mut reader, Method::GET, path, &tag).await.status, StatusCode::OK, "{path}");
    }
}

/// Checks that pages of signed-in users are never cached.
#[tokio::test]
async fn page_of_a_signed_in_user_is_always_sent() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    for path in [letters::PAGE, notes::PAGE, "/account"] {
        let page = asked(&mut ada, Method::GET, path, "*").await;
        assert_eq!((page.status, page.headers.contains_key("etag")), (StatusCode::OK, false), "{path}");
        assert_eq!(page.headers["cache-control"], "private, no-store", "{path}");
    }
}
