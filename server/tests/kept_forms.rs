//! Forms of anonymous clients, kept until after the sign-in: limits of number, size and time, and no password.

use crate::support::feature::{letters, memos};
use crate::support::{AppOptions, Browser, PASSWORD, Page, SESSION_COOKIE, TestApp, shown};
use crate::user_data::{FEATURES, UserData};
use http::StatusCode;
use tower_sessions::SessionStore;

const IDEMPOTENCY_KEY: &str = "0198c0de-0000-7000-8000-000000000001";

/// The largest body of a form that is kept.
const LARGEST: usize = 64 * 1024;

/// The feature whose form is sent, by a user whose session has expired.
const ONE: &UserData = &FEATURES[0];

/// Returns the usual fields of the form.
fn usual<'a>() -> impl Iterator<Item = (&'a str, &'a str)> {
    ONE.form.1.iter().copied().chain([("idempotency_key", IDEMPOTENCY_KEY)])
}

/// Sends the form of the feature, with `more` in place of or beside its fields.
async fn send(browser: &mut Browser, more: &[(&str, &str)]) -> Page {
    let kept = usual().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let fields: Vec<_> = kept.chain(more.iter().copied()).collect();
    browser.post(ONE.form.0, &fields).await
}

async fn limited() -> TestApp {
    TestApp::with(AppOptions { variables: &[("RATE_FORM", "3/3600")], ..AppOptions::default() }).await
}

