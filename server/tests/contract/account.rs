//! The data of an account, and its deletion: exactly what the page announced, at Neon Auth as well.

use super::on_both;
use super::side::{Setting, Side, is_signed_in, sign_in};
use crate::support::{Browser, ManagedApp, PASSWORD, SESSION_COOKIE};
use crate::user_data;
use http::StatusCode;
use serde_json::json;

on_both!(
    the_page_says_what_goes_and_exactly_that_goes,
    what_is_there_is_announced_handed_out_and_gone,
    nothing_goes_while_neon_auth_is_down,
);

async fn assert_left(side: &Side, all: i64, theirs: i64) {
    user_data::assert_left(&side.database().superuser, all, theirs).await;
}

async fn delete(browser: &mut Browser) -> Option<String> {
    browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await.told()
}

async fn what_is_there_is_announced_handed_out_and_gone(side: Side) {
    user_data::check(&side, user_data::FEATURES).await;
}

async fn the_page_says_what_goes_and_exactly_that_goes(side: Side) {
    let (mut ada, mut bob) = (side.signed_up("Ada").await, side.signed_up("Bob").await);
    user_data::add(&mut ada, 3).await;
    user_data::add(&mut bob, 1).await;
    let mut phone = side.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;

    let page = ada.get("/account/delete").await;
    for said in user_data::announced(3).chain(["ada@example.com"]) {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert!(ada.cookie(SESSION_COOKIE).is_none());

    assert_left(&side, 4, 1).await;
    assert!(!is_signed_in(&mut phone).await, "over at once");
    assert!(is_signed_in(&mut bob).await);
    let refused = sign_in(&mut ada, "Ada", PASSWORD).await;
    assert!(refused.told().is_some_and(|path| path.contains("wrong-password")), "gone at Neon Auth, too");
}

async fn nothing_goes_while_neon_auth_is_down(side: Side) {
    let mut ada = side.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    side.go_down().await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/delete?error=deletion-uncertain"));
    assert_left(&side, 1, 1).await;
    side.come_back().await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert_left(&side, 1, 0).await;
}

/// Covers a Neon Auth that does not let users delete themselves, in case Neon has switched that off: the server deletes
/// the row.
#[tokio::test]
async fn an_account_goes_where_neon_auth_does_not_delete_it() {
    let app = ManagedApp::with(&json!({ "delete_user": false })).await;
    let grant = r#"grant delete on neon_auth."user" to app_owner"#;
    let side = Side::Managed(app);
    let mut ada = side.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/delete?error=not-deleted"), "the right is missing");
    assert_left(&side, 1, 1).await;
    assert_eq!(ada.get("/account").await.status, StatusCode::OK);

    sqlx::raw_sql(grant).execute(&side.database().superuser).await.expect("granted");
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0);
    assert_left(&side, 1, 0).await;
}

/// Runs a statement that renames something, so that the step after Neon Auth's fails.
async fn rename(side: &Side, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&side.database().superuser).await.expect("renamed");
}

/// Covers a failure after Neon Auth has deleted the account. Seeing that a user is gone needs no right to delete users.
#[tokio::test]
async fn a_deletion_that_stopped_half_way_is_said_so_and_finished() {
    let side = Side::managed().await;
    let mut ada = side.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    let mut phone = side.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    rename(&side, "alter function forget_user(text) rename to forget_nobody").await;
    for attempt in ["the first", "the next"] {
        let told = delete(&mut ada).await;
        assert_eq!(told.as_deref(), Some("/account/delete?error=half-deleted"), "{attempt}");
        assert!(ada.get(&told.unwrap()).await.body.contains("Your account is closed"), "{attempt}");
        assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0, "{attempt}");
    }

    rename(&side, "alter function forget_nobody(text) rename to forget_user").await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert_left(&side, 1, 0).await;
    assert_eq!(side.count("select count(*) from web.session").await, 0);
    assert!(!is_signed_in(&mut ada).await && !is_signed_in(&mut phone).await);
}

/// Covers an account that is gone already, since the answer to an earlier attempt was lost or the operator deleted it.
#[tokio::test]
async fn an_account_that_is_gone_is_deleted_and_one_that_is_there_is_not() {
    let side = Side::managed().await;
    let (mut ada, mut bob) = (side.signed_up("Ada").await, side.signed_up("Bob").await);
    side.delete_in_console("ada@example.com").await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/deleted"));
    assert!(!is_signed_in(&mut ada).await);

    // Neon Auth gives Bob the same answer as Ada, although his account exists.
    let revoke = json!({ "action": "revoke", "email": "bob@example.com" });
    side.managed_neon_auth().control(http::Method::POST, "/sessions", &revoke).await;
    assert_eq!(delete(&mut bob).await.as_deref(), Some("/account/delete?error=sign-in-again"));
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 1);
    sign_in(&mut bob, "Bob", PASSWORD).await;
    assert_eq!(delete(&mut bob).await.as_deref(), Some("/account/deleted"), "as it was told");
}

/// Covers a retry after the token has expired, with no session that could finish anything. Nothing is left to finish.
#[tokio::test]
async fn who_comes_back_late_to_a_deletion_that_stopped_half_way_is_told_that_it_is_done() {
    let side = Side::managed().await;
    let mut ada = side.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    side.set(Setting::TokenSeconds(0)).await;
    let (mut phone, mut tablet) = (side.browser(), side.browser());
    sign_in(&mut phone, "Ada", PASSWORD).await;
    sign_in(&mut tablet, "Ada", PASSWORD).await;
    rename(&side, "alter function forget_user(text) rename to forget_nobody").await;
    assert_eq!(delete(&mut ada).await.as_deref(), Some("/account/delete?error=half-deleted"));
    assert_left(&side, 1, 0).await;

    let told = delete(&mut phone).await;
    assert_eq!(told.as_deref(), Some("/sign-in?return_to=%2Faccount%2Fdelete"));
    for (browser, page) in [(&mut phone, &*told.unwrap()), (&mut tablet, "/sign-in")] {
        let page = browser.get(page).await;
        assert!(
            page.body.contains("This account was deleted.") && page.body.contains("You can begin anew."),
            "{page:?}"
        );
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(side.count("select count(*) from web.session").await, 1, "that of the first attempt");
}

/// Covers Better Auth's answers for a deletion that waits for a link in a mail, or for a fresher sign-in.
#[tokio::test]
async fn a_deletion_that_waits_is_none() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let mut ada = side.signed_up("Ada").await;
    for (status, body, told) in [
        (200, json!({ "success": true, "message": "Verification email sent" }), "not-deleted"),
        (400, json!({ "code": "SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION" }), "password-needed"),
    ] {
        let answer = json!({
            "mode": "answer", "path": "/delete-user", "status": status, "body": body.to_string(),
            "headers": [["content-type", "application/json"]],
        });
        side.managed_neon_auth().fail(answer).await;
        assert_eq!(delete(&mut ada).await, Some(format!("/account/delete?error={told}")));
        assert!(is_signed_in(&mut ada).await);
    }
}
