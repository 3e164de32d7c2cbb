//! E-mail addresses with capitals and spaces, which phones add by themselves: they sign in all the same.

use super::mail::{NEW, proof, send};
use super::on_both;
use super::side::{Setting, Side, email, is_signed_in};
use crate::support::PASSWORD;

on_both!(capitals_in_an_address_keep_nobody_out, capitals_in_an_address_keep_no_code_from_its_form);

async fn capitals_in_an_address_keep_nobody_out(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    let fields = [("name", "Ada"), ("email", " Ada@Example.com "), ("password", PASSWORD), ("return_to", "/account")];
    let page = browser.post("/sign-up?/password", &fields).await;
    let page = browser.follow(page).await;
    assert!(
        page.body.contains("a mail that confirms it is on its way") && page.body.contains("ada@example.com"),
        "{}",
        page.body
    );
    let page = browser.post("/verify-email?/send", &[("email", "ADA@example.com")]).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent-perhaps"), "{page:?}");
    let mut mailed = proof(&side, &mut browser, "Ada").await;
    mailed[0].1 = "Ada@Example.Com".to_owned();
    let page = send(&mut browser, "/verify-email?/confirm", &mailed, &[("return_to", "/account")]).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);

    let mut elsewhere = side.browser();
    let fields = [("email", "ADA@EXAMPLE.COM"), ("password", PASSWORD), ("return_to", "/account")];
    let page = elsewhere.post("/sign-in?/password", &fields).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
}

/// Checks that a code fits the address in any case, requested with capitals and typed without, or the other way round.
async fn capitals_in_an_address_keep_no_code_from_its_form(side: Side) {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    side.signed_up("Ada").await;
    for (asked, typed, password) in
        [("Ada@Example.com", "ada@example.com", NEW), ("ada@example.com", "ADA@example.COM", PASSWORD)]
    {
        let mut browser = side.browser();
        browser.post("/forgot-password?/send", &[("email", asked)]).await;
        let mut mailed = proof(&side, &mut browser, "Ada").await;
        mailed[0].1 = typed.to_owned();
        let page = send(&mut browser, "/reset-password?/set", &mailed, &[("password", password)]).await;
        assert_eq!(page.told().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    }
    for (asked, typed) in [("Bob@Example.com", "bob@example.com"), ("bob@example.com", "BOB@example.COM")] {
        let mut browser = side.browser();
        browser.post("/sign-in/code?/send", &[("email", asked)]).await;
        let code = side.mailed_code(&email("Bob")).await;
        let fields = [("email", typed), ("code", &*code), ("return_to", "/account")];
        let page = browser.post("/sign-in/code?/enter", &fields).await;
        assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    }
}
