//! Codes, links and addresses as people type and paste them. Invalid ones are refused with a helpful sentence, and none
//! is logged, since any client can send them. Capitals and spaces, which phones add to addresses, are ignored.

use super::backend::{Backend, Setting};
use super::flows::{email, is_signed_in};
use super::mail::{NEW, proof, send};
use super::on_both;
use crate::support::{Log, PASSWORD, Page};

on_both!(
    code_of_any_length_is_refused_as_wrong,
    invalid_address_is_named,
    capitals_in_an_address_are_ignored_at_sign_in,
    capitals_in_an_address_are_ignored_with_a_code,
);

/// The forms that take a code with an e-mail address.
const WITH_CODE: [&str; 3] = ["/verify-email?/confirm", "/reset-password?/set", "/sign-in/code?/enter"];

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
        for action in WITH_CODE {
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
    let others = ["/sign-up?/password", "/sign-in?/password", "/forgot-password?/send", "/sign-in/code?/send"];
    for action in WITH_CODE.into_iter().chain(others) {
        let page = backend.browser().post(action, &typed).await;
        assert_shown_and_not_logged(page, "This is not a complete e-mail address.", &log, action);
    }
}

async fn capitals_in_an_address_are_ignored_at_sign_in(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    let fields = [("name", "Ada"), ("email", " Ada@Example.com "), ("password", PASSWORD), ("return_to", "/account")];
    let page = browser.post("/sign-up?/password", &fields).await;
    browser.follow(page).await.assert_shows(&["a mail that confirms it is on its way", "ada@example.com"]);
    let page = browser.post("/verify-email?/send", &[("email", "ADA@example.com")]).await;
    page.assert_redirect("/verify-email?done=mail-sent-perhaps");
    let mut mailed = proof(&backend, &mut browser, "Ada").await;
    mailed[0].1 = "Ada@Example.Com".to_owned();
    let page = send(&mut browser, "/verify-email?/confirm", &mailed, &[("return_to", "/account")]).await;
    page.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);

    let fields = [("email", "ADA@EXAMPLE.COM"), ("password", PASSWORD), ("return_to", "/account")];
    backend.browser().post("/sign-in?/password", &fields).await.assert_redirect("/account");
}

/// Checks that a code fits the address in any case, requested with capitals and typed without, or the other way round.
async fn capitals_in_an_address_are_ignored_with_a_code(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    backend.signed_up("Ada").await;
    for (asked, typed, password) in
        [("Ada@Example.com", "ada@example.com", NEW), ("ada@example.com", "ADA@example.COM", PASSWORD)]
    {
        let mut browser = backend.browser();
        browser.post("/forgot-password?/send", &[("email", asked)]).await;
        let mut mailed = proof(&backend, &mut browser, "Ada").await;
        mailed[0].1 = typed.to_owned();
        let page = send(&mut browser, "/reset-password?/set", &mailed, &[("password", password)]).await;
        page.assert_redirect("/account?done=password-changed");
    }
    for (asked, typed) in [("Bob@Example.com", "bob@example.com"), ("bob@example.com", "BOB@example.COM")] {
        let mut browser = backend.browser();
        browser.post("/sign-in/code?/send", &[("email", asked)]).await;
        let code = backend.mailed_code(&email("Bob")).await;
        let fields = [("email", typed), ("code", &*code), ("return_to", "/account")];
        browser.post("/sign-in/code?/enter", &fields).await.assert_redirect("/account");
    }
}

/// Covers incomplete links, which only Stack mails.
#[cfg(feature = "stack")]
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
#[cfg(feature = "stack")]
#[tokio::test]
async fn code_for_a_former_address_is_spent() {
    let (backend, mut browser) = Backend::stack().await.with_user("Ada").await;
    let link = backend.mailed("ada@example.com").await;
    backend.sql("update local_neon_auth.account set primary_email = 'countess@example.com'").await;
    let log = Log::of_warnings();
    let page = browser.get(&link).await;
    browser.follow(page).await;
    let page = browser.post("/verify-email?/confirm", &[]).await;
    assert_shown_and_not_logged(page, "This was used already, or is too old", &log, "the link");
}
