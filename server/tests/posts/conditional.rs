//! Conditional requests for the feed, the sitemaps and the public pages of posts.

use super::documents::publish;
use crate::conditional::{asked, check, tag};
use crate::support::{SITE, THEME_COOKIE, TestApp};
use http::{Method, StatusCode};

const PROGRAMS: [&str; 3] = ["/feed.xml", "/sitemap.xml", "/sitemaps/0.xml"];

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let app = TestApp::start().await;
    let path = publish(&mut app.signed_up("Ada").await, "Tea", "It is hot.").await;
    let paths: Vec<&str> = PROGRAMS.iter().copied().chain(["/", &path]).collect();
    check(&mut app.browser(), &paths).await;
}

#[tokio::test]
async fn what_has_changed_is_sent() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let path = publish(&mut ada, "Tea", "It is hot.").await;
    let mut reader = app.browser();
    let mut tags = Vec::new();
    for path in PROGRAMS.iter().copied().chain(["/", &path]) {
        tags.push((path.to_owned(), tag(&reader.get(path).await)));
    }
    let id = path.rsplit('/').next().unwrap();
    let fields = [("id", id), ("version", "1"), ("title", "Milk"), ("content", "It is cold.")];
    let saved = ada.post(&format!("{path}/edit?/update_post"), &fields).await;
    assert_eq!(saved.redirect_path(), Some(path.clone()));
    for (path, tag) in &tags {
        let now = asked(&mut reader, Method::GET, path, tag).await;
        // The list of sitemaps does not depend on a post.
        let expected = if path == "/sitemap.xml" { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        assert_eq!(now.status, expected, "{path}");
    }
    // A deleted post is not found, even by a client that has it in its cache.
    ada.post(&format!("{path}?/delete_post"), &[("id", id)]).await;
    assert_eq!(asked(&mut reader, Method::GET, &path, "*").await.status, StatusCode::NOT_FOUND);
    assert_eq!(asked(&mut reader, Method::GET, "/feed.xml", &tags[0].1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_theme_is_another_page() {
    let app = TestApp::start().await;
    let mut reader = app.browser();
    let tag = tag(&reader.get("/").await);
    reader.set_cookie(THEME_COOKIE, "dark");
    assert_eq!(asked(&mut reader, Method::GET, "/", &tag).await.status, StatusCode::OK);
}

/// Checks that pages of signed-in users are never cached.
#[tokio::test]
async fn who_is_signed_in_is_always_sent_the_page() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    let pages = SITE.features.iter().flat_map(|feature| feature.nav).map(|(path, _)| *path);
    for path in pages.chain(["/account", "/?q=tea"]) {
        let page = asked(&mut ada, Method::GET, path, "*").await;
        assert_eq!((page.status, page.headers.contains_key("etag")), (StatusCode::OK, false), "{path}");
        assert_eq!(page.headers["cache-control"], "private, no-store", "{path}");
    }
    let tag = tag(&app.browser().get("/").await);
    assert_eq!(asked(&mut ada, Method::GET, "/", &tag).await.status, StatusCode::OK);
}
