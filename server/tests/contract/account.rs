//! Devices, and the end of an account: exactly what the page announced, at Neon Auth as well.

use super::on_both;
use super::side::{Side, is_signed_in, sign_in};
use crate::support::{Browser, ManagedApp, PASSWORD};
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

on_both!(
    the_page_says_what_goes_and_exactly_that_goes,
    nothing_goes_while_neon_auth_is_down,
    other_devices_are_signed_out_at_once,
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

async fn other_devices_are_signed_out_at_once(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let (mut one, mut two) = (side.browser(), side.browser());
    for browser in [&mut one, &mut two] {
        sign_in(browser, "Ada", PASSWORD).await;
        assert!(is_signed_in(browser).await);
    }
    let page = here.post_from("/account", "/auth/devices/end-others", &[]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account?done=other-devices-ended"));
    assert!(!is_signed_in(&mut one).await && !is_signed_in(&mut two).await);
    assert!(is_signed_in(&mut here).await);
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
