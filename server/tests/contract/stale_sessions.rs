//! Deleting an account with a session that is older than a day, which Better Auth 1.7 does not accept: the page asks
//! for a password or a new sign-in, and the session stays.

use super::backend::{Backend, Offer, Setting};
use super::flows::{delete_account, sign_in_with_provider};
use super::on_both;
use crate::support::{Browser, PASSWORD, Page};
use crate::user_data;
use http::StatusCode;
use serde_json::json;

on_both!(only_ways_into_this_account_are_offered);

const PAGE: &str = "/account/delete";
const SECONDS_OF_A_DAY: u32 = 24 * 60 * 60;

/// Backdates all sign-ins by a day.
async fn a_day_later(backend: &Backend) {
    backend.change_sessions(json!({ "action": "backdate", "seconds": SECONDS_OF_A_DAY })).await;
}

async fn delete_with(browser: &mut Browser, password: &str) -> Page {
    browser.post("/account/delete?/delete", &[("old_password", password), ("confirmation", "delete")]).await
}

/// Checks that the deletion succeeds, at Neon Auth as well.
async fn assert_deleted(backend: &Backend, page: Page) {
    page.assert_redirect("/account/deleted");
    assert_eq!(backend.count(r#"select count(*) from neon_auth."user""#).await, 0);
}

#[tokio::test]
async fn stale_session_asks_for_the_password() {
    let backend = Backend::managed_next().await;
    let mut ada = backend.signed_up("Ada").await;
    user_data::add(&mut ada, 2).await;
    a_day_later(&backend).await;

    let (needed, wrong) = ("Please type your password as well.", "This is not your current password.");
    for (page, code, sentence) in [
        (delete_account(&mut ada).await, "password-needed", needed),
        (delete_with(&mut ada, "wrong battery staple").await, "old-password-wrong", wrong),
        (delete_with(&mut ada, "").await, "password-needed", needed),
        (delete_with(&mut ada, &"x".repeat(200)).await, "old-password-wrong", wrong),
    ] {
        let page = page.assert_refused(PAGE, code);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page:?}");
        page.assert_shows(&[sentence, "name=\"old_password\"", "value=\"delete\"", "ada@example.com"])
            .assert_hides(&["Continue with Google"]);
        user_data::assert_left(&backend.database().superuser, 2, 2).await;
    }
    assert_deleted(&backend, delete_with(&mut ada, PASSWORD).await).await;
    user_data::assert_left(&backend.database().superuser, 2, 0).await;
}

#[tokio::test]
async fn stale_session_without_a_password_signs_in_again_at_the_provider() {
    let backend = Backend::managed_next().await;
    let mut grace = backend.browser();
    sign_in_with_provider(&mut grace, "/account").await.assert_redirect("/account");
    a_day_later(&backend).await;

    // A password does not help where the account has none.
    for page in [delete_account(&mut grace).await, delete_with(&mut grace, PASSWORD).await] {
        let page = page.assert_refused(PAGE, "sign-in-again");
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page:?}");
        let way_on = "name=\"return_to\" value=\"/account/delete\"";
        page.assert_shows(&["Please sign in once more", "Continue with Google", way_on])
            .assert_hides(&["old_password"]);
    }
    sign_in_with_provider(&mut grace, PAGE).await.assert_redirect(PAGE);
    assert_deleted(&backend, delete_account(&mut grace).await).await;
}

/// Checks that only ways to sign in to this account are offered. Only the newer generation asks for it, but any client
/// can open the page.
async fn only_ways_into_this_account_are_offered(backend: Backend) {
    let all = Offer { password: true, sign_up: true, code: true, google: true, github: true };
    backend.set_and_show(Setting::Offer(all)).await;
    let mut grace = backend.browser();
    sign_in_with_provider(&mut grace, "/account").await.assert_redirect("/account");
    let page = grace.get("/account/delete?error=sign-in-again").await;
    page.assert_shows(&["Continue with Google", "Continue with a code"]).assert_hides(&["Continue with GitHub"]);

    // When Neon Auth does not answer, all ways stay.
    backend.go_down().await;
    let page = grace.get("/account/delete?error=sign-in-again").await;
    page.assert_shows(&["Continue with Google", "Continue with GitHub"]);
    backend.come_back().await;
}

#[tokio::test]
async fn stale_session_without_a_password_signs_in_again_with_a_code() {
    let backend = Backend::managed_next().await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut grace = backend.browser();
    sign_in_with_code(&backend, &mut grace, "/account").await;
    a_day_later(&backend).await;

    let page = delete_account(&mut grace).await.assert_refused(PAGE, "sign-in-again");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page:?}");
    page.assert_shows(&["href=\"/sign-in/code?return_to=%2Faccount%2Fdelete\""]);
    sign_in_with_code(&backend, &mut grace, PAGE).await;
    assert_deleted(&backend, delete_account(&mut grace).await).await;
}

async fn sign_in_with_code(backend: &Backend, browser: &mut Browser, page: &str) {
    let email = "grace@example.com";
    browser.post("/sign-in/code?/send", &[("email", email), ("return_to", page)]).await;
    let fields = [("email", email), ("code", &*backend.mailed_code(email).await), ("return_to", page)];
    browser.post("/sign-in/code?/enter", &fields).await.assert_redirect(page);
}

/// Covers the version before, which counts a day as a thousand days: nothing is asked for that it does not need.
#[tokio::test]
async fn stale_session_is_enough_where_neon_auth_accepts_it() {
    let backend = Backend::managed().await;
    let mut ada = backend.signed_up("Ada").await;
    a_day_later(&backend).await;
    delete_account(&mut ada).await.assert_redirect("/account/deleted");
}
