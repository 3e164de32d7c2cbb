//! Cross-site requests, with true and with forged headers. The rule itself has a matrix beside it; this tests that it
//! is applied.

use super::{ORIGIN, app, get, request, send};
use http::{Method, StatusCode};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn cross_site_write_is_refused() {
    let app = app();
    let from = [
        vec![],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "https://evil.example"), ("host", "evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
        vec![("origin", ORIGIN), ("origin", "https://evil.example")],
        vec![("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
    ];
    let paths = ["/sign-in?/password", "/auth/sign-out", "/api/create_example", "/memos?/create_memo", "/", "/nowhere"];
    for path in paths {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for headers in &from {
                let headers = [headers.as_slice(), &[FORM]].concat();
                let answer = send(&app, request(method.clone(), path, &headers, "task=x")).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
                assert_eq!(answer.body, "\"forbidden\"");
            }
        }
    }
}

#[tokio::test]
async fn same_origin_post_and_cross_site_link_are_accepted() {
    let app = app();
    for headers in [[FORM, ("origin", ORIGIN)], [FORM, ("sec-fetch-site", "same-origin")]] {
        let answer = send(&app, request(Method::POST, "/api/create_example", &headers, "task=x")).await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let headers = [("accept", "text/html"), ("sec-fetch-site", "cross-site"), ("referer", "https://evil.example/")];
    let answer = send(&app, request(Method::GET, "/sign-in", &headers, "")).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn host_header_is_ignored() {
    let app = app();
    let names = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    for path in ["/sign-in", "/account", "/nowhere", "/nowhere.png", "/healthz"] {
        let headers = [&[("accept", "text/html")], names.as_slice()].concat();
        let answer = send(&app, request(Method::GET, path, &headers, "")).await;
        assert!(!answer.body.contains("evil.example"), "{path}");
        assert!(!format!("{:?}", answer.headers).contains("evil.example"), "{path}");
    }
}

#[tokio::test]
async fn absolute_and_odd_targets_are_only_paths() {
    let app = app();
    let answer = get(&app, "https://evil.example/sign-in").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("evil.example"));
    for path in ["//evil.example/x", "/%2e%2e//evil.example", "/\\evil.example"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("location"), "", "{path}");
    }
}

#[tokio::test]
async fn security_document_says_what_is_accepted() {
    let document = include_str!("../../../docs/security.md");
    let (_, claim) = document.split_once("- **Cross-site requests.**").expect("the claim");
    let (accepted, refused) = claim.split_once("Where a browser").expect("what is accepted, then what is refused");
    let refused = refused.split_once("are refused").expect("an end").0;
    let app = app();
    for value in ["same-origin", "same-site", "cross-site", "none"] {
        let headers = [FORM, ("sec-fetch-site", value)];
        let answer = send(&app, request(Method::POST, "/api/create_example", &headers, "task=x")).await;
        let is_refused = answer.status == StatusCode::FORBIDDEN;
        assert_eq!(refused.contains(&format!("`{value}`")), is_refused, "{value} among what is refused");
        let is_accepted = accepted.contains(&format!("`Sec-Fetch-Site: {value}`"));
        assert_eq!(is_accepted, !is_refused, "{value} among what is accepted");
    }
}
