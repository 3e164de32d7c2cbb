//! Conditional requests for the feed, the sitemaps and the public pages of posts.

use super::{app_with_post, id_of, update};
use crate::conditional::{asked, check, tag};
use crate::support::{SITE, THEME_COOKIE, TestApp};
use http::{Method, StatusCode};

const DOCUMENTS: [&str; 3] = ["/feed.xml", "/sitemap.xml", "/sitemaps/0.xml"];

#[tokio::test]
async fn unchanged_pages_are_not_sent_again() {
    let (app, _ada, path) = app_with_post("Tea", "It is hot.").await;
    let paths: Vec<&str> = DOCUMENTS.iter().copied().chain(["/", &path]).collect();
    check(&mut app.browser(), &paths).await;
}

#[tokio::test]
async fn changed_pages_are_sent_again() {
    let (app, mut ada, path) = app_with_post("Tea", "It is hot.").await;
    let mut reader = app.browser();
    let mut tags = Vec::new();
    for path in DOCUMENTS.iter().copied().chain(["/", &path]) {
        tags.push((path.to_owned(), tag(&reader.get(path).await)));
    }
    assert_eq!(update(&mut ada, &path, "1", "Milk", "It is cold.").await.url.path(), path);
    for (path, tag) in &tags {
        let now = asked(&mut reader, Method::GET, path, tag).await;
        // The list of sitemaps does not depend on a post.
        let expected = if path == "/sitemap.xml" { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        assert_eq!(now.status, expected, "{path}");
    }
    // A deleted post is not found, even by a client that has it in its cache.
    ada.post(&format!("{path}?/delete_post"), &[("id", id_of(&path))]).await;
    assert_eq!(asked(&mut reader, Method::GET, &path, "*").await.status, StatusCode::NOT_FOUND);
    assert_eq!(asked(&mut reader, Method::GET, "/feed.xml", &tags[0].1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_theme_has_its_own_etag() {
    let app = TestApp::start().await;
    let mut reader = app.browser();
    let tag = tag(&reader.get("/").await);
    reader.set_cookie(THEME_COOKIE, "dark");
    assert_eq!(asked(&mut reader, Method::GET, "/", &tag).await.status, StatusCode::OK);
}

/// Checks that pages of signed-in users are never cached.
#[tokio::test]
async fn signed_in_users_are_always_sent_the_page() {
    let (app, mut ada) = TestApp::with_user("Ada").await;
    let pages = SITE.features.iter().flat_map(|feature| feature.nav).map(|(path, _)| *path);
    for path in pages.chain(["/account", "/?q=tea"]) {
        let page = asked(&mut ada, Method::GET, path, "*").await;
        assert_eq!((page.status, page.headers.contains_key("etag")), (StatusCode::OK, false), "{path}");
        assert_eq!(page.headers["cache-control"], "private, no-store", "{path}");
    }
    let tag = tag(&app.browser().get("/").await);
    assert_eq!(asked(&mut ada, Method::GET, "/", &tag).await.status, StatusCode::OK);
}
