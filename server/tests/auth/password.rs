//! Signing in and out with a password, where calls are counted or Neon Auth answers nonsense. What users see on both
//! generations is in `contract/password.rs`.

use super::browser::SignInApp;
use super::fake::{Call, Generation};
use super::on_both;
use crate::support::{Log, PASSWORD, until};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::{Value, json};

on_both!(
    user_signs_in_and_out_with_every_copy_of_the_cookie,
    invalid_fields_are_neither_sent_to_neon_auth_nor_kept,
    invalid_answer_signs_nobody_in,
    unreachable_neon_auth_is_said_and_logged_once,
    token_of_a_restricted_user_or_another_project_signs_nobody_in,
    second_factor_is_named,
);

type Answer = fn() -> Response;

/// A session of Managed Neon Auth.
#[cfg(feature = "managed")]
const SESSION: (&str, &str) = ("set-cookie", "__Secure-neon-auth.session_token=made-up; Path=/");

/// Returns answers to a sign-in that look like a success.
fn near_successes(generation: Generation) -> [(&'static str, Answer); 2] {
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => [
            ("wrong types", || axum::Json(json!({"access_token": 7, "refresh_token": null})).into_response()),
            ("no token", || axum::Json(json!({"access_token": "a.b.c", "refresh_token": "d"})).into_response()),
        ],
        #[cfg(feature = "managed")]
        Generation::Managed => [
            ("wrong types", || ([SESSION], axum::Json(json!({"token": 7}))).into_response()),
            ("no token", || ([SESSION, ("set-auth-jwt", "a.b.c")], axum::Json(json!({}))).into_response()),
        ],
    }
}

/// Returns claims of users who may not sign in, with the errors that they read.
fn refused_claims(generation: Generation) -> Vec<(Value, &'static str)> {
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => vec![
            (json!({"is_restricted": true}), "restricted"),
            (json!({"is_anonymous": true}), "restricted"),
            (json!({"iss": "https://api.stack-auth.com/api/v1/projects/another"}), "unavailable"),
            (json!({"project_id": "another"}), "unavailable"),
            (json!({"branch_id": "preview"}), "unavailable"),
        ],
        #[cfg(feature = "managed")]
        Generation::Managed => vec![
            (json!({"banned": true}), "restricted"),
            (json!({"role": "anonymous"}), "unavailable"),
            (json!({"iss": "https://ep-another.neonauth.eu-central-1.aws.neon.tech"}), "unavailable"),
        ],
    }
}

/// Returns the answer to the password of an account with a second factor.
fn second_factor(generation: Generation) -> Answer {
    match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => || {
            let code = "MULTI_FACTOR_AUTHENTICATION_REQUIRED";
            let body = axum::Json(json!({ "code": code, "error": "" }));
            (StatusCode::BAD_REQUEST, [("x-stack-known-error", code)], body).into_response()
        },
        #[cfg(feature = "managed")]
        Generation::Managed => || axum::Json(json!({ "twoFactorRedirect": true })).into_response(),
    }
}

async fn user_signs_in_and_out_with_every_copy_of_the_cookie(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    assert_eq!(browser.whoami().await, "nobody");

    let fields = [("email", " ada@example.test "), ("password", PASSWORD), ("return_to", "/memos?done=1")];
    browser.post("/sign-in?/password", &fields).await.assert_redirect("/memos?done=1");
    assert_eq!(browser.whoami().await, "ada@example.test");

    let mut stolen = browser.clone();
    browser.post("/auth/sign-out", &[]).await.assert_redirect("/");
    assert!(browser.jar.is_empty());
    assert_eq!(browser.whoami().await, "nobody");
    assert_eq!(stolen.whoami().await, "nobody", "a copy of the cookie ends with the session");
    assert_eq!(app.rows().await, 0);
    until("the session ends there", async || app.neon_auth.calls(Call::SignOut) == 1).await;

    // Signing out needs no Neon Auth.
    browser.sign_in("ada@example.test").await.assert_redirect("/");
    app.neon_auth.stop();
    browser.post("/auth/sign-out", &[]).await.assert_redirect("/");
    assert_eq!(browser.whoami().await, "nobody");
}

