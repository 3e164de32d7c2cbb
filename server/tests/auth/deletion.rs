//! Deleting an account from its page: exactly what the page announced, on every device, or nothing.
//! It must not repeat what PostgreSQL does with the rows of a deleted user: `rls/deletion.rs` does that.

use super::whole::{lever, sign_in};
use crate::support::{Browser, PASSWORD, Page, Shape, TestApp, Wanted};
use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

async fn belongings(browser: &mut Browser, todos: usize, posts: usize) {
    for number in 0..todos + posts {
        let submission = Uuid::new_v4().to_string();
        let (action, text) = if number < todos { ("/api/create_todo", "task") } else { ("/api/create_post", "title") };
        let fields = [("submission", &*submission), (text, "Tea"), ("content", "It is hot.")];
        let answer = browser.post(action, &fields).await;
        assert!(!answer.redirect_path().unwrap().contains("__err"), "{answer:?}");
    }
}

async fn delete(browser: &mut Browser, typed: &str) -> Page {
    browser.post_from("/account/delete", "/auth/account/delete", &[("confirmation", typed)]).await
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&app.database.superuser).await.unwrap()
}

const TODOS: &str = "select count(*) from todos";
const NAMED_POSTS: &str = "select count(author_id) from posts";
const SESSIONS: &str = "select count(*) from web.session";

#[tokio::test]
async fn the_page_says_what_goes_and_exactly_that_goes() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let app = TestApp::with(Wanted { shape, ..Wanted::default() }).await;
        let (mut ada, mut bob) = (app.signed_up("Ada").await, app.signed_up("Bob").await);
        belongings(&mut ada, 3, 2).await;
        belongings(&mut bob, 1, 1).await;
        let mut phone = app.browser();
        sign_in(&mut phone, "ada@example.com", PASSWORD).await;

        let page = ada.get("/account/delete").await;
        for said in ["ada@example.com", "Your 3 todos are deleted", "Your 2 posts stay, without your name"] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        let answer = delete(&mut ada, " Delete ").await;
        assert_eq!(answer.redirect_path().as_deref(), Some("/account/deleted"), "{answer:?}");
        assert!(ada.cookie("session").is_none());
        let page = ada.follow(answer).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Your account is deleted") && page.body.contains("Sign in"), "{}", page.body);

        assert_eq!(count(&app, TODOS).await, 1);
        assert_eq!(count(&app, "select count(*) from posts").await, 3);
        assert_eq!(count(&app, NAMED_POSTS).await, 1);
        let seen = phone.get("/account").await;
        assert!(seen.redirect_path().is_some_and(|path| path.starts_with("/sign-in")), "over at once: {seen:?}");
        assert_eq!(bob.get("/account").await.status, StatusCode::OK);
        let refused = sign_in(&mut ada, "ada@example.com", PASSWORD).await;
        assert_eq!(refused.redirect_path().as_deref(), Some("/sign-in?error=wrong-password"), "gone at Neon Auth, too");
    }
}

#[tokio::test]
async fn nothing_goes_without_the_word_or_without_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    belongings(&mut ada, 1, 0).await;
    for typed in ["", "yes", "delete it"] {
        let answer = delete(&mut ada, typed).await;
        assert_eq!(answer.redirect_path().as_deref(), Some("/account/delete?error=not-confirmed"));
    }
    let page = ada.get("/account/delete?error=not-confirmed").await;
    assert!(page.body.contains("Please type the word delete."), "{}", page.body);
    let answer = delete(&mut app.browser(), "delete").await;
    assert_eq!(answer.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    let page = app.browser().get("/account/delete").await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    assert_eq!(count(&app, TODOS).await, 1);
}

#[tokio::test]
async fn while_neon_auth_is_down_nothing_goes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    belongings(&mut ada, 1, 1).await;
    lever(&app, Method::POST, "/outage", json!({"on": true})).await;
    let answer = delete(&mut ada, "delete").await;
    assert_eq!(answer.redirect_path().as_deref(), Some("/account/delete?error=not-deleted"));
    let page = ada.follow(answer).await;
    assert!(page.body.contains("nothing here was") && page.body.contains("Your 1 todo is deleted."), "{}", page.body);
    assert_eq!((count(&app, TODOS).await, count(&app, NAMED_POSTS).await), (1, 1));

    lever(&app, Method::POST, "/outage", json!({"on": false})).await;
    assert_eq!(delete(&mut ada, "delete").await.redirect_path().as_deref(), Some("/account/deleted"));
    assert_eq!((count(&app, TODOS).await, count(&app, NAMED_POSTS).await), (0, 0));
}

#[tokio::test]
async fn a_second_attempt_finishes_what_the_first_began() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("Ada").await;
    belongings(&mut ada, 1, 1).await;
    let rename = |from: &str, to: &str| format!("alter function forget_{from}(text) rename to forget_{to}");
    let superuser = &app.database.superuser;
    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("user", "nobody"))).execute(superuser).await.unwrap();
    let answer = delete(&mut ada, "delete").await;
    assert_eq!(answer.redirect_path().as_deref(), Some("/account/delete?error=half-deleted"));
    let page = ada.follow(answer).await;
    assert!(page.body.contains("Your account is closed"), "still there to try again: {}", page.body);

    sqlx::raw_sql(sqlx::AssertSqlSafe(rename("nobody", "user"))).execute(superuser).await.unwrap();
    assert_eq!(delete(&mut ada, "delete").await.redirect_path().as_deref(), Some("/account/deleted"));
    assert_eq!((count(&app, TODOS).await, count(&app, NAMED_POSTS).await, count(&app, SESSIONS).await), (0, 0, 0));
}
