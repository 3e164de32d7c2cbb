//! Calls whose answer is lost, or that may not have arrived: users read what is known and how to go on. Every form is
//! followed to the page that it leads to.

use super::mail::{NEW, proof, send};
use super::on_both;
use super::side::{Setting, Side, email, is_signed_in, sign_in, sign_up};
use crate::support::{Browser, PASSWORD, Page};
use crate::user_data::FEATURES;

on_both!(
    a_sign_up_without_an_answer_leads_to_signing_in,
    a_sign_up_without_an_answer_leads_to_the_mail,
    a_confirmation_without_an_answer_is_not_denied,
    a_mailed_code_without_an_answer_is_not_denied,
    a_new_password_without_an_answer_is_not_denied,
    a_deletion_without_an_answer_is_not_denied,
    a_sign_out_that_the_database_refuses_is_not_claimed,
    a_deletion_that_stopped_half_way_is_said_where_the_page_cannot_be_shown,
);

/// Follows a form's answer and checks the sentence on the page.
async fn read(browser: &mut Browser, page: Page, sentence: &str) -> Page {
    let page = browser.follow(page).await;
    assert!(page.body.contains(sentence), "{sentence}: {page:?}");
    assert!(!page.body.contains("Nothing was changed"), "{page:?}");
    page
}

async fn a_sign_up_without_an_answer_leads_to_signing_in(side: Side) {
    let mut browser = side.browser();
    side.lose_answers().await;
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let page = read(&mut browser, page, "we cannot tell whether your account was made").await;
    assert!(page.body.contains("value=\"ada@example.com\"") && page.body.contains("value=\"Ada\""), "{}", page.body);
    assert!(page.body.contains("Was it made? <a href=\"/sign-in?return_to=%2Faccount\""), "{}", page.body);
    side.come_back().await;

    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let page = read(&mut browser, page, "There is already an account with this e-mail address. Sign in instead.").await;
    assert!(page.body.contains("href=\"/sign-in?return_to=%2Faccount\""), "{}", page.body);
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
}

async fn a_sign_up_without_an_answer_leads_to_the_mail(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    side.lose_answers().await;
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    read(&mut browser, page, "we cannot tell whether your account was made").await;
    side.come_back().await;
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    read(&mut browser, page, "We have sent you a mail").await;
    let proof = proof(&side, &mut browser, "Ada").await;
    let page = send(&mut browser, "/verify-email?/confirm", &proof, &[("return_to", "/account")]).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
}

async fn a_confirmation_without_an_answer_is_not_denied(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let proof = proof(&side, &mut browser, "Ada").await;
    side.lose_answers().await;
    let page = send(&mut browser, "/verify-email?/confirm", &proof, &[("return_to", "/account")]).await;
    read(&mut browser, page, "we cannot tell whether the address is confirmed").await;
    side.come_back().await;
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "it was: {page:?}");
}

async fn a_mailed_code_without_an_answer_is_not_denied(side: Side) {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.methods_refreshed().await;
    let mut browser = side.browser();
    browser.post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    let code = side.mailed_code(&email("Ada")).await;
    side.lose_answers().await;
    let page = browser.post("/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", &code)]).await;
    read(&mut browser, page, "we cannot tell whether this was used up").await;
    side.come_back().await;
}

async fn a_new_password_without_an_answer_is_not_denied(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    let change = [("old_password", PASSWORD), ("password", NEW)];
    let sentence = "we cannot tell whether the new password is set";
    side.go_down().await;
    let page = browser.post("/account/password?/change", &change).await;
    read(&mut browser, page, sentence).await;
    side.come_back().await;
    side.lose_answers().await;
    let page = browser.post("/account/password?/change", &change).await;
    read(&mut browser, page, sentence).await;
    side.come_back().await;
    assert_eq!(sign_in(&mut side.browser(), "Ada", NEW).await.told().as_deref(), Some("/account"), "it was");

    browser.post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let proof = proof(&side, &mut browser, "Ada").await;
    side.lose_answers().await;
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", PASSWORD)]).await;
    read(&mut browser, page, sentence).await;
    side.come_back().await;
    assert_eq!(sign_in(&mut side.browser(), "Ada", PASSWORD).await.told().as_deref(), Some("/account"));
}

async fn a_deletion_without_an_answer_is_not_denied(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    side.lose_answers().await;
    let page = browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    read(&mut browser, page, "Nobody knows whether the account was deleted").await;
    side.come_back().await;
    let page = browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    read(&mut browser, page, "Your account is deleted").await;
}

async fn a_sign_out_that_the_database_refuses_is_not_claimed(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    statement(&side, "revoke delete on web.session from web").await;
    for action in ["/account?/end_other_devices", "/auth/sign-out"] {
        let page = browser.post(action, &[]).await;
        read(&mut browser, page, "We cannot tell whether the sign-out has reached everything").await;
    }
    statement(&side, "grant delete on web.session to web").await;
    browser.post("/auth/sign-out", &[]).await;
    assert!(!is_signed_in(&mut browser).await);
}

/// Covers a deletion that stopped half-way where even the page's data cannot be loaded.
async fn a_deletion_that_stopped_half_way_is_said_where_the_page_cannot_be_shown(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    let rename = |from: &str, to: &str| {
        let tables = FEATURES.iter().map(|feature| feature.table);
        tables.map(|table| format!("; alter table {table}{from} rename to {table}{to}")).collect::<String>()
    };
    let break_both = "alter function forget_user(text) rename to forget_nobody".to_owned() + &rename("", "_elsewhere");
    let mend_both = "alter function forget_nobody(text) rename to forget_user".to_owned() + &rename("_elsewhere", "");
    statement(&side, &break_both).await;
    let page = browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    let page = read(&mut browser, page, "Your account is closed").await;
    assert!(!page.body.contains("That did not work"), "{}", page.body);
    statement(&side, &mend_both).await;
    let page = browser.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    read(&mut browser, page, "Your account is deleted").await;
}

async fn statement(side: &Side, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&side.database().superuser).await.expect("done");
}
