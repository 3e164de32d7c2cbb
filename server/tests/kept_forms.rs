//! Forms of anonymous users, kept until after the sign-in: limits of number, size and time.

use crate::support::{AppOptions, Browser, Page, SESSION_COOKIE, TestApp};
use crate::user_data::{FEATURES, UserData};
use http::StatusCode;

const FEW: &[(&str, &str)] = &[("RATE_FORM", "3/3600")];

const SUBMISSION: &str = "0198c0de-0000-7000-8000-000000000001";

/// The feature whose form is sent, by a user whose session has expired.
const ONE: &UserData = &FEATURES[0];

/// Sends the form of the feature, with `more` in place of or beside its fields.
async fn send(browser: &mut Browser, more: &[(&str, &str)]) -> Page {
    let (action, usual) = ONE.form;
    let usual = usual.iter().copied().chain([("submission", SUBMISSION)]);
    let kept = usual.filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let fields: Vec<_> = kept.chain(more.iter().copied()).collect();
    browser.post(action, &fields).await
}

async fn limited() -> TestApp {
    TestApp::with(AppOptions { variables: FEW, ..AppOptions::default() }).await
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
    for number in 0..9 {
        let mut browser = app.browser();
        let answer = send(&mut browser, &[]).await;
        if number < 3 {
            assert_eq!(answer.redirect_path().as_deref(), Some("/sign-in?return_to=%2Fnotes"), "{number}: {answer:?}");
        } else {
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{number}: {answer:?}");
            assert!(answer.body.contains("href=\"/notes\""), "it leads back: {}", answer.body);
            assert!(
                answer.body.contains("Tea</textarea>") && answer.body.contains("in another tab"),
                "{}",
                answer.body
            );
            assert!(answer.headers.contains_key("retry-after") && browser.cookie(SESSION_COOKIE).is_none());
        }
    }
    assert_eq!(rows(&app).await, 3);
}

#[tokio::test]
async fn who_is_signed_in_has_no_such_budget() {
    let app = limited().await;
    let mut ada = app.signed_up("Ada").await;
    for _ in 0..5 {
        let answer = send(&mut ada, &[(ONE.form.1[0].0, "")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    }
    assert_eq!(rows(&app).await, 1);
}

#[tokio::test]
async fn a_form_that_could_not_be_saved_anyway_is_not_kept() {
    let app = limited().await;
    for fields in [ONE.form.1, &[("something", "else")]] {
        let mut browser = app.browser();
        let answer = browser.post(ONE.form.0, fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn a_kept_form_lives_ten_minutes_and_is_small() {
    let app = limited().await;
    let publish = async |text: &str| send(&mut app.browser(), &[("more", text)]).await.status;
    assert_eq!(publish(&"x".repeat(200_000)).await, StatusCode::UNAUTHORIZED, "told to sign in first");
    assert_eq!(rows(&app).await, 0);
    assert_eq!(publish(&"x".repeat(60_000)).await, StatusCode::SEE_OTHER);
    assert_eq!(rows(&app).await, 1);
    let names: Vec<_> = (0..40).map(|number| format!("more_{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let answer = send(&mut app.browser(), &many).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "more fields than a form has: {answer:?}");
    assert!(answer.body.contains("Tea</textarea>"), "{}", answer.body);
    assert_eq!(rows(&app).await, 1);
    assert!(number(&app, "select max(octet_length(ciphertext))::int8 from web.session").await < 64 * 1024);
    let late = "select count(*) from web.session where expires_at > now() + interval '10 minutes'";
    assert_eq!(number(&app, late).await, 0);
}

#[tokio::test]
async fn a_mail_that_is_waited_for_prolongs_a_session_that_began_with_a_form() {
    let app = limited().await;
    let mut browser = app.browser();
    send(&mut browser, &[]).await;
    browser.get("/auth/mailed/reset-password?code=abcdef").await;
    assert_eq!(rows(&app).await, 1, "the same session");
    let long = "select count(*) from web.session where expires_at > now() + interval '50 minutes'";
    assert_eq!(number(&app, long).await, 1);
    assert!(browser.get("/reset-password").await.status.is_success());
}
