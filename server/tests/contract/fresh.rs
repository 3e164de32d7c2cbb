//! Deleting an account with a session that is older than a day, which Better Auth 1.7 does not accept: the page asks
//! for a password or a new sign-in, and the session stays.

use super::on_both;
use super::side::{GRACE, Offer, Setting, Side, decide, leave};
use crate::support::{Browser, PASSWORD, Page};
use crate::user_data;
use http::{Method, StatusCode};
use serde_json::json;

on_both!(only_what_signs_in_to_the_account_is_offered);

const PAGE: &str = "/account/delete";
const DONE: Option<&str> = Some("/account/deleted");
const SECONDS_OF_A_DAY: u32 = 24 * 60 * 60;

/// Backdates all sign-ins by a day.
async fn a_day_later(side: &Side) {
    let backdate = json!({ "action": "backdate", "seconds": SECONDS_OF_A_DAY });
    side.managed_neon_auth().control(Method::POST, "/sessions", &backdate).await;
}

async fn delete(browser: &mut Browser, password: Option<&str>) -> Page {
    let password = password.map(|password| ("old_password", password));
    let fields: Vec<_> = password.into_iter().chain([("confirmation", "delete")]).collect();
    browser.post("/account/delete?/delete", &fields).await
}

/// Checks the reason of a refusal, and returns the page that says it.
async fn told(browser: &mut Browser, refusal: Page, code: &str) -> Page {
    assert_eq!(refusal.told(), Some(format!("{PAGE}?error={code}")), "{refusal:?}");
    let page = browser.follow(refusal).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page:?}");
    page
}

#[tokio::test]
async fn an_old_session_asks_for_the_password_and_goes_on() {
    let side = Side::managed_next().await;
    let mut ada = side.signed_up("Ada").await;
    user_data::add(&mut ada, 2).await;
    a_day_later(&side).await;

    for (password, code, sentence) in [
        (None, "password-needed", "Please type your password as well."),
        (Some("wrong battery staple"), "old-password-wrong", "This is not your current password."),
        (Some(""), "password-needed", "Please type your password as well."),
        (Some(&*"x".repeat(200)), "old-password-wrong", "This is not your current password."),
    ] {
        let refusal = delete(&mut ada, password).await;
        let page = told(&mut ada, refusal, code).await;
        for said in [sentence, "name=\"old_password\"", "value=\"delete\"", "ada@example.com"] {
            assert!(page.body.contains(said), "{code}: {said}: {}", page.body);
        }
        assert!(!page.body.contains("Continue with Google"), "{}", page.body);
        user_data::assert_left(&side.database().superuser, 2, 2).await;
    }
    assert_eq!(delete(&mut ada, Some(PASSWORD)).await.told().as_deref(), DONE);
    user_data::assert_left(&side.database().superuser, 2, 0).await;
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0);
}

#[tokio::test]
async fn an_old_session_without_a_password_begins_anew_at_the_provider() {
    let side = Side::managed_next().await;
    let mut grace = side.browser();
    come_back_to(&mut grace, "/account").await;
    a_day_later(&side).await;

    // A password does not help where the account has none.
    for password in [None, Some(PASSWORD)] {
        let refusal = delete(&mut grace, password).await;
        let page = told(&mut grace, refusal, "sign-in-again").await;
        for said in ["Please sign in once more", "Continue with Google", "name=\"return_to\" value=\"/account/delete\""]
        {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        assert!(!page.body.contains("old_password"), "{}", page.body);
    }
    come_back_to(&mut grace, PAGE).await;
    assert_eq!(delete(&mut grace, None).await.told().as_deref(), DONE);
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0);
}

/// Checks that only ways to sign in to this account are offered. Only the newer generation asks for it, but any client
/// can open the page.
async fn only_what_signs_in_to_the_account_is_offered(side: Side) {
    side.set(Setting::Offer(Offer { password: true, sign_up: true, code: true, google: true, github: true })).await;
    side.state().auth.methods_refreshed().await;
    let mut grace = side.browser();
    come_back_to(&mut grace, "/account").await;
    let page = grace.get("/account/delete?error=sign-in-again").await;
    assert!(page.body.contains("Continue with Google") && page.body.contains("Continue with a code"), "{}", page.body);
    assert!(!page.body.contains("Continue with GitHub"), "{}", page.body);

    // When Neon Auth does not answer, all ways stay.
    side.go_down().await;
    let page = grace.get("/account/delete?error=sign-in-again").await;
    for provider in ["Google", "GitHub"] {
        assert!(page.body.contains(&format!("Continue with {provider}")), "{}", page.body);
    }
    side.come_back().await;
}

async fn come_back_to(browser: &mut Browser, page: &str) {
    let consent = leave(browser, page).await;
    let back = decide(browser, &consent, &GRACE).await;
    assert_eq!(browser.get(back.as_str()).await.told().as_deref(), Some(page));
}

#[tokio::test]
async fn an_old_session_without_a_password_begins_anew_with_a_code() {
    let side = Side::managed_next().await;
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.methods_refreshed().await;
    let mut grace = side.browser();
    enter_with_a_code(&side, &mut grace, "/account").await;
    a_day_later(&side).await;

    let refusal = delete(&mut grace, None).await;
    let page = told(&mut grace, refusal, "sign-in-again").await;
    let way_on = "href=\"/sign-in/code?return_to=%2Faccount%2Fdelete\"";
    assert!(page.body.contains(way_on), "{}", page.body);
    enter_with_a_code(&side, &mut grace, PAGE).await;
    assert_eq!(delete(&mut grace, None).await.told().as_deref(), DONE);
    assert_eq!(side.count(r#"select count(*) from neon_auth."user""#).await, 0);
}

async fn enter_with_a_code(side: &Side, browser: &mut Browser, page: &str) {
    let email = "grace@example.com";
    browser.post("/sign-in/code?/send", &[("email", email), ("return_to", page)]).await;
    let fields = [("email", email), ("code", &*side.mailed_code(email).await), ("return_to", page)];
    let entered = browser.post("/sign-in/code?/enter", &fields).await;
    assert_eq!(entered.told().as_deref(), Some(page), "{entered:?}");
}

/// Covers the version before, which counts a day as a thousand days: nothing is asked for that it does not need.
#[tokio::test]
async fn an_old_session_is_enough_where_neon_auth_takes_it() {
    let side = Side::managed().await;
    let mut ada = side.signed_up("Ada").await;
    a_day_later(&side).await;
    assert_eq!(delete(&mut ada, None).await.told().as_deref(), DONE);
}
