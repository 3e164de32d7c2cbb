//! Forms of anonymous clients, which are kept until after the sign-in: how many, how large and how long.
//! It must not test where a form is shown again.

use crate::support::{SESSION_COOKIE, TestApp, Wanted};
use http::StatusCode;

const FEW: &[(&str, &str)] = &[("RATE_FORM", "3/3600")];

const SUBMISSION: &str = "0198c0de-0000-7000-8000-000000000001";

/// What anybody can send whose session is over.
const TODO: &[(&str, &str)] = &[("task", "milk"), ("submission", SUBMISSION)];

async fn limited() -> TestApp {
    TestApp::with(Wanted { variables: FEW, ..Wanted::default() }).await
}

async fn rows(app: &TestApp) -> i64 {
    number(app, "select count(*) from web.session").await
}

async fn number(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&app.database.superuser).await.unwrap()
}

#[tokio::test]
async fn an_address_fills_no_table_with_forms_of_anonymous_clients() {
    let app = limited().await;
    let post = [("title", "a"), ("content", "b"), ("submission", SUBMISSION)];
    let mut refused = 0;
    for number in 0..12 {
        let mut browser = app.browser();
        let answer = match number % 3 {
            0 => browser.post_from("/todos", "/api/create_todo", TODO).await,
            1 => browser.post_from("/posts/new", "/api/create_post", &post).await,
            _ => browser.post_from("/posts/new", "/posts/new", &post).await,
        };
        assert_eq!(answer.status == StatusCode::TOO_MANY_REQUESTS, number >= 3, "{number}: {answer:?}");
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            let page = if number % 3 == 0 { "/todos" } else { "/posts/new" };
            assert!(answer.body.contains(&format!("href=\"{page}\"")), "{}", answer.body);
            assert!(answer.headers.contains_key("retry-after") && browser.cookie(SESSION_COOKIE).is_none());
            refused += 1;
        }
    }
    assert_eq!((rows(&app).await, refused), (3, 9));
}

#[tokio::test]
async fn who_is_signed_in_has_no_such_budget() {
    let app = limited().await;
    let mut ada = app.signed_up("Ada").await;
    for _ in 0..5 {
        let answer = ada.post_from("/todos", "/api/create_todo", &[("task", ""), ("submission", SUBMISSION)]).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
    }
    assert_eq!(rows(&app).await, 1);
}

#[tokio::test]
async fn a_form_that_could_not_be_saved_anyway_is_not_kept() {
    let app = limited().await;
    for fields in [&[("task", "milk")][..], &[("something", "else")]] {
        let mut browser = app.browser();
        let answer = browser.post_from("/todos", "/api/create_todo", fields).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn a_kept_form_lives_ten_minutes_and_is_small() {
    let app = limited().await;
    let publish = async |content: &str| {
        let fields = [("submission", SUBMISSION), ("title", "a"), ("content", content)];
        app.browser().post_from("/posts/new", "/api/create_post", &fields).await.status
    };
    assert_eq!(publish(&"x".repeat(200_000)).await, StatusCode::UNAUTHORIZED, "told to sign in first");
    assert_eq!(rows(&app).await, 0);
    assert_eq!(publish(&"x".repeat(60_000)).await, StatusCode::FOUND);
    assert_eq!(rows(&app).await, 1);
    assert!(number(&app, "select max(octet_length(ciphertext))::int8 from web.session").await < 64 * 1024);
    let late = "select count(*) from web.session where expires_at > now() + interval '10 minutes'";
    assert_eq!(number(&app, late).await, 0);
}

#[tokio::test]
async fn a_mail_that_is_waited_for_prolongs_a_session_that_began_with_a_form() {
    let app = limited().await;
    let mut browser = app.browser();
    browser.post_from("/todos", "/api/create_todo", TODO).await;
    browser.get("/auth/mailed/reset-password?code=abcdef").await;
    assert_eq!(rows(&app).await, 1, "the same session");
    let long = "select count(*) from web.session where expires_at > now() + interval '50 minutes'";
    assert_eq!(number(&app, long).await, 1);
    assert!(browser.get("/reset-password").await.status.is_success());
}

#[tokio::test]
async fn what_was_typed_is_there_after_the_sign_in() {
    let app = limited().await;
    let mut ada = app.signed_up("Ada").await;
    ada.post("/auth/sign-out", &[]).await;
    ada.post_from("/todos", "/api/create_todo", TODO).await;
    let fields = [("email", "ada@example.com"), ("password", crate::support::PASSWORD), ("return_to", "/todos")];
    ada.post_from("/sign-in", "/auth/sign-in", &fields).await;
    let page = ada.get("/todos").await;
    assert!(page.body.contains("value=\"milk\""), "{}", page.body);
}
