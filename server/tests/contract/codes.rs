//! Invalid codes and links: cut off, of another length, or not requested here. Each is refused with a helpful sentence,
//! and none is logged, since any client can send them.

use super::backend::{Backend, Setting};
use super::mail::NEW;
use super::on_both;
use crate::support::{Log, Page};

on_both!(code_of_any_length_is_refused_as_wrong, invalid_address_is_named);

/// Lengths around those of a typed code, a nonce and both together.
const LENGTHS: [usize; 9] = [1, 5, 6, 7, 39, 44, 45, 46, 256];

#[track_caller]
fn assert_shown_and_not_logged(page: Page, sentence: &str, log: &Log, what: &str) {
    assert!(page.body.contains(sentence), "{what}: {}", page.body);
    assert_eq!(log.take_lines(), Vec::<String>::new(), "{what}");
}

async fn code_of_any_length_is_refused_as_wrong(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    let log = Log::of_warnings();
    for length in LENGTHS {
        let code = "q".repeat(length);
        let typed = [("email", "ada@example.com"), ("code", &*code), ("password", NEW)];
        for action in ["/verify-email?/confirm", "/reset-password?/set", "/sign-in/code?/enter"] {
            let page = backend.browser().post(action, &typed).await;
            // A code of the full length could only come from a link.
            let elsewhere = action == "/sign-in/code?/enter" && backend.is_stack() && length == 45;
            let sentence = if elsewhere { "belongs to another browser" } else { "This code is not right" };
            assert_shown_and_not_logged(page, sentence, &log, &format!("{action} {length}"));
        }
    }
}

async fn invalid_address_is_named(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    let log = Log::of_warnings();
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
        let page = backend.browser().post(action, &typed).await;
        assert_shown_and_not_logged(page, "This is not a complete e-mail address.", &log, action);
    }
}

/// Covers incomplete links, which only Stack mails.
#[tokio::test]
async fn truncated_link_is_said_to_be_incomplete() {
    let backend = Backend::stack().await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    let log = Log::of_warnings();
    let whole = "q".repeat(45);
    for length in [1, 20, 44, 45] {
        for (landing, action) in [
            ("confirm-email", "/verify-email?/confirm"),
            ("reset-password", "/reset-password?/set"),
            ("sign-in", "/sign-in/code?/enter"),
        ] {
            let mut browser = backend.browser();
            let page = browser.get(&format!("/auth/mailed/{landing}?code={}&again=1", &whole[..length])).await;
            browser.follow(page).await;
            let page = browser.post(action, &[("email", "ada@example.com"), ("password", NEW)]).await;
            let asked_for_elsewhere = landing == "sign-in" && length == 45;
            let sentence = if asked_for_elsewhere { "belongs to another browser" } else { "This link is not complete" };
            assert_shown_and_not_logged(page, sentence, &log, &format!("{landing} {length}"));
        }
    }
}

/// Covers an account whose address has changed since the mail was sent.
#[tokio::test]
async fn code_for_a_former_address_is_spent() {
    let backend = Backend::stack().await;
    let mut browser = backend.signed_up("Ada").await;
    let link = backend.mailed("ada@example.com").await;
    backend.sql("update local_neon_auth.account set primary_email = 'countess@example.com'").await;
    let log = Log::of_warnings();
    let page = browser.get(&link).await;
    browser.follow(page).await;
    let page = browser.post("/verify-email?/confirm", &[]).await;
    assert_shown_and_not_logged(page, "This was used already, or is too old", &log, "the link");
}