#[tokio::test]
async fn kept_forms_draw_on_a_budget_of_the_address() {
    let app = limited().await;
    for number in 0..9 {
        let mut browser = app.browser();
        let answer = send(&mut browser, &[]).await;
        if number < 3 {
            answer.assert_redirect("/sign-in?return_to=%2Fmemos");
            continue;
        }
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{number}: {answer:?}");
        // It leads back, and has the text.
        let answer = answer.assert_shows(&["href=\"/memos\"", "Tea</textarea>", "in another tab"]);
        assert!(answer.headers.contains_key("retry-after") && browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(app.database.count("web.session").await, 3);
}

#[tokio::test]
async fn forms_of_signed_in_users_draw_on_no_budget() {
    let app = limited().await;
    let mut ada = app.signed_up("Ada").await;
    for _ in 0..5 {
        let answer = send(&mut ada, &[(ONE.form.1[0].0, "")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
    }
    assert_eq!(app.database.count("web.session").await, 1);
}

#[tokio::test]
async fn kept_form_is_small_and_lives_ten_minutes() {
    let app = limited().await;
    let usual: usize = usual().map(|(name, value)| format!("{name}={value}&").len()).sum();
    let rest = LARGEST - usual - "more=".len();
    for (bytes, status, rows) in [
        (200_000, StatusCode::UNAUTHORIZED, 0),
        (rest + 1, StatusCode::UNAUTHORIZED, 0),
        (rest, StatusCode::SEE_OTHER, 1),
    ] {
        let answer = send(&mut app.browser(), &[("more", &"x".repeat(bytes))]).await;
        assert_eq!(answer.status, status, "{bytes}: {answer:?}");
        assert_eq!(app.database.count("web.session").await, rows, "{bytes}");
    }
    let names: Vec<_> = (0..40).map(|number| format!("more_{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let answer = send(&mut app.browser(), &many).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "more fields than a form has: {answer:?}");
    answer.assert_shows(&["Tea</textarea>"]);
    assert_eq!(app.database.count("web.session").await, 1);
    let size = app.database.value::<i64>("select max(octet_length(ciphertext))::int8 from web.session").await;
    assert!(size < i64::try_from(LARGEST).unwrap() + 2048, "{size}");
    assert_eq!(app.database.count("web.session where expires_at > now() + interval '10 minutes'").await, 0);
}

#[tokio::test]
async fn password_is_neither_kept_nor_shown() {
    let app = limited().await;
    let secrets = [("password", "hunter2"), ("old_password", "hunter2"), ("New-Password", "hunter2")];
    for _ in 0..3 {
        let mut browser = app.browser();
        send(&mut browser, &secrets).await.assert_redirect("/sign-in?return_to=%2Fmemos");
        let id = browser.cookie(SESSION_COOKIE).expect("a session").parse().expect("an id");
        let kept = app.state.auth.sessions.store().load(&id).await.expect("the database answers").expect("a session");
        let kept = format!("{:?}", kept.data);
        assert!(kept.contains("Tea") && !kept.contains("hunter2"), "{kept}");
    }
    // Over the budget the form comes back, and each of its fields is shown.
    send(&mut app.browser(), &secrets).await.assert_shows(&["Tea</textarea>"]).assert_hides(&["hunter2"]);
    // So it does on its own page.
    let mut ada = app.signed_up("Ada").await;
    let long = "x".repeat(501);
    let answer = send(&mut ada, &[("body", &long), secrets[0], secrets[1], secrets[2]]).await;
    answer.assert_shows(&[&long]).assert_hides(&["hunter2"]);
}

#[tokio::test]
async fn awaited_mail_prolongs_a_session_that_began_with_a_form() {
    let app = limited().await;
    let mut browser = app.browser();
    send(&mut browser, &[]).await;
    browser.get("/auth/mailed/reset-password?code=abcdef").await;
    assert_eq!(app.database.count("web.session").await, 1, "the same session");
    assert_eq!(app.database.count("web.session where expires_at > now() + interval '50 minutes'").await, 1);
    assert!(browser.get("/reset-password").await.status.is_success());
}

/// Signs in as Ada, and returns the page that this leads to.
async fn sign_in(browser: &mut Browser, return_to: &str) -> Page {
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("return_to", return_to)];
    let page = browser.post("/sign-in?/password", &fields).await;
    browser.follow(page).await
}

#[tokio::test]
async fn form_is_kept_until_after_the_sign_in() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    ada.post("/auth/sign-out", &[]).await;
    let fields = [("idempotency_key", IDEMPOTENCY_KEY), ("body", "Buy milk"), ("password", "hunter2")];
    let sent = ada.post("/memos?x=1&/create_memo", &fields).await;
    let form = ada.follow_to("/sign-in?return_to=%2Fmemos%3Fx%3D1", sent).await;
    form.assert_shows(&["value=\"/memos?x=1\""]);
    let page = sign_in(&mut ada, "/memos?x=1").await;
    assert_eq!(page.url.query(), Some("x=1"));
    page.assert_shows(&["value=\"Buy milk\""]).assert_hides(&["hunter2"]);
    let again = shown(&mut ada, memos::PAGE).await;
    assert!(!again.contains("Buy milk"), "it is shown once, and nothing is added by itself");
}

#[tokio::test]
async fn kept_form_is_shown_on_its_own_page_only() {
    let (_app, mut ada) = TestApp::with_user("Ada").await;
    ada.post("/auth/sign-out", &[]).await;
    let sent = ada.post("/letters?/preview", &[("body", "On the engine")]).await;
    sent.assert_redirect("/sign-in?return_to=%2Fletters");
    // Another tab signs in first, and looks at other pages.
    sign_in(&mut ada, "/memos").await.assert_hides(&["On the engine"]);
    assert!(!shown(&mut ada, "/account").await.contains("On the engine"));
    let page = shown(&mut ada, letters::PAGE).await;
    assert!(page.contains("value=\"On the engine\""), "{page}");
}

#[tokio::test]
async fn failed_anonymous_form_begins_no_session() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for (address, fields, status) in [
        ("/memos?/unknown", &[("body", "x")][..], StatusCode::NOT_FOUND),
        (ONE.form.0, ONE.form.1, StatusCode::UNPROCESSABLE_ENTITY),
        ("/memos?/create_memo", &[("something", "else")], StatusCode::UNPROCESSABLE_ENTITY),
        ("/memos?/delete_memo", &[("id", "x")], StatusCode::UNPROCESSABLE_ENTITY),
        ("/letters?/create_letter", &[], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = visitor.post(address, fields).await;
        assert_eq!(page.status, status, "{address}: {page:?}");
        assert!(visitor.cookie(SESSION_COOKIE).is_none(), "{address}");
    }
    assert_eq!(app.database.count("web.session").await, 0);
}
