//! Signing in and out with e-mail and password, and every way in which it fails.

use super::browser::World;
use super::double::PASSWORD;
use crate::support::Log;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;

type Answer = fn() -> Response;

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.whoami().await, "nobody");

    let fields = [("email", " ada@example.test "), ("password", PASSWORD), ("return_to", "/notes?done=1")];
    assert_eq!(browser.post("/sign-in?/password", &fields).await.told(), "/notes?done=1");
    assert_eq!(browser.whoami().await, "ada@example.test");

    let stolen = browser.clone();
    assert_eq!(browser.post("/auth/sign-out", &[]).await.told(), "/");
    assert!(browser.jar.is_empty());
    assert_eq!(browser.whoami().await, "nobody");
    assert_eq!(stolen.clone().whoami().await, "nobody", "a copy of the cookie ends with the session");
    assert_eq!(world.rows().await, 0);
    until(|| world.double.calls("DELETE /auth/sessions/current") == 1).await;
}

#[tokio::test]
async fn signing_out_needs_no_neon_auth() {
    let world = World::new().await;
    let mut browser = world.signed_in("ada@example.test").await;
    world.double.stop();
    assert_eq!(browser.post("/auth/sign-out", &[]).await.told(), "/");
    assert_eq!(browser.whoami().await, "nobody");
}

