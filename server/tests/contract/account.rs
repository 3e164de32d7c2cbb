//! What belongs to an account, and its end: exactly what the page announced, at Neon Auth as well.

use super::on_both;
use super::side::{Side, is_signed_in, sign_in};
use crate::support::{Browser, ManagedApp, PASSWORD};
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

on_both!(
    the_page_says_what_goes_and_exactly_that_goes,
    nothing_goes_while_neon_auth_is_down,
    two_people_see_their_own_todos_only,
);

async fn belongings(browser: &mut Browser, todos: usize, posts: usize) {
    for number in 0..todos + posts {
        let submission = Uuid::new_v4().to_string();
        let (action, text) = if number < todos { ("/api/create_todo", "task") } else { ("/api/create_post", "title") };
        let fields = [("submission", &*submission), (text, "Tea"), ("content", "It is hot.")];
        let answer = browser.post(action, &fields).await;
        assert!(answer.redirect_path().is_some_and(|path| !path.contains("__err")), "{answer:?}");
    }
}

async fn delete(browser: &mut Browser) -> Option<String> {
    browser.post_from("/account/delete", "/auth/account/delete", &[("confirmation", "delete")]).await.redirect_path()
}

async fn the_page_says_what_goes_and_exactly_that_goes(side: Side) {
    let (mut ada, mut bob) = (side.signed_up("Ada").await, side.signed_up("Bob").await);
    belongings(&mut ada, 3, 2).await;
    belongings(&mut bob, 1, 1).await;
    let mut phone = side.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;

    let page = ada.get("/account/delete").await;
    for said in ["ada@example.com", "Your 3 todos are deleted", "Your 2 posts stay, without your name"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert!(ada.cookie("session").is_none());

    assert_eq!(side.count("select count(*) from todos").await, 1);
    assert_eq!(side.count("select count(*) from posts").await, 3);
    assert_eq!(side.count("select count(author_id) from posts").await, 1);
    assert!(!is_signed_in(&mut phone).await, "over at once");
    assert!(is_signed_in(&mut bob).await);
    let refused = sign_in(&mut ada, "Ada", PASSWORD).await;
    assert!(refused.redirect_path().is_some_and(|path| path.contains("wrong-password")), "gone at Neon Auth, too");
}

async fn nothing_goes_while_neon_auth_is_down(side: Side) {
    let mut ada = side.signed_up("Ada").await;
    belongings(&mut ada, 1, 1).await;
    side.go_down().await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/delete?error=not-deleted"));
    assert_eq!(side.count("select count(*) from todos").await, 1);
    assert_eq!(side.count("select count(author_id) from posts").await, 1);
    side.come_back().await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert_eq!(side.count("select count(*) from todos").await, 0);
}

async fn two_people_see_their_own_todos_only(side: Side) {
    let (mut ada, mut bob) = (side.signed_up("Ada").await, side.signed_up("Bob").await);
    let submission = Uuid::new_v4().to_string();
    let page = ada.post_from("/todos", "/api/create_todo", &[("task", "Buy milk"), ("submission", &submission)]).await;
    assert!(page.redirect_path().is_some_and(|path| !path.contains("__err")), "{page:?}");
    assert!(ada.get("/todos").await.body.contains("Buy milk"));
    assert!(!bob.get("/todos").await.body.contains("Buy milk"));
}

/// Whether Neon lets people delete themselves is not known: where it does not, their row is deleted.
#[tokio::test]
async fn an_account_goes_where_neon_auth_does_not_delete_it() {
    let app = ManagedApp::with(&json!({ "delete_user": false })).await;
    let grant = r#"grant delete on neon_auth."user" to app_owner"#;
    let side = Side::Managed(app);
    let mut ada = side.signed_up("Ada").await;
    belongings(&mut ada, 1, 1).await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/delete?error=not-deleted"), "the right is missing");
    assert_eq!(side.count("select count(*) from todos").await, 1);
    assert_eq!(ada.get("/account").await.status, StatusCode::OK);

    sqlx::raw_sql(grant).execute(&side.database().superuser).await.expect("granted");
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0);
    assert_eq!(side.count("select count(*) from todos").await, 0);
    assert_eq!(side.count("select count(*) from posts").await, 1);
}
