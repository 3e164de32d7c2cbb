//! The answers to browsers and programs when something is missing, forbidden or broken.

use super::{ORIGIN, app, get, post, request, send, state};
use crate::support::Log;
use axum::Router;
use axum::routing::get as on_get;
use http::{Method, StatusCode};
use http_server::http::stack::around;
use leptos::server_fn::ContentType;
use request::AppError;
use request::codec::PostcardEncoding;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

#[tokio::test]
async fn unknown_path_is_a_page_for_browsers_and_an_error_for_islands_and_programs() {
    let app = app();
    let page = get(&app, "/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.is_page() && page.body.contains("Not found"), "{}", page.body);

    for path in ["/nowhere", "/api/nowhere", "/auth/nowhere"] {
        let program = send(&app, request(Method::GET, path, &[], "")).await;
        assert_eq!((program.status, program.header("content-type")), (StatusCode::NOT_FOUND, "application/json"));
        assert_eq!(serde_json::from_str::<AppError>(&program.body).unwrap(), AppError::NotFound);

        let accept = [("accept", PostcardEncoding::CONTENT_TYPE)];
        let island = send(&app, request(Method::GET, path, &accept, "")).await;
        assert_eq!((island.status, island.header("content-type")), (StatusCode::NOT_FOUND, accept[0].1));
        assert_eq!(island.read::<AppError>(), AppError::NotFound);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = app();
    for (path, status) in
        [("/sign-in", StatusCode::OK), ("/nowhere", StatusCode::NOT_FOUND), ("/healthz", StatusCode::OK)]
    {
        let answer = send(&app, request(Method::HEAD, path, &[("accept", "text/html")], "")).await;
        assert_eq!(answer.status, status, "{path}");
        assert_ne!(answer.header("content-type"), "", "{path}");
    }
}

#[tokio::test]
async fn wrong_method_is_refused_with_the_allowed_ones() {
    let app = app();
    for (path, allowed) in
        [("/account/deleted", "GET,HEAD"), ("/account/deleted?/delete", "GET,HEAD"), ("/healthz", "GET,HEAD")]
    {
        let answer = post(&app, path, "", &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, allowed), "{path}");
        assert!(answer.is_page(), "{path}");
    }
    for path in ["/sign-in", "/account?/create_memo", "/sign-in?/code", "/account?/password/change"] {
        let answer = post(&app, path, "", &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} takes forms, and not this one");
        assert!(answer.is_page(), "{path}");
    }
    assert_eq!(get(&app, "/sign-in?/password").await.status, StatusCode::OK, "the page, which nothing was posted to");
    for path in ["/auth/sign-out", "/api/create_example"] {
        let answer = get(&app, path).await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"), "{path}");
    }
}

/// Returns routes that fail, behind the real middleware.
fn broken() -> Router {
    let panics = || async {
        let number = "x".parse::<u8>();
        number.expect("a secret detail").to_string()
    };
    let routes = Router::new()
        .route("/panic", on_get(panics).post(panics))
        .route("/bare", on_get(async || StatusCode::BAD_GATEWAY));
    around(routes, &state(&[]))
}

#[tokio::test]
async fn panic_is_a_page_with_a_number_and_the_next_request_works() {
    let app = broken();
    for path in ["/panic", "/panic", "/bare"] {
        let answer = get(&app, path).await;
        assert!(answer.status.is_server_error(), "{path}");
        assert!(answer.is_page() && answer.body.contains("mention number"), "{}", answer.body);
        assert!(!answer.body.contains("secret detail"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'nonce-"));
    }
    for method in [Method::GET, Method::POST] {
        let program = send(&app, request(method, "/panic", &[("origin", ORIGIN)], "")).await;
        assert_eq!(program.status, StatusCode::INTERNAL_SERVER_ERROR);
        let error = serde_json::from_str::<AppError>(&program.body).unwrap();
        assert!(matches!(error, AppError::Internal(reference) if reference.0 > 0), "{error:?}");
    }
}

/// Sends a request, drops it once its handler runs, and returns whether the handler ran to its end.
async fn goes_on_without_its_browser(method: Method, path: &str) -> bool {
    let (entered, leave) = oneshot::channel();
    let (proceed, may_proceed) = oneshot::channel::<()>();
    let (at_end, end) = oneshot::channel();
    let parts = Arc::new(Mutex::new(Some((entered, may_proceed, at_end))));
    let work = async move || {
        let (entered, may_proceed, at_end) = parts.lock().unwrap().take().unwrap();
        entered.send(()).unwrap();
        may_proceed.await.unwrap();
        at_end.send(()).unwrap();
    };
    let app = around(Router::new().route(path, on_get(work.clone()).post(work)), &state(&[]));
    let request = request(method, path, &[("origin", ORIGIN)], "");
    tokio::select! {
        answer = send(&app, request) => panic!("answered: {}", answer.status),
        entered = leave => entered.unwrap(),
    }
    _ = proceed.send(());
    end.await.is_ok()
}

#[tokio::test]
async fn write_is_finished_when_the_browser_disconnects() {
    assert!(goes_on_without_its_browser(Method::POST, "/api/create_example").await);
    assert!(goes_on_without_its_browser(Method::GET, "/auth/callback").await);
    assert!(!goes_on_without_its_browser(Method::GET, "/account").await);
}

#[tokio::test]
async fn long_client_data_is_cut_in_the_log() {
    let app = app();
    let log = Log::of_everything();
    let long = "o".repeat(390_000);
    let method = Method::from_bytes("M".repeat(5000).as_bytes()).unwrap();
    let more = [("origin", long.as_str()), ("sec-fetch-site", &long), ("user-agent", &long), ("referer", &long)];
    let path = format!("/{}?{}", "p".repeat(60_000), "q".repeat(4_000));
    send(&app, request(method, &path[..30_000], &more, "")).await;
    send(&app, request(Method::POST, "/api/create_example", &more, "")).await;
    get(&app, &path).await;
    let lines = log.take_lines();
    assert!(lines.iter().any(|line| line.contains("… (cut, 390000 bytes)")));
    assert!(lines.iter().any(|line| line.contains("… (cut, 60001 bytes)")));
    assert!(lines.iter().any(|line| line.contains("… (cut, 5000 bytes)")));
    for line in lines.iter().filter(|line| line.contains("request")) {
        assert!(line.len() < 2000, "{} bytes: {line:.300}", line.len());
    }
}

#[tokio::test]
async fn malformed_cookies_are_no_session() {
    let app = app();
    let long = format!("__Host-session={}", "A".repeat(7000));
    for cookie in ["", ";", "=", "__Host-session", "__Host-session=", "__Host-session=%00", "a=b;;;c=\u{1F980}", &long]
    {
        let headers = [("accept", "text/html"), ("cookie", cookie)];
        let answer = send(&app, request(Method::GET, "/account", &headers, "")).await;
        // A session would have to be looked up, and there is no database.
        let to = "/sign-in?return_to=%2Faccount";
        assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, to), "{cookie:.40}");
    }
}

#[tokio::test]
async fn garbage_in_an_address_causes_no_server_error() {
    let app = app();
    let err = |json: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE.encode(json)
    };
    let long = "A".repeat(6000);
    let script = "<script>alert(1)</script>";
    let encoded =
        ["\"not-found\"", "{\"Internal\":1}", &format!("\"internal {script}\""), script, "\"network\""].map(err);
    let plain = ["", "%", "%00", "x", "====", "AAAA", "%F0%9F%A6%80", &long];
    let errors: Vec<&str> = plain.into_iter().chain(encoded.iter().map(String::as_str)).collect();
    for page in ["/sign-in", "/sign-up", "/nowhere"] {
        for error in &errors {
            for query in [
                format!("__path=%2Fapi%2Fcreate_example&__err={error}"),
                format!("__path={error}&__err={error}"),
                format!("__err={error}"),
                format!("__path={error}"),
                format!("error={error}&return_to={error}"),
                format!("page={error}&before={error}"),
            ] {
                let answer = get(&app, &format!("{page}?{query}")).await;
                assert!(!answer.status.is_server_error(), "{page}?{query:.80}: {}", answer.status);
                assert!(!answer.body.contains("<script>alert"), "{page}?{query:.80}");
            }
        }
    }
}

#[tokio::test]
async fn odd_paths_are_not_found() {
    let app = app();
    let long = format!("/{}", "a".repeat(7000));
    let long_name = format!("/{}.txt", "a".repeat(7000));
    let escapes = ["/%00", "/%00.txt", "/a%00b.css", "/%ff", "/%ff.txt", "/%", "/%zz", "/..%2f..%2fetc%2fpasswd.txt"];
    let patterns = ["/*", "/%7Bid%7D"];
    let slashes = ["/nowhere/", "//", "/account/password/more"];
    for path in [&escapes[..], &patterns, &slashes, &[&*long, &*long_name]].concat() {
        let answer = get(&app, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path:.60}");
        assert!(answer.is_page(), "{path:.60}");
    }
}
