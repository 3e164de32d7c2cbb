//! The files for browsers: compressed, cached as long as their name allows, and none from outside the folder.

use super::{Answer, HASH, app, get, request, send, state};
use http::{Method, StatusCode};
use std::fs;
use std::path::Path;

async fn style(accept_encoding: &str) -> Answer {
    let path = format!("/pkg/app.{HASH}.css");
    send(&app(), request(Method::GET, &path, &[("accept-encoding", accept_encoding)], "")).await
}

#[tokio::test]
async fn best_accepted_encoding_is_sent() {
    for (accepted, encoding, body) in
        [("gzip, br", "br", "brotli"), ("gzip", "gzip", "gzip"), ("identity", "", "body{color:plain}")]
    {
        let answer = style(accepted).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (encoding, body));
        assert_eq!(answer.header("content-type"), "text/css");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
}

#[tokio::test]
async fn hashed_file_is_cached_for_a_year_and_others_for_an_hour() {
    assert_eq!(style("br").await.header("cache-control"), "public, max-age=31536000, immutable");
    let app = app();
    let icon = get(&app, "/favicon.svg").await;
    assert_eq!((icon.status, icon.body.as_str()), (StatusCode::OK, "<svg/>"));
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert_eq!(icon.header("cache-control"), "public, max-age=3600");
    let gone = get(&app, "/pkg/app.AAAAAAAAAAAAAAAAAAAAAA.css").await;
    assert_eq!((gone.status, gone.header("cache-control")), (StatusCode::NOT_FOUND, "private, no-store"));
}

#[tokio::test]
async fn development_caches_nothing() {
    let watched = cli::app(state(&[("LEPTOS_WATCH", "true")]));
    for path in [&format!("/pkg/app.{HASH}.css"), "/pkg/app.css"] {
        assert_eq!(get(&watched, path).await.header("cache-control"), "private, no-cache", "{path}");
    }
}

/// Checks that pages load the last build during development: otherwise browsers would not see an edited island or a new
/// class.
#[tokio::test]
async fn development_loads_the_last_build() {
    let hashes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-hashes.txt");
    fs::write(&hashes, format!("css: {HASH}\njs: {HASH}\nwasm: {HASH}\n")).unwrap();
    let hashed = [("LEPTOS_HASH_FILES", "true"), ("LEPTOS_HASH_FILE_NAME", hashes.to_str().unwrap())];
    let page = get(&cli::app(state(&hashed)), "/sign-in").await.body;
    assert!(page.contains(&format!("/pkg/app.{HASH}.css\"")), "{page}");
    // The folder also has the file with the plain name, which `cargo leptos watch` would have built later.
    let [files, name] = hashed;
    let page = get(&cli::app(state(&[files, name, ("LEPTOS_WATCH", "true")])), "/sign-in").await.body;
    assert!(page.contains("/pkg/app.css\""), "{page}");
}

#[tokio::test]
async fn file_outside_the_folder_is_not_served() {
    let app = app();
    for path in [
        "/../secret.txt",
        "/pkg/../../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/pkg/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "/file:///etc/passwd.txt",
        "/pkg",
        "/pkg/",
        "/.env",
    ] {
        let answer = get(&app, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_ne!(answer.body, "secret", "{path}");
    }
}

#[tokio::test]
async fn head_and_unchanged_files_have_no_body() {
    let app = app();
    let head = send(&app, request(Method::HEAD, "/favicon.svg", &[], "")).await;
    assert_eq!((head.status, head.header("content-length"), head.body.as_str()), (StatusCode::OK, "6", ""));
    let modified = head.header("last-modified").to_owned();
    let again = send(&app, request(Method::GET, "/favicon.svg", &[("if-modified-since", &modified)], "")).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn range_is_served_and_a_malformed_one_ignored() {
    let app = app();
    let icon = async |range: &str| send(&app, request(Method::GET, "/favicon.svg", &[("range", range)], "")).await;
    for (range, body, place) in [
        ("bytes=0-2", "<sv", "bytes 0-2/6"),
        ("Bytes=4-", "/>", "bytes 4-5/6"),
        ("bytes=-2", "/>", "bytes 4-5/6"),
        ("bytes=4-999", "/>", "bytes 4-5/6"),
        ("bytes=0-99999999999999999999999", "<svg/>", "bytes 0-5/6"),
    ] {
        let part = icon(range).await;
        assert_eq!((part.status, part.body.as_str()), (StatusCode::PARTIAL_CONTENT, body), "{range}");
        assert_eq!(part.header("content-range"), place, "{range}");
    }
    for range in
        ["bytes=-999", "lines=0-2", "bytes", "bytes=", "bytes=x-y", "bytes=4-2", "bytes=0-1,3-4", "bytes=0-1, x"]
    {
        let whole = icon(range).await;
        assert_eq!((whole.status, whole.body.as_str()), (StatusCode::OK, "<svg/>"), "{range}");
        assert_eq!(whole.header("content-range"), "", "{range}");
    }
    for range in ["bytes=6-", "bytes=7-9", "bytes=99999999999999999999999-", "bytes=-0"] {
        let beyond = icon(range).await;
        assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(beyond.header("cache-control"), "private, no-store", "{range}");
        assert_eq!(beyond.header("content-range"), "bytes */6", "{range}");
    }
    let changed = [("range", "bytes=0-2"), ("if-range", "Thu, 01 Jan 1970 00:00:00 GMT")];
    let whole = send(&app, request(Method::GET, "/favicon.svg", &changed, "")).await;
    assert_eq!((whole.status, whole.body.as_str()), (StatusCode::OK, "<svg/>"));
}
