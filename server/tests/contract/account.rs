//! The data of an account, and its deletion: exactly what the page announced, on every device and at Neon Auth, or
//! nothing. What PostgreSQL does with the rows is tested in `rls/deletion.rs`.

use super::backend::Backend;
use super::flows::{delete_account, is_signed_in, sign_in};
use super::on_both;
#[cfg(feature = "stack")]
use crate::support::{AppOptions, Shape, TestApp, TestDatabase};
use crate::support::{PASSWORD, SESSION_COOKIE};
use crate::user_data::{self, FEATURES};
use http::StatusCode;

pub const PAGE: &str = "/account/delete";

on_both!(
    deletion_removes_exactly_what_the_page_announced,
    data_is_announced_exported_and_deleted,
    deletion_and_export_need_a_session_and_deletion_the_word,
    deletion_during_an_outage_changes_nothing,
    half_done_deletion_is_said_and_finished,
);

pub async fn assert_left(backend: &Backend, all: i64, theirs: i64) {
    user_data::assert_left(FEATURES, backend.database(), all, theirs).await;
}

async fn data_is_announced_exported_and_deleted(backend: Backend) {
    user_data::check(&backend, FEATURES).await;
}

async fn deletion_removes_exactly_what_the_page_announced(backend: Backend) {
    let (mut ada, mut bob) = (backend.signed_up("Ada").await, backend.signed_up("Bob").await);
    user_data::add(FEATURES, &mut ada, 3).await;
    user_data::add(FEATURES, &mut bob, 1).await;
    let mut phone = backend.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;

    let announced: Vec<_> = user_data::announced(FEATURES, 3).chain(["ada@example.com"]).collect();
    ada.get(PAGE).await.assert_shows(&announced);
    let answer = ada.post("/account/delete?/delete", &[("confirmation", " Delete ")]).await;
    assert!(ada.cookie(SESSION_COOKIE).is_none());
    let page = ada.follow_to("/account/deleted", answer).await.assert_shows(&["Your account is deleted", "Sign in"]);
    assert_eq!(page.status, StatusCode::OK);

    assert_left(&backend, 4, 1).await;
    assert!(!is_signed_in(&mut phone).await, "over at once");
    assert!(is_signed_in(&mut bob).await);
    // The account is gone at Neon Auth, too.
    sign_in(&mut ada, "Ada", PASSWORD).await.assert_refused("/sign-in?return_to=%2Faccount", "wrong-password");
}

#[cfg(feature = "stack")]
#[tokio::test]
async fn deletion_is_exact_where_the_directory_has_text_ids() {
    let app = TestApp::on(TestDatabase::new(Shape::SyncText).await, AppOptions::default()).await;
    deletion_removes_exactly_what_the_page_announced(Backend::Stack(app)).await;
}

async fn deletion_and_export_need_a_session_and_deletion_the_word(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(FEATURES, &mut ada, 1).await;
    for typed in ["", "yes", "delete it"] {
        let page = ada.post("/account/delete?/delete", &[("confirmation", typed)]).await;
        let page = page.assert_refused(PAGE, "not-confirmed").assert_shows(&["Please type the word delete."]);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(typed.is_empty() || page.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", page.body);
    }
    let sign_in = "/sign-in?return_to=%2Faccount%2Fdelete";
    delete_account(&mut backend.browser()).await.assert_redirect(sign_in);
    backend.browser().get(PAGE).await.assert_redirect(sign_in);
    backend.browser().get("/account/export").await.assert_redirect("/sign-in?return_to=%2Faccount");
    assert_left(&backend, 1, 1).await;
}

async fn deletion_during_an_outage_changes_nothing(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(FEATURES, &mut ada, 1).await;
    backend.go_down().await;
    let announced: Vec<_> =
        user_data::announced(FEATURES, 1).chain(["We cannot tell whether the account was deleted"]).collect();
    delete_account(&mut ada).await.assert_refused(PAGE, "deletion-uncertain").assert_shows(&announced);
    assert_left(&backend, 1, 1).await;
    backend.come_back().await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_left(&backend, 1, 0).await;
}

/// Lets the step after Neon Auth's fail.
pub async fn break_second_step(backend: &Backend) {
    backend.sql("alter function forget_user(text) rename to forget_nobody").await;
}

/// Covers a failure after Neon Auth has deleted the account. Seeing that a user is gone needs no right to delete users.
async fn half_done_deletion_is_said_and_finished(backend: Backend) {
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(FEATURES, &mut ada, 1).await;
    let mut phone = backend.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    break_second_step(&backend).await;
    for _ in 0..2 {
        let closed = ["Your account is closed"];
        delete_account(&mut ada).await.assert_refused(PAGE, "half-deleted").assert_shows(&closed);
        ada.get("/account/delete?error=half-deleted").await.assert_shows(&closed);
        assert!(backend.is_stack() || backend.count(r#"neon_auth."user""#).await == 0);
    }

    backend.sql("alter function forget_nobody(text) rename to forget_user").await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
    assert_left(&backend, 1, 0).await;
    assert_eq!(backend.count("web.session").await, 0);
    assert!(!is_signed_in(&mut ada).await && !is_signed_in(&mut phone).await);
}
