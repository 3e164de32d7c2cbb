//! The deletion of an account where Managed Neon Auth does not do it, has done it already, or only promises it.

use super::account::{PAGE, assert_left, break_second_step};
use super::backend::{Backend, Setting};
use super::flows::{delete_account, is_signed_in, sign_in};
use crate::support::{PASSWORD, SESSION_COOKIE};
use crate::user_data::{self, FEATURES};
use serde_json::json;

/// Covers a Neon Auth that does not let users delete themselves, in case Neon has switched that off: the server deletes
/// the row.
#[tokio::test]
async fn server_deletes_the_account_where_neon_auth_does_not() {
    let (backend, mut ada) = Backend::managed_with(json!({ "delete_user": false })).await.with_user("Ada").await;
    user_data::add(FEATURES, &mut ada, 1).await;
    // The right to do so is missing.
    delete_account(&mut ada).await.assert_refused(PAGE, "not-deleted");
    assert_left(&backend, 1, 1).await;
    assert!(is_signed_in(&mut ada).await);

    backend.sql(r#"grant delete on neon_auth."user" to app_owner"#).await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_eq!(backend.count(r#"neon_auth."user""#).await, 0);
    assert_left(&backend, 1, 0).await;
}

/// Covers an account that is gone already, since the answer to an earlier attempt was lost or the operator deleted it.
#[tokio::test]
async fn missing_account_counts_as_deleted_and_an_ended_session_does_not() {
    let backend = Backend::managed().await;
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    backend.delete_in_console("ada@example.com").await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert!(!is_signed_in(&mut ada).await);

    // Neon Auth gives Bob the same answer as Ada, although his account exists.
    backend.change_sessions(json!({ "action": "revoke", "email": "bob@example.com" })).await;
    delete_account(&mut bob).await.assert_refused(PAGE, "sign-in-again");
    assert_eq!(backend.count(r#"neon_auth."user""#).await, 1);
    sign_in(&mut bob, "Bob", PASSWORD).await;
    delete_account(&mut bob).await.assert_redirect("/account/deleted");
}

/// Covers a retry after the token has expired, with no session that could finish anything. Nothing is left to finish.
#[tokio::test]
async fn late_retry_of_a_half_done_deletion_is_told_that_it_is_done() {
    let (backend, mut ada) = Backend::managed().await.with_user("Ada").await;
    user_data::add(FEATURES, &mut ada, 1).await;
    backend.set(Setting::TokenSeconds(0)).await;
    let (mut phone, mut tablet) = (backend.browser(), backend.browser());
    sign_in(&mut phone, "Ada", PASSWORD).await;
    sign_in(&mut tablet, "Ada", PASSWORD).await;
    break_second_step(&backend).await;
    delete_account(&mut ada).await.assert_refused(PAGE, "half-deleted");
    assert_left(&backend, 1, 0).await;

    let sign_in = "/sign-in?return_to=%2Faccount%2Fdelete";
    delete_account(&mut phone).await.assert_redirect(sign_in);
    for (browser, page) in [(&mut phone, sign_in), (&mut tablet, "/sign-in")] {
        browser.get(page).await.assert_shows(&["This account was deleted.", "You can create a new one."]);
        assert!(browser.cookie(SESSION_COOKIE).is_none());
    }
    assert_eq!(backend.count("web.session").await, 1, "that of the first attempt");
}

/// Covers Better Auth's answers for a deletion that waits for a link in a mail, or for a fresher sign-in.
#[tokio::test]
async fn pending_deletion_is_not_reported_as_done() {
    let (backend, mut ada) = Backend::managed().await.with_user("Ada").await;
    for (status, body, code) in [
        (200, r#"{"success":true,"message":"Verification email sent"}"#, "not-deleted"),
        (400, r#"{"code":"SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION"}"#, "password-needed"),
    ] {
        backend.answer("/delete-user", status, body, &[]).await;
        delete_account(&mut ada).await.assert_refused(PAGE, code);
        assert!(is_signed_in(&mut ada).await);
    }
}
