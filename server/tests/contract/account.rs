//! The data of an account, and its deletion: exactly what the page announced, on every device and at Neon Auth, or
//! nothing. What PostgreSQL does with the rows is tested in `rls/deletion.rs`.

use super::backend::{Backend, Setting};
use super::flows::{delete_account, is_signed_in, sign_in};
use super::on_both;
use crate::support::{AppOptions, PASSWORD, SESSION_COOKIE, Shape, TestApp};
use crate::user_data;
use http::StatusCode;
use serde_json::json;

const SESSIONS: &str = "select count(*) from web.session";
const USERS: &str = r#"select count(*) from neon_auth."user""#;
const PAGE: &str = "/account/delete";

on_both!(
    deletion_removes_exactly_what_the_page_announced,
    data_is_announced_exported_and_deleted,
    deletion_needs_the_word_and_a_session,
    deletion_during_an_outage_changes_nothing,
    half_done_deletion_is_said_and_finished,
);

async fn assert_left(backend: &Backend, all: i64, theirs: i64) {
    user_data::assert_left(&backend.database().superuser, all, theirs).await;
}

async fn data_is_announced_exported_and_deleted(backend: Backend) {
    user_data::check(&backend, user_data::FEATURES).await;
}

async fn deletion_removes_exactly_what_the_page_announced(backend: Backend) {
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    user_data::add(&mut ada, 3).await;
    user_data::add(&mut bob, 1).await;
    let mut phone = backend.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;

    let announced: Vec<_> = user_data::announced(3).chain(["ada@example.com"]).collect();
    ada.get(PAGE).await.assert_shows(&announced);
    let answer = ada.post("/account/delete?/delete", &[("confirmation", " Delete ")]).await;
    let answer = answer.assert_redirect("/account/deleted");
    assert!(ada.cookie(SESSION_COOKIE).is_none());
    let page = ada.follow(answer).await.assert_shows(&["Your account is deleted", "Sign in"]);
    assert_eq!(page.status, StatusCode::OK);

    assert_left(&backend, 4, 1).await;
    assert!(!is_signed_in(&mut phone).await, "over at once");
    assert!(is_signed_in(&mut bob).await);
    // The account is gone at Neon Auth, too.
    sign_in(&mut ada, "Ada", PASSWORD).await.assert_refused("/sign-in?return_to=%2Faccount", "wrong-password");
}

#[tokio::test]
async fn deletion_is_exact_where_the_directory_has_text_ids() {
    let app = TestApp::with(AppOptions { shape: Shape::SyncText, ..AppOptions::default() }).await;
    deletion_removes_exactly_what_the_page_announced(Backend::Stack(app)).await;
}

async fn deletion_needs_the_word_and_a_session(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    for typed in ["", "yes", "delete it"] {
        let page = ada.post("/account/delete?/delete", &[("confirmation", typed)]).await;
        let page = page.assert_refused(PAGE, "not-confirmed").assert_shows(&["Please type the word delete."]);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(typed.is_empty() || page.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", page.body);
    }
    let sign_in = "/sign-in?return_to=%2Faccount%2Fdelete";
    delete_account(&mut backend.browser()).await.assert_redirect(sign_in);
    backend.browser().get(PAGE).await.assert_redirect(sign_in);
    assert_left(&backend, 1, 1).await;
}

async fn deletion_during_an_outage_changes_nothing(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    backend.go_down().await;
    let announced: Vec<_> = user_data::announced(1).chain(["We cannot tell whether the account was deleted"]).collect();
    delete_account(&mut ada).await.assert_refused(PAGE, "deletion-uncertain").assert_shows(&announced);
    assert_left(&backend, 1, 1).await;
    backend.come_back().await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_left(&backend, 1, 0).await;
}

/// Covers a Neon Auth that does not let users delete themselves, in case Neon has switched that off: the server deletes
/// the row.
#[tokio::test]
async fn server_deletes_the_account_where_neon_auth_does_not() {
    let backend = Backend::managed_with(json!({ "delete_user": false })).await;
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    // The right to do so is missing.
    delete_account(&mut ada).await.assert_refused(PAGE, "not-deleted");
    assert_left(&backend, 1, 1).await;
    assert!(is_signed_in(&mut ada).await);

    backend.sql(r#"grant delete on neon_auth."user" to app_owner"#).await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_eq!(backend.count(USERS).await, 0);
    assert_left(&backend, 1, 0).await;
}

/// Lets the step after Neon Auth's fail.
async fn break_second_step(backend: &Backend) {
    backend.sql("alter function forget_user(text) rename to forget_nobody").await;
}

/// Covers a failure after Neon Auth has deleted the account. Seeing that a user is gone needs no right to delete users.
async fn half_done_deletion_is_said_and_finished(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
    let mut phone = backend.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    break_second_step(&backend).await;
    for _ in 0..2 {
        let closed = ["Your account is closed"];
        delete_account(&mut ada).await.assert_refused(PAGE, "half-deleted").assert_shows(&closed);
        ada.get("/account/delete?error=half-deleted").await.assert_shows(&closed);
        assert!(backend.is_stack() || backend.count(USERS).await == 0);
    }

    backend.sql("alter function forget_nobody(text) rename to forget_user").await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_left(&backend, 1, 0).await;
    assert_eq!(backend.count(SESSIONS).await, 0);
    assert!(!is_signed_in(&mut ada).await && !is_signed_in(&mut phone).await);
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
    assert_eq!(backend.count(USERS).await, 1);
    sign_in(&mut bob, "Bob", PASSWORD).await;
    delete_account(&mut bob).await.assert_redirect("/account/deleted");
}

/// Covers a retry after the token has expired, with no session that could finish anything. Nothing is left to finish.
#[tokio::test]
async fn late_retry_of_a_half_done_deletion_is_told_that_it_is_done() {
    let backend = Backend::managed().await;
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 1).await;
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
    assert_eq!(backend.count(SESSIONS).await, 1, "that of the first attempt");
}

/// Covers Better Auth's answers for a deletion that waits for a link in a mail, or for a fresher sign-in.
#[tokio::test]
async fn pending_deletion_is_not_reported_as_done() {
    let backend = Backend::managed().await;
    let mut ada = backend.signed_up("Ada").await;
    for (status, body, code) in [
        (200, r#"{"success":true,"message":"Verification email sent"}"#, "not-deleted"),
        (400, r#"{"code":"SESSION_EXPIRED_REAUTHENTICATE_TO_PERFORM_THIS_ACTION"}"#, "password-needed"),
    ] {
        backend.answer("/delete-user", status, body, &[]).await;
        delete_account(&mut ada).await.assert_refused(PAGE, code);
        assert!(is_signed_in(&mut ada).await);
    }
}
