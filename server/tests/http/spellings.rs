//! Other spellings of a page's address: one redirects, the others are not found.

use super::{app, get, request, send};
use crate::support::SITE;
use http::{Method, StatusCode};
use http_server::http::account_forms;
use request::routes::ACCOUNT_DELETED;
use std::collections::BTreeSet;

/// Returns the pages about an account, and those of the features except the first, which has no other spelling.
fn pages() -> impl Iterator<Item = String> {
    let of_features = SITE.features.iter().flat_map(|feature| feature.islands.iter().chain(feature.public));
    let of_features = of_features.filter(|page| **page != "/").map(|page| page.replace("{id}", "7"));
    let about_accounts = BTreeSet::from_iter(account_forms().map(|(page, _)| page));
    about_accounts.into_iter().chain([ACCOUNT_DELETED]).map(str::to_owned).chain(of_features)
}

#[tokio::test]
async fn trailing_slash_redirects_to_the_page() {
    let app = app();
    for page in pages() {
        for (path, target) in
            [(format!("{page}/"), page.clone()), (format!("{page}/?a=1&b=%2F/"), format!("{page}?a=1&b=%2F/"))]
        {
            for method in [Method::GET, Method::HEAD] {
                let answer = send(&app, request(method.clone(), &path, &[("accept", "text/html")], "")).await;
                assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{method} {path}");
                assert_eq!((answer.header("location"), answer.body.as_str()), (&*target, ""), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn other_spellings_are_not_found() {
    let app = app();
    for page in ["/account", "/sign-in"] {
        let name = &page[1..];
        let slashes = ["/{name}//", "//{name}", "///{name}/", "//{name}/"];
        let dots = ["/./{name}", "/x/../{name}", "/{name}/.", "/{name}/./", "/{name}/x/.."];
        let escaped_dots = ["/%2e/{name}", "/%2E%2e/{name}", "/x/%2e%2e/{name}", "/{name}/%2e"];
        let other_ends = ["/{name}%2F", "/{name};/", "/{name}%20", "/{name}%0a", "/%2F{name}", "/\\{name}"];
        let first_escaped = format!("/%{:02x}{}", name.as_bytes()[0], &name[1..]);
        let spelled = [&slashes[..], &dots, &escaped_dots, &other_ends].concat();
        let spelled = spelled.into_iter().map(|path| path.replace("{name}", name));
        for path in spelled.chain([first_escaped, format!("/{}", name.to_uppercase())]) {
            let answer = get(&app, &path).await;
            assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""), "{path}");
            assert!(answer.is_page(), "{path}");
        }
    }
}

#[tokio::test]
async fn trailing_slash_of_other_paths_is_not_found() {
    let app = app();
    let hosts = ["//", "//evil.example/", "/\\evil.example/", "/%2Fevil.example/"];
    let files = ["/favicon.svg/", "/pkg/", "/pkg/app.css/", "/feed.xml/"];
    let pages = ["/nowhere/", "/posts/", "/posts/7/edit/more/", "/sign-in/password", "/account/delete/delete"];
    let programs = ["/healthz/", "/auth/callback/", "/api/create_post/"];
    for path in [&hosts[..], &files, &pages, &programs].concat() {
        let answer = get(&app, path).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""), "{path}");
    }
    // A form does not lose its fields on the way.
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
    for path in ["/sign-in/", "/memos/?/create_memo"] {
        let posted = send(&app, request(Method::POST, path, &headers, "email=x")).await;
        assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}