#[tokio::test]
async fn a_failed_form_comes_back_once_and_without_the_password() {
    let world = World::new().await;
    let mut browser = world.browser();
    let fields = [("email", "ada@example.test"), ("password", "not her password"), ("return_to", "/notes")];
    let page = browser.post("/sign-in?/password", &fields).await;
    assert_eq!(page.told(), "/sign-in?error=wrong-password&return_to=%2Fnotes");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("value=\"ada@example.test\"") && !page.body.contains("not her"), "{}", page.body);
    assert_eq!(browser.whoami().await, "nobody");
    assert!(!browser.get("/sign-in").await.body.contains("ada@example.test"), "the page itself knows nothing of it");
    assert!(browser.jar.is_empty(), "nothing is left to remember");
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn nobody_fills_the_table_with_long_fields() {
    let world = World::new().await;
    let mut browser = world.browser();
    let long = "x".repeat(100_000);
    browser.post("/sign-up?/password", &[("email", &long), ("name", &long), ("password", PASSWORD)]).await;
    assert!(browser.jar.is_empty());
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn what_could_never_be_right_is_not_sent() {
    let world = World::new().await;
    let mut browser = world.browser();
    let long = "x".repeat(71);
    for (path, email, password, name, told) in [
        ("/sign-in?/password", "", PASSWORD, "", "/sign-in?error=email-invalid"),
        ("/sign-in?/password", "a@b.test", "short", "", "/sign-in?error=wrong-password"),
        ("/sign-in?/password", "a@b.test", &long, "", "/sign-in?error=wrong-password"),
        ("/sign-up?/password", "a@b", PASSWORD, "", "/sign-up?error=email-invalid"),
        ("/sign-up?/password", "a@b.test", "short", "", "/sign-up?error=password-too-short"),
        ("/sign-up?/password", "a@b.test", &long, "", "/sign-up?error=password-too-long"),
        ("/sign-up?/password", "a@b.test", PASSWORD, "a\0b", "/sign-up?error=name-invalid"),
    ] {
        let page = browser.post(path, &[("email", email), ("password", password), ("name", name)]).await;
        assert_eq!(page.told(), told, "{path} {email} {password}");
    }
    assert!(world.double.wishes().calls.is_empty());
}

#[tokio::test]
async fn a_form_that_is_none_is_said_to_be_unreadable() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.post("/sign-in?/password", &[]).await.told(), "/sign-in?error=email-invalid");
    let twice = [("email", "a@b.test"), ("email", "c@d.test"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in?/password", &twice).await.told(), "/sign-in?error=unreadable");
    assert_eq!(browser.post("/sign-up?/password", &twice).await.told(), "/sign-up?error=unreadable");
}

#[tokio::test]
async fn nobody_is_sent_to_another_place() {
    let world = World::new().await;
    for hostile in
        ["https://evil.example", "//evil.example", "/\\evil.example", "/..//evil.example", "/\t/evil.example"]
    {
        let mut browser = world.browser();
        let fields = [("email", "ada@example.test"), ("password", PASSWORD), ("return_to", hostile)];
        assert_eq!(browser.post("/sign-in?/password", &fields).await.told(), "/", "{hostile}");
        let fields = [("email", "ada@example.test"), ("password", "wrong password"), ("return_to", hostile)];
        assert_eq!(
            browser.post("/sign-in?/password", &fields).await.told(),
            "/sign-in?error=wrong-password",
            "{hostile}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_signs_nobody_in() {
    let answers: [(Answer, &str); 7] = [
        (|| StatusCode::INTERNAL_SERVER_ERROR.into_response(), "unavailable"),
        (|| Html("<h1>Maintenance</h1>").into_response(), "unavailable"),
        (|| Redirect::to("http://127.0.0.1:1/elsewhere").into_response(), "unavailable"),
        (|| axum::Json(serde_json::json!({"access_token": 7, "refresh_token": null})).into_response(), "unavailable"),
        (
            || axum::Json(serde_json::json!({"access_token": "a.b.c", "refresh_token": "d"})).into_response(),
            "unavailable",
        ),
        (|| "x".repeat(10_000_000).into_response(), "unavailable"),
        (|| "[".repeat(100_000).into_response(), "unavailable"),
    ];
    let world = World::new().await;
    let log = Log::of_warnings();
    for (number, (answer, told)) in answers.into_iter().enumerate() {
        world.double.wishes().hostile = Some(answer);
        let mut browser = world.browser();
        let page = browser.sign_in("ada@example.test").await;
        assert_eq!(page.told(), format!("/sign-in?error={told}"), "answer {number}");
        assert!(browser.whoami().await.starts_with("nobody"), "answer {number}");
        let lines = log.take_lines();
        assert!(lines.len() == 1 && !lines[0].contains(PASSWORD), "answer {number}: {lines:#?}");
    }
}

#[tokio::test]
async fn a_neon_auth_that_is_not_there_is_said_so() {
    let world = World::new().await;
    world.double.stop();
    let log = Log::of_warnings();
    let page = world.browser().sign_in("ada@example.test").await;
    assert_eq!(page.told(), "/sign-in?error=unavailable");
    let lines = log.take_lines();
    assert!(lines.len() == 1 && lines[0].contains("Connection re"), "once, with the cause: {lines:#?}");
}

#[tokio::test]
async fn restricted_and_anonymous_users_are_refused_by_name() {
    let world = World::new().await;
    for flag in ["is_restricted", "is_anonymous"] {
        world.double.wishes().claims = serde_json::json!({ flag: true });
        let page = world.browser().sign_in("ada@example.test").await;
        assert_eq!(page.told(), "/sign-in?error=restricted");
    }
}

#[tokio::test]
async fn a_token_for_another_project_signs_nobody_in() {
    let world = World::new().await;
    for claims in [
        serde_json::json!({"aud": "another"}),
        serde_json::json!({"iss": "https://api.stack-auth.com/api/v1/projects/another"}),
        serde_json::json!({"project_id": "another"}),
        serde_json::json!({"branch_id": "preview"}),
        serde_json::json!({"sub": ""}),
        serde_json::json!({"exp": 1}),
    ] {
        world.double.wishes().claims = claims.clone();
        let page = world.browser().sign_in("ada@example.test").await;
        assert_eq!(page.told(), "/sign-in?error=unavailable", "{claims}");
    }
}

/// Waits for something that happens beside the requests, at most ten seconds.
pub async fn until(mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.expect("it happens within ten seconds");
}

/// Checks that a second factor, which the app does not support, is named as the reason.
#[tokio::test]
async fn a_second_factor_is_named() {
    let world = World::new().await;
    let mut browser = world.browser();
    world.double.wishes().hostile = Some(|| {
        let code = "MULTI_FACTOR_AUTHENTICATION_REQUIRED";
        let body = axum::Json(serde_json::json!({ "code": code, "error": "" }));
        (StatusCode::BAD_REQUEST, [("x-stack-known-error", code)], body).into_response()
    });
    let page = browser.post("/sign-in?/password", &[("email", "ada@example.test"), ("password", PASSWORD)]).await;
    assert_eq!(page.told(), "/sign-in?error=second-factor");
    world.double.wishes().hostile = None;
    assert!(page.body.contains("value=\"ada@example.test\""), "what was typed is kept: {}", page.body);
    assert_eq!(browser.whoami().await, "nobody");
}
