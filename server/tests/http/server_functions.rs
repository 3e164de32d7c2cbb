//! All registered server functions, present and future: guarded, called by POST, and usable from plain forms.

use super::{ORIGIN, app, fetch, get, post, request, send};
use crate::user_data::{FEATURES, UserData};
use http::{Method, StatusCode};
use leptos::prelude::server;
use leptos::server_fn::ContentType;
use leptos::server_fn::axum::server_fn_paths;
use request::codec::{Postcard, PostcardEncoding};
use request::session::require_user;
use request::{AppError, Field, FieldProblem};

const EXAMPLE: &str = "/api/create_example";

/// Takes arguments after a guard, like a function of a feature.
#[server(prefix = "/api", endpoint = "create_example", output = Postcard)]
pub async fn create_example(id: u32, task: String) -> Result<(), AppError> {
    require_user()?;
    if id > 0 && !task.is_empty() { Ok(()) } else { Err(AppError::NotFound) }
}

/// Functions that anonymous users may call, each with the reason.
const FOR_EVERYBODY: &[&str] = &[];

/// Functions that only read, and so may be called by GET, each with the reason.
const READ_BY_GET: &[&str] = &[];

/// Functions without arguments, in which nothing could be unreadable.
const WITHOUT_ARGUMENTS: &[&str] = &[
    // One line for each.
    "/api/clear_done",
];

/// Values for the arguments of all functions, so that their guards are reached.
const ARGUMENTS: &str = "id=1&version=1&done=true&task=x&title=x&content=x&body=x&deletion=1&idempotency_key=00000000-0000-4000-8000-000000000000";

fn paths() -> Vec<(&'static str, Method)> {
    let paths: Vec<_> = server_fn_paths().collect();
    for expected in FEATURES.iter().map(UserData::function).chain([EXAMPLE.to_owned()]) {
        assert!(paths.iter().any(|(path, _)| *path == expected), "{expected}: {paths:?}");
    }
    paths
}

#[tokio::test]
async fn anonymous_call_is_refused() {
    let app = app();
    for (path, _) in paths() {
        let answer = fetch(&app, path, ARGUMENTS).await;
        if FOR_EVERYBODY.contains(&path) {
            continue;
        }
        assert_eq!(
            (answer.status, answer.read::<AppError>()),
            (StatusCode::UNAUTHORIZED, AppError::SignInRequired),
            "{path} begins with its guard; is there a value for each of its arguments above?"
        );
        let browser = post(&app, path, ARGUMENTS, &[("referer", "https://app.example.com/account")]).await;
        assert_eq!((browser.status, &browser.bytes), (answer.status, &answer.bytes), "{path}, whatever it accepts");
        assert_eq!(
            (browser.headers.get("location"), browser.header("content-type")),
            (None, PostcardEncoding::CONTENT_TYPE)
        );
    }
}

#[tokio::test]
async fn get_changes_nothing() {
    let app = app();
    for (path, method) in paths() {
        assert!(path.starts_with("/api/"), "{path}");
        if READ_BY_GET.contains(&path) {
            continue;
        }
        assert_eq!(method, Method::POST, "{path}");
        for other in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let headers = [("origin", ORIGIN), ("sec-fetch-site", "same-origin")];
            let answer = send(&app, request(other.clone(), &format!("{path}?{ARGUMENTS}"), &headers, "")).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{other} {path}");
        }
    }
}

#[tokio::test]
async fn content_types_that_other_sites_could_send_are_refused() {
    let app = app();
    for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""] {
        for path in [EXAMPLE, "/memos?/create_memo"] {
            let headers = [("origin", ORIGIN), ("content-type", content_type)];
            let answer = send(&app, request(Method::POST, path, &headers, ARGUMENTS)).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {content_type}");
        }
    }
}

