//! Calls whose answer is lost, or that may not have arrived: users read what is known and how to go on. Every form is
//! followed to the page that it leads to.

use super::backend::{Backend, Setting};
use super::flows::{delete_account, is_signed_in, sign_in, sign_up};
use super::mail::{NEW, confirm, proof, send};
use super::on_both;
use crate::support::{Browser, PASSWORD, Page};
use crate::user_data::FEATURES;

on_both!(
    sign_up_without_an_answer_leads_to_signing_in,
    sign_up_without_an_answer_leads_to_the_mail,
    confirmation_without_an_answer_is_not_denied,
    mailed_code_without_an_answer_is_not_denied,
    new_password_without_an_answer_is_not_denied,
    deletion_without_an_answer_is_not_denied,
    sign_out_that_the_database_refuses_is_not_claimed,
    half_done_deletion_is_said_where_the_page_cannot_be_shown,
);

/// Follows a form's answer and checks the sentence on the page.
async fn read(browser: &mut Browser, page: Page, sentence: &str) -> Page {
    browser.follow(page).await.assert_shows(&[sentence]).assert_hides(&["Nothing was changed"])
}

async fn sign_up_without_an_answer_leads_to_signing_in(backend: Backend) {
    let mut browser = backend.browser();
    backend.lose_answers().await;
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let page = read(&mut browser, page, "we cannot tell whether your account was created").await;
    let link = "Was it created? <a href=\"/sign-in?return_to=%2Faccount\"";
    page.assert_shows(&["value=\"ada@example.com\"", "value=\"Ada\"", link]);
    backend.come_back().await;

    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let page = read(&mut browser, page, "There is already an account with this e-mail address. Sign in instead.").await;
    page.assert_shows(&["href=\"/sign-in?return_to=%2Faccount\""]);
    sign_in(&mut browser, "Ada", PASSWORD).await.assert_redirect("/account");
}

async fn sign_up_without_an_answer_leads_to_the_mail(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    backend.lose_answers().await;
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    read(&mut browser, page, "we cannot tell whether your account was created").await;
    backend.come_back().await;
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    read(&mut browser, page, "We have sent you a mail").await;
    let proof = proof(&backend, &mut browser, "Ada").await;
    confirm(&mut browser, &proof).await.assert_redirect("/account");
}

async fn confirmation_without_an_answer_is_not_denied(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let proof = proof(&backend, &mut browser, "Ada").await;
    backend.lose_answers().await;
    let page = confirm(&mut browser, &proof).await;
    read(&mut browser, page, "we cannot tell whether the address is confirmed").await;
    backend.come_back().await;
    // It was.
    sign_in(&mut browser, "Ada", PASSWORD).await.assert_redirect("/account");
}

async fn mailed_code_without_an_answer_is_not_denied(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut browser = backend.browser();
    browser.post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    let code = backend.mailed_code("ada@example.com").await;
    backend.lose_answers().await;
    let page = browser.post("/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", &code)]).await;
    read(&mut browser, page, "we cannot tell whether this was used up").await;
    backend.come_back().await;
}

async fn new_password_without_an_answer_is_not_denied(backend: Backend) {
    let mut browser = backend.signed_up("Ada").await;
    let sentence = "we cannot tell whether the new password is set";
    for is_down in [true, false] {
        match is_down {
            true => backend.go_down().await,
            false => backend.lose_answers().await,
        }
        let page = browser.post("/account/password?/change", &[("old_password", PASSWORD), ("password", NEW)]).await;
        read(&mut browser, page, sentence).await;
        backend.come_back().await;
    }
    // It was.
    sign_in(&mut backend.browser(), "Ada", NEW).await.assert_redirect("/account");

    browser.post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let proof = proof(&backend, &mut browser, "Ada").await;
    backend.lose_answers().await;
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", PASSWORD)]).await;
    read(&mut browser, page, sentence).await;
    backend.come_back().await;
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_redirect("/account");
}

async fn deletion_without_an_answer_is_not_denied(backend: Backend) {
    let mut browser = backend.signed_up("Ada").await;
    backend.lose_answers().await;
    let page = delete_account(&mut browser).await;
    read(&mut browser, page, "We cannot tell whether the account was deleted").await;
    backend.come_back().await;
    let page = delete_account(&mut browser).await;
    read(&mut browser, page, "Your account is deleted").await;
}

async fn sign_out_that_the_database_refuses_is_not_claimed(backend: Backend) {
    let mut browser = backend.signed_up("Ada").await;
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    backend.sql("revoke delete on web.session from web").await;
    for action in ["/account?/end_other_devices", "/auth/sign-out"] {
        let page = browser.post(action, &[]).await;
        read(&mut browser, page, "We cannot tell whether the sign-out has reached everything").await;
    }
    backend.sql("grant delete on web.session to web").await;
    browser.post("/auth/sign-out", &[]).await;
    assert!(!is_signed_in(&mut browser).await);
}

/// Covers a deletion that stopped half-way where even the page's data cannot be loaded.
async fn half_done_deletion_is_said_where_the_page_cannot_be_shown(backend: Backend) {
    let mut browser = backend.signed_up("Ada").await;
    let rename = |from: &str, to: &str| {
        let tables = FEATURES.iter().map(|feature| feature.table);
        tables.map(|table| format!("; alter table {table}{from} rename to {table}{to}")).collect::<String>()
    };
    let break_both = "alter function forget_user(text) rename to forget_nobody".to_owned() + &rename("", "_elsewhere");
    let mend_both = "alter function forget_nobody(text) rename to forget_user".to_owned() + &rename("_elsewhere", "");
    backend.sql(&break_both).await;
    let page = delete_account(&mut browser).await;
    read(&mut browser, page, "Your account is closed").await.assert_hides(&["That did not work"]);
    backend.sql(&mend_both).await;
    let page = delete_account(&mut browser).await;
    read(&mut browser, page, "Your account is deleted").await;
}
