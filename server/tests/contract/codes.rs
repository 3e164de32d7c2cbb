//! Invalid codes and links: cut off, of another length, or not requested here. Each is refused with a helpful sentence,
//! and none is logged, since any client can send them.

use super::on_both;
use super::side::{Setting, Side};
use crate::support::{Log, Page};

on_both!(a_code_of_any_length_is_refused_as_a_wrong_one, an_address_that_neon_auth_would_refuse_is_named);

const NEW: &str = "another horse battery";

/// Lengths around those of a typed code, a nonce and both together.
const LENGTHS: [usize; 9] = [1, 5, 6, 7, 39, 44, 45, 46, 256];

async fn prepared(side: &Side) -> Log {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.methods_refreshed().await;
    Log::of_warnings()
}

async fn a_code_of_any_length_is_refused_as_a_wrong_one(side: Side) {
    let log = prepared(&side).await;
    for length in LENGTHS {
        let code = "q".repeat(length);
        let typed = [("email", "ada@example.com"), ("code", &*code), ("password", NEW)];
        for action in ["/verify-email?/confirm", "/reset-password?/set", "/sign-in/code?/enter"] {
            let mut browser = side.browser();
            let page = browser.post(action, &typed).await;
            let page = browser.follow(page).await;
            // A code of the full length could only come from a link.
            let elsewhere = action == "/sign-in/code?/enter" && side.is_stack() && length == 45;
            let sentence = if elsewhere { "belongs to another browser" } else { "This code is not right" };
            assert!(page.body.contains(sentence), "{action} {length}: {}", page.body);
        }
        assert_eq!(log.take_lines(), Vec::<String>::new(), "{length}");
    }
}

async fn an_address_that_neon_auth_would_refuse_is_named(side: Side) {
    let log = prepared(&side).await;
    let typed = [("email", "a..b@example.com"), ("code", "123456"), ("password", NEW), ("name", "Ada")];
    for action in [
        "/sign-up?/password",
        "/sign-in?/password",
        "/verify-email?/confirm",
        "/forgot-password?/send",
        "/reset-password?/set",
        "/sign-in/code?/enter",
        "/sign-in/code?/send",
    ] {
        let mut browser = side.browser();
        let page = browser.post(action, &typed).await;
        let told = page.told().expect("a page that says so");
        assert!(told.contains("error=email-invalid"), "{action}: {told}");
        assert_eq!(log.take_lines(), Vec::<String>::new(), "{action}");
    }
}

/// Covers incomplete links, which only Stack mails.
#[tokio::test]
async fn a_link_that_lost_its_end_is_said_to_be_incomplete() {
    let side = Side::stack().await;
    let log = prepared(&side).await;
    let whole = "q".repeat(45);
    for length in [1, 20, 44, 45] {
        for (landing, action) in [
            ("confirm-email", "/verify-email?/confirm"),
            ("reset-password", "/reset-password?/set"),
            ("sign-in", "/sign-in/code?/enter"),
        ] {
            let mut browser = side.browser();
            let page = browser.get(&format!("/auth/mailed/{landing}?code={}&again=1", &whole[..length])).await;
            browser.follow(page).await;
            let page = browser.post(action, &[("email", "ada@example.com"), ("password", NEW)]).await;
            let page = browser.follow(page).await;
            let asked_for_elsewhere = landing == "sign-in" && length == 45;
            let sentence = if asked_for_elsewhere { "belongs to another browser" } else { "This link is not complete" };
            assert!(page.body.contains(sentence), "{landing} {length}: {}", page.body);
            assert_eq!(log.take_lines(), Vec::<String>::new(), "{landing} {length}");
        }
    }
}

/// Covers an account whose address has changed since the mail was sent.
#[tokio::test]
async fn a_code_for_an_address_that_was_given_up_is_spent() {
    let side = Side::stack().await;
    let mut browser = side.signed_up("Ada").await;
    let link = side.mailed("ada@example.com").await;
    sqlx::query("update local_neon_auth.account set primary_email = 'countess@example.com'")
        .execute(&side.database().superuser)
        .await
        .expect("another address");
    let log = Log::of_warnings();
    let page = browser.get(&link).await;
    browser.follow(page).await;
    let page: Page = browser.post("/verify-email?/confirm", &[]).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("This was used already, or is too old"), "{}", page.body);
    assert_eq!(log.take_lines(), Vec::<String>::new());
}