#[tokio::test]
async fn unreadable_arguments_are_said_to_be_so() {
    let app = app();
    for body in ["", "task", "id=x", "%00=%ff", "task[]=1", "task[[[[=1"] {
        for (path, _) in paths().into_iter().filter(|(path, _)| !WITHOUT_ARGUMENTS.contains(path)) {
            let answer = fetch(&app, path, body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {}", answer.body);
            assert!(matches!(answer.read::<AppError>(), AppError::Invalid(_)), "{path} {body}");
        }
    }
}

#[tokio::test]
async fn bytes_that_are_not_text_are_refused() {
    let app = app();
    let bytes = [b"id=1&task=".as_slice(), b"\xff\xfe"].concat();
    let send = |path: &'static str, accept| {
        let headers = [
            ("accept", accept),
            ("origin", ORIGIN),
            ("content-type", "application/x-www-form-urlencoded"),
            ("referer", "https://app.example.com/sign-in"),
        ];
        send(&app, request(Method::POST, path, &headers, bytes.clone()))
    };
    let fetched = send(EXAMPLE, PostcardEncoding::CONTENT_TYPE).await;
    assert_eq!(fetched.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", fetched.body);
    let unreadable = AppError::field(Field::FORM, FieldProblem::Unreadable);
    assert_eq!(fetched.read::<AppError>(), unreadable);
    let plain = send("/memos?/create_memo", "text/html").await;
    assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", plain.body);
    assert!(plain.is_page(), "{}", plain.body);
    for path in ["/sign-in?/password", "/sign-up?/password", "/sign-in?/oauth", "/theme"] {
        let answer = send(path, "text/html").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.is_page(), "{path}");
    }
}

#[tokio::test]
async fn odd_escapes_and_types_cause_no_server_error() {
    let app = app();
    for value in ["%", "%f", "%zz", "%ff", "%00", "%ed%a0%80", "a%"] {
        let body = format!("id=1&task={value}");
        let fetched = fetch(&app, EXAMPLE, &body).await;
        let told = [StatusCode::UNAUTHORIZED, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(told.contains(&fetched.status), "{value}: {}", fetched.status);
        assert_eq!(post(&app, EXAMPLE, &body, &[]).await.status, fetched.status, "{value}");
        let plain = post(&app, "/memos?/delete_memo", &format!("id={value}"), &[]).await;
        assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        for path in ["/sign-in?/password", "/sign-in/code?/enter", "/theme"] {
            let answer = post(&app, path, &format!("email={value}&theme={value}"), &[]).await;
            assert!(!answer.status.is_server_error(), "{path} {value}: {}", answer.status);
        }
        let page = get(&app, &format!("/sign-in?return_to={value}&error={value}")).await;
        assert_eq!(page.status, StatusCode::OK, "{value}");
    }
    for content_type in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
        for path in ["/sign-in?/password", "/sign-in/code?/enter", "/theme", EXAMPLE] {
            let headers = [("accept", "text/html"), ("origin", ORIGIN), ("content-type", content_type)];
            let answer = send(&app, request(Method::POST, path, &headers, "{\"id\": 1, \"task\": \"\\u0000\"}")).await;
            assert!(!answer.status.is_server_error(), "{path} {content_type}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn referer_is_not_a_redirect_target() {
    let app = app();
    for referer in [
        "https://app.example.com/posts?page=2",
        "https://evil.example/account",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        // Not even the database is there to keep the last form until after a sign-in.
        for (action, body, status) in [
            (EXAMPLE, ARGUMENTS, StatusCode::UNAUTHORIZED),
            ("/memos?/create_memo", "body=", StatusCode::UNPROCESSABLE_ENTITY),
            ("/memos?/delete_memo", "id=1&body=Tea+leaves", StatusCode::SERVICE_UNAVAILABLE),
        ] {
            let answer = post(&app, action, body, &[("referer", referer)]).await;
            assert_eq!((answer.status, answer.headers.get("location")), (status, None), "{action} {referer}");
            assert_eq!(answer.is_page(), action != EXAMPLE, "{}", answer.body);
            assert!(!answer.body.contains("evil.example"), "{}", answer.body);
            let has_text = answer.body.contains("Tea leaves</textarea>") && answer.body.contains("href=\"/memos\"");
            assert_eq!(has_text, action == "/memos?/delete_memo", "{}", answer.body);
        }
    }
}
