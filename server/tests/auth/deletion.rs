//! Deleting an account from its page: exactly what the page announced, on every device, or nothing. What PostgreSQL
//! does with the rows is tested in `rls/deletion.rs`.

use super::whole::{lever, sign_in};
use crate::support::{AppOptions, Browser, PASSWORD, Page, SESSION_COOKIE, Shape, TestApp};
use crate::user_data;
use http::{Method, StatusCode};
use serde_json::json;

async fn delete(browser: &mut Browser, typed: &str) -> Page {
    browser.post("/account/delete?/delete", &[("confirmation", typed)]).await
}

async fn assert_left(app: &TestApp, all: i64, theirs: i64) {
    user_data::assert_left(&app.database.superuser, all, theirs).await;
}

async fn sessions(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from web.session").fetch_one(&app.database.superuser).await.unwrap()
}

#[tokio::test]
async fn the_page_says_what_goes_and_exactly_that_goes() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let app = TestApp::with(AppOptions { shape, ..AppOptions::default() }).await;
        let (mut ada, mut bob) = (app.signed_up("Ada").await, app.signed_up("Bob").await);
        user_data::add(&mut ada, 3).await;
        user_data::add(&mut bob, 1).await;
        let mut phone = app.browser();
        sign_in(&mut phone, "ada@example.com", PASSWORD).await;

        let page = ada.get("/account/delete").await;
        for said in user_data::announced(3).chain(["ada@example.com"]) {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        let answer = delete(&mut ada, " Delete ").await;
        assert_eq!(answer.told().as_deref(), Some("/account/deleted"), "{answer:?}");
        assert!(ada.cookie(SESSION_COOKIE).is_none());
        let page = ada.follow(answer).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Your account is deleted") && page.body.contains("Sign in"), "{}", page.body);

        assert_left(&app, 4, 1).await;
        let seen = phone.get("/account").await;
        assert!(seen.told().is_some_and(|path| path.starts_with("/sign-in")), "over at once: {seen:?}");
        assert_eq!(bob.get("/account").await.status, StatusCode::OK);
        let refused = sign_in(&mut ada, "ada@example.com", PASSWORD).await;
        assert_eq!(refused.told().as_deref(), Some("/sign-in?error=wrong-password"), "gone at Neon Auth, too");
    }
}

#[tokio::test]
async fn nothing_goes_without_the_word_or_without_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    for typed in ["", "yes", "delete it"] {
        let answer = delete(&mut ada, typed).await;
        assert_eq!(answer.told().as_deref(), Some("/account/delete?error=not-confirmed"));
    }
    let page = delete(&mut ada, "delete it").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Please type the word delete."), "{}", page.body);
    assert!(page.body.contains("value=\"delete it\""), "{}", page.body);
    let answer = delete(&mut app.browser(), "delete").await;
    assert_eq!(answer.told().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    let page = app.browser().get("/account/delete").await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    assert_left(&app, 1, 1).await;
}

#[tokio::test]
async fn while_neon_auth_is_down_nothing_goes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    lever(&app, Method::POST, "/outage", json!({"on": true})).await;
    let answer = delete(&mut ada, "delete").await;
    assert_eq!(answer.told().as_deref(), Some("/account/delete?error=deletion-uncertain"));
    let page = ada.follow(answer).await;
    for said in user_data::announced(1).chain(["Nobody knows"]) {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_left(&app, 1, 1).await;

    lever(&app, Method::POST, "/outage", json!({"on": false})).await;
    assert_eq!(delete(&mut ada, "delete").await.told().as_deref(), Some("/account/deleted"));
    assert_left(&app, 1, 0).await;
}

#[tokio::test]
async fn a_second_attempt_finishes_what_the_first_began() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    let rename = |from: &str, to: &str| format!("alter function forget_{from}(text) rename to forget_{to}");
    let superuser = &app.database.superuser;
    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("user", "nobody"))).execute(superuser).await.unwrap();
    let answer = delete(&mut ada, "delete").await;
    assert_eq!(answer.told().as_deref(), Some("/account/delete?error=half-deleted"));
    let page = ada.follow(answer).await;
    assert!(page.body.contains("Your account is closed"), "still there to try again: {}", page.body);

    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("nobody", "user"))).execute(superuser).await.unwrap();
    assert_eq!(delete(&mut ada, "delete").await.told().as_deref(), Some("/account/deleted"));
    assert_left(&app, 1, 0).await;
    assert_eq!(sessions(&app).await, 0);
}
