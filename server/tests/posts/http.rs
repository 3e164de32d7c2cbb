//! The HTTP stack for posts: they are long and public, and contain images from other sites.

#[cfg(feature = "metrics")]
use crate::http::metrics;
use crate::http::{ORIGIN, app, get, request, send};
use crate::support::{AppOptions, SESSION_COOKIE, TestApp};
use http::{Method, StatusCode};

/// Sends the longest post, of four-byte characters.
#[tokio::test]
async fn the_longest_post_is_accepted() {
    let body = format!("title=a&version=1&id=1&content={}", "%F0%9F%A6%80".repeat(50_000));
    let length = body.len().to_string();
    let headers = [
        ("origin", ORIGIN),
        ("content-type", "application/x-www-form-urlencoded"),
        // As every browser declares it: without a session, a body of more than 64 kB is not even read.
        ("content-length", length.as_str()),
    ];
    let answer = send(&app(), request(Method::POST, "/api/update_post", &headers, body.clone())).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    let plain = send(&app(), request(Method::POST, "/posts/1/edit?/update_post", &headers, body)).await;
    assert_eq!(plain.status, StatusCode::UNAUTHORIZED, "{}", plain.body);
}

/// Checks the rate limit of previews, each of which could add a row.
#[tokio::test]
async fn previews_of_anonymous_clients_have_a_budget() {
    let app = TestApp::with(AppOptions { variables: &[("RATE_FORM", "2/3600")], ..AppOptions::default() }).await;
    let fields = [("title", "Tea"), ("content", "Hot"), ("preview", "1")];
    for (number, page) in ["/posts/new", "/posts/1/edit", "/posts/new", "/posts/1/edit"].into_iter().enumerate() {
        let mut browser = app.browser();
        let answer = browser.post(&format!("{page}?/preview"), &fields).await;
        if number < 2 {
            assert!(answer.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "{answer:?}");
        } else {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{number}: {answer:?}");
            assert!(answer.body.contains(&format!("href=\"{page}\"")), "it leads back: {}", answer.body);
            assert!(browser.cookie(SESSION_COOKIE).is_none());
        }
    }
    assert_eq!(app.database.count("web.session").await, 2);
}

#[tokio::test]
async fn only_pages_with_prose_may_load_images_of_other_sites() {
    let app = app();
    for (path, images) in [
        ("/posts/1", "img-src 'self' https:;"),
        ("/posts/new", "img-src 'self' https:;"),
        ("/", "img-src 'self';"),
        ("/sign-in", "img-src 'self';"),
    ] {
        let policy = get(&app, path).await.header("content-security-policy").to_owned();
        assert!(policy.contains(images), "{path}: {policy}");
    }
}

#[tokio::test]
async fn pages_for_reading_load_no_wasm() {
    let app = app();
    for path in ["/posts/1", "/posts/1/edit/more"] {
        let answer = get(&app, path).await;
        assert!(!answer.header("content-security-policy").contains("wasm"), "{path}");
        assert!(!answer.body.contains(".wasm"), "{path}");
    }
}

#[tokio::test]
async fn an_unreachable_database_is_reported() {
    let app = app();
    for path in ["/", "/posts/1"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.is_page() && answer.body.contains("not reachable right now"), "{}", answer.body);
        assert_eq!(answer.header("refresh"), "5");
        // The path is public, but the answer is an error.
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn odd_paths_below_posts_are_not_found() {
    let app = app();
    for path in ["/posts/", "/posts/1/edit/more", "/posts/..", "/posts/%2e%2E", "/posts/./edit"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.is_page(), "{path}");
    }
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn all_posts_share_one_route_in_metrics() {
    let app = cli::app(metrics::measured());
    get(&app, "/posts/815815").await;
    get(&app, "/posts/815816?q=815817").await;
    let figures = metrics::figures(&app).await;
    let failed = r#"http_requests_total{method="GET",route="/posts/{id}",status="5xx"}"#;
    assert_eq!(metrics::value(&figures, failed), Some("2"), "{figures}");
    assert!(!figures.contains("8158"), "{figures}");
}
