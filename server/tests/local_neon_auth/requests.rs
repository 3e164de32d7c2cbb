//! Headers of requests and answers, users by the server key, and access to the control endpoints.

use super::{Auth, PASSWORD, send, text};
use reqwest::Method;
use serde_json::json;

type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn keys_are_checked_before_anything_else() {
    let auth = Auth::start().await;
    let project = auth.running.project_id.as_str();
    let key = auth.running.publishable_client_key.as_str();
    let cases: [(Headers<'_>, u16, &str); 9] = [
        (&[], 400, "ACCESS_TYPE_REQUIRED"),
        (&[("x-stack-access-type", "client")], 400, "ACCESS_TYPE_WITHOUT_PROJECT_ID"),
        (
            &[("x-stack-project-id", project), ("x-stack-publishable-client-key", key)],
            400,
            "PROJECT_KEY_WITHOUT_ACCESS_TYPE",
        ),
        (&[("x-stack-project-id", project), ("x-stack-access-type", "robot")], 400, "INVALID_ACCESS_TYPE"),
        (&[("x-stack-project-id", "nope"), ("x-stack-access-type", "client")], 400, "CURRENT_PROJECT_NOT_FOUND"),
        (&[("x-stack-project-id", project), ("x-stack-access-type", "client")], 401, "CLIENT_AUTHENTICATION_REQUIRED"),
        (&[("x-stack-project-id", project), ("x-stack-access-type", "server")], 401, "SERVER_AUTHENTICATION_REQUIRED"),
        (
            &[
                ("x-stack-project-id", project),
                ("x-stack-access-type", "client"),
                ("x-stack-publishable-client-key", "pck_wrong"),
            ],
            401,
            "INVALID_PUBLISHABLE_CLIENT_KEY",
        ),
        (
            &[("x-stack-project-id", project), ("x-stack-access-type", "server"), ("x-stack-secret-server-key", key)],
            401,
            "INVALID_SECRET_SERVER_KEY",
        ),
    ];
    for (headers, status, code) in cases {
        let request = auth.http.get(auth.url("/users/me"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        send(request).await.assert_known(status, code);
    }
    send(auth.client(Method::GET, "/users")).await.assert_known(401, "INSUFFICIENT_ACCESS_TYPE");
    send(auth.client(Method::GET, "/users/me")).await.assert_known(400, "CANNOT_GET_OWN_USER_WITHOUT_USER");
}

#[tokio::test]
async fn answers_carry_the_recorded_headers() {
    let auth = Auth::start().await;
    let answer = auth.try_sign_in("nobody@example.com", "x").await;
    answer.assert_known(400, "EMAIL_PASSWORD_MISMATCH");
    for (name, value) in [
        ("cache-control", "no-store, max-age=0"),
        ("content-type", "application/json; charset=utf-8"),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "content-type, x-stack-actual-status, x-stack-known-error"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert_eq!(answer.header("x-stack-request-id").unwrap().len(), 16);

    let preflight = send(auth.http.request(Method::OPTIONS, auth.url("/users/me")).header("origin", "http://a")).await;
    assert_eq!((preflight.status, preflight.text.as_str()), (200, ""));
    assert_eq!(send(auth.http.get(auth.url("/auth/password/sign-in"))).await.status, 405);
    let unknown = send(auth.client(Method::GET, "/does-not-exist")).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text.ends_with(&format!("URL: {}", auth.url("/does-not-exist"))), "{unknown:?}");
}

#[tokio::test]
async fn errors_are_200_on_request() {
    let auth = Auth::start().await;
    let request = auth.client(Method::POST, "/auth/password/sign-in").header("x-stack-override-error-status", "true");
    let answer = send(request.json(&json!({ "email": "nobody@example.com", "password": "x" }))).await;
    assert_eq!((answer.status, answer.header("x-stack-actual-status")), (200, Some("400")));
    assert_eq!(answer.code(), Some("EMAIL_PASSWORD_MISMATCH"));
}

#[tokio::test]
async fn server_key_makes_and_lists_users() {
    let auth = Auth::start().await;
    for name in ["Ada", "Grace", "Hedy"] {
        let body = json!({
            "primary_email": format!("{name}@example.com"), "primary_email_auth_enabled": true,
            "primary_email_verified": true, "password": PASSWORD, "display_name": name,
        });
        let made = send(auth.server(Method::POST, "/users").json(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(made.json()["server_metadata"], json!(null));
        let again = send(auth.server(Method::POST, "/users").json(&body)).await;
        again.assert_known(409, "USER_EMAIL_ALREADY_EXISTS");
    }
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = send(auth.server(Method::GET, &format!("/users?limit=2{cursor}"))).await.json();
        names.extend(page["items"].as_array().unwrap().iter().map(|user| text(&user["display_name"])));
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(names, ["Ada", "Grace", "Hedy"]);
    auth.try_sign_in("ada@example.com", PASSWORD).await.assert_ok();
    let not_an_id = send(auth.server(Method::GET, "/users/nope")).await;
    assert!(text(&not_an_id.json()["error"]).ends_with("- params.user_id must be a valid UUID"));
}

#[tokio::test]
async fn project_hides_whether_localhost_is_trusted() {
    let auth = Auth::start().await;
    let project = send(auth.client(Method::GET, "/projects/current")).await.json();
    assert_eq!(project["id"], auth.running.project_id.as_str());
    assert_eq!(project["config"]["enabled_oauth_providers"], json!([{ "id": "github" }, { "id": "google" }]));
    assert_eq!(project["config"]["client_user_deletion_enabled"], false);
    assert!(project["config"].get("allow_localhost").is_none());
}

#[tokio::test]
async fn controls_need_the_admin_key() {
    let auth = Auth::start().await;
    let url = format!("{}/local/settings", auth.running.origin);
    for key in ["", "sak_wrong", auth.running.secret_server_key.as_str()] {
        let answer = send(auth.http.get(&url).header("x-stack-super-secret-admin-key", key)).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(send(auth.http.get(&url)).await.status, 401);
}

#[tokio::test]
async fn outage_answers_everything_with_503() {
    let auth = Auth::start().await;
    auth.local(Method::POST, "/outage", json!({ "on": true })).await;
    assert_eq!(auth.jwks("").await.status, 503);
    assert_eq!(auth.try_sign_in("ada@example.com", PASSWORD).await.status, 503);
    auth.local(Method::POST, "/outage", json!({ "on": false })).await;
    assert_eq!(auth.jwks("").await.status, 200);
}

#[tokio::test]
async fn rebound_host_name_is_refused() {
    let auth = Auth::start().await;
    let outbox = format!("{}/local/outbox", auth.running.origin);
    let rebound = send(auth.http.get(&outbox).header("host", "evil.example")).await;
    assert_eq!(rebound.status, 403);
    assert_eq!(send(auth.http.get(&outbox)).await.status, 200);
    let localhost = format!("localhost:{}", auth.running.address.port());
    assert_eq!(send(auth.http.get(auth.url("")).header("host", localhost)).await.status, 200);
}