async fn invalid_fields_are_neither_sent_to_neon_auth_nor_kept(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    // One more than the generation takes.
    let long = "x".repeat(match generation {
        #[cfg(feature = "stack")]
        Generation::Stack => 71,
        #[cfg(feature = "managed")]
        Generation::Managed => 129,
    });
    for (page, email, password, name, code) in [
        ("/sign-in", "", PASSWORD, "", "email-invalid"),
        ("/sign-in", "a@b.test", "short", "", "wrong-password"),
        ("/sign-in", "a@b.test", &long, "", "wrong-password"),
        ("/sign-up", "a@b", PASSWORD, "", "email-invalid"),
        ("/sign-up", "a@b.test", "short", "", "password-too-short"),
        ("/sign-up", "a@b.test", &long, "", "password-too-long"),
        ("/sign-up", "a@b.test", PASSWORD, "a\0b", "name-invalid"),
    ] {
        let fields = [("email", email), ("password", password), ("name", name)];
        let answer = browser.post(&format!("{page}?/password"), &fields).await;
        assert_eq!(answer.refusal(), Some((page.to_owned(), code)), "{page} {email} {password}");
    }
    browser.post("/sign-in?/password", &[]).await.assert_refused("/sign-in", "email-invalid");
    let twice = [("email", "a@b.test"), ("email", "c@d.test"), ("password", PASSWORD)];
    browser.post("/sign-in?/password", &twice).await.assert_refused("/sign-in", "unreadable");
    browser.post("/sign-up?/password", &twice).await.assert_refused("/sign-up", "unreadable");
    assert!(app.neon_auth.behaviour().calls.is_empty());

    let long = "x".repeat(100_000);
    browser.post("/sign-up?/password", &[("email", &long), ("name", &long), ("password", PASSWORD)]).await;
    assert!(browser.jar.is_empty());
    assert_eq!(app.rows().await, 0);
}

#[tokio::test]
async fn return_to_leads_to_no_other_site() {
    let app = SignInApp::new(Generation::USUAL).await;
    for hostile in
        ["https://evil.example", "//evil.example", "/\\evil.example", "/..//evil.example", "/\t/evil.example"]
    {
        let mut browser = app.browser();
        let fields = |password| [("email", "ada@example.test"), ("password", password), ("return_to", hostile)];
        let page = browser.post("/sign-in?/password", &fields(PASSWORD)).await;
        assert_eq!(page.redirect_path().as_deref(), Some("/"), "{hostile}");
        let page = browser.post("/sign-in?/password", &fields("wrong password")).await;
        assert!(page.is_refused("/sign-in", "wrong-password"), "{hostile}: {page:?}");
    }
}

/// An answer that is not read to its end.
const MUCH: &str = "much";

async fn invalid_answer_signs_nobody_in(generation: Generation) {
    let answers: [(&str, Answer); 5] = [
        ("an error", || StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        ("a page", || Html("<h1>Maintenance</h1>").into_response()),
        ("a redirect", || Redirect::to("http://127.0.0.1:1/elsewhere").into_response()),
        (MUCH, || "x".repeat(10_000_000).into_response()),
        ("deep", || "[".repeat(100_000).into_response()),
    ];
    let app = SignInApp::new(generation).await;
    let log = Log::of_warnings();
    for (name, answer) in answers.into_iter().chain(near_successes(generation)) {
        app.neon_auth.behaviour().hostile = Some(answer);
        let mut browser = app.browser();
        let page = browser.sign_in("ada@example.test").await;
        assert!(page.is_refused("/sign-in", "unavailable"), "{name}: {page:?}");
        assert!(browser.whoami().await.starts_with("nobody"), "{name}");
        let line = log.take_one_line(name);
        assert!(!line.contains(PASSWORD), "{name}");
        assert_eq!(line.contains("an answer without end"), name == MUCH, "{name}: {line}");
    }
}

async fn unreachable_neon_auth_is_said_and_logged_once(generation: Generation) {
    let app = SignInApp::new(generation).await;
    app.neon_auth.stop();
    let log = Log::of_warnings();
    app.browser().sign_in("ada@example.test").await.assert_refused("/sign-in", "unavailable");
    assert!(log.take_one_line("the outage").contains("Connection re"), "with the cause");
}

async fn token_of_a_restricted_user_or_another_project_signs_nobody_in(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let wrong =
        [json!({"aud": "another"}), json!({"sub": ""}), json!({"exp": 1})].map(|claims| (claims, "unavailable"));
    for (claims, code) in refused_claims(generation).into_iter().chain(wrong) {
        app.neon_auth.behaviour().claims = claims.clone();
        let page = app.browser().sign_in("ada@example.test").await;
        assert!(page.is_refused("/sign-in", code), "{claims}: {page:?}");
    }
}

async fn second_factor_is_named(generation: Generation) {
    let app = SignInApp::new(generation).await;
    let mut browser = app.browser();
    app.neon_auth.behaviour().hostile = Some(second_factor(generation));
    let page = browser.sign_in("ada@example.test").await.assert_refused("/sign-in", "second-factor");
    page.assert_shows(&["value=\"ada@example.test\""]);
    app.neon_auth.behaviour().hostile = None;
    assert_eq!(browser.whoami().await, "nobody");
}
