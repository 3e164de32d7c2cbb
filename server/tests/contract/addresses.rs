//! E-mail addresses with capitals and spaces, which phones add by themselves: they sign in all the same.

use super::backend::{Backend, Setting};
use super::flows::{email, is_signed_in};
use super::mail::{NEW, proof, send};
use super::on_both;
use crate::support::PASSWORD;

on_both!(capitals_in_an_address_are_ignored_at_sign_in, capitals_in_an_address_are_ignored_with_a_code);

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
