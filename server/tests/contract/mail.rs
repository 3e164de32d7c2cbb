//! Proofs by mail: addresses that are confirmed, passwords that are forgotten, set or changed. `mail_links.rs` has the
//! links of Stack, `mail_variants.rs` what depends on the version of Managed Neon Auth.

use super::backend::{Backend, Setting};
use super::flows::{email, is_signed_in, sign_in, sign_in_with_provider, sign_up};
use super::on_both;
use crate::support::{Browser, PASSWORD, Page, SESSION_COOKIE};
use http::StatusCode;

pub(super) const NEW: &str = "another horse battery";

on_both!(
    address_is_confirmed_before_it_signs_in,
    sign_up_with_a_known_address_sends_no_mail,
    sign_in_says_that_its_mail_could_not_be_sent,
    new_mail_is_sent_on_request,
    forgotten_password_is_replaced_and_ends_all_sessions,
    changed_password_ends_the_other_devices,
    user_without_a_password_sets_one,
    mailed_code_signs_in_once_and_cannot_be_guessed,
);

/// Returns what the last mail to this address contains, as the fields of the form that it leads to.
pub(super) async fn proof(backend: &Backend, browser: &mut Browser, name: &str) -> Vec<(&'static str, String)> {
    let mailed = backend.mailed(&email(name)).await;
    if !backend.is_stack() {
        return vec![("email", email(name)), ("code", mailed)];
    }
    // Opening the link uses nothing up, since programs that scan mails do it first.
    follow_link(&mut backend.browser(), &mailed).await;
    follow_link(browser, &mailed).await;
    vec![("email", email(name))]
}

/// Follows the link in a mail to its final page, which must no longer contain the code.
pub(super) async fn follow_link(browser: &mut Browser, link: &str) -> Page {
    let (_, code) = link.split_once("code=").expect("a code in the link");
    let mut page = browser.get(link).await;
    loop {
        let is_landing = page.url.path().starts_with("/auth/mailed/");
        assert_eq!(page.headers["cache-control"], "private, no-store");
        if !is_landing {
            assert_eq!(page.status, StatusCode::OK, "{page:?}");
            assert!(!page.url.as_str().contains(code) && !page.body.contains(code), "{page:?}");
            return page;
        }
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        let next = page.redirect().map(String::from).or_else(|| page.interstitial_target());
        page = browser.get(&next.expect("a way on")).await;
    }
}

pub(super) async fn send(browser: &mut Browser, action: &str, proof: &[(&str, String)], more: &[(&str, &str)]) -> Page {
    let fields: Vec<_> =
        proof.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
    browser.post(action, &fields).await
}

/// Confirms the address with the proof of a mail, on the way to the account.
pub(super) async fn confirm(browser: &mut Browser, proof: &[(&str, String)]) -> Page {
    send(browser, "/verify-email?/confirm", proof, &[("return_to", "/account")]).await
}

/// Checks that only the new password signs in.
async fn assert_new_password(backend: &Backend) {
    let page = sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    page.assert_refused("/sign-in?return_to=%2Faccount", "wrong-password");
    sign_in(&mut backend.browser(), "Ada", NEW).await.assert_redirect("/account");
}

async fn address_is_confirmed_before_it_signs_in(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    browser.follow_to("/verify-email?done=signed-up&return_to=%2Faccount", page).await;
    // Also when the page is loaded again.
    browser.get("/verify-email").await.assert_shows(&["ada@example.com"]);
    assert!(!is_signed_in(&mut browser).await);
    let first = backend.mailed("ada@example.com").await;

    let page = sign_in(&mut browser, "Ada", "wrong password").await;
    page.assert_refused("/sign-in?return_to=%2Faccount", "wrong-password");
    assert_eq!(backend.mailed("ada@example.com").await, first, "no mail for a wrong password");
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    page.assert_redirect("/verify-email?done=mail-sent&return_to=%2Faccount");
    assert_ne!(backend.mailed("ada@example.com").await, first, "a new mail for the right one");

    let code = [("email", email("Ada")), ("code", "no such code".to_owned())];
    let wrong = send(&mut browser, "/verify-email?/confirm", &code, &[]).await;
    wrong.assert_refused("/verify-email", "code-wrong");
    let proof = proof(&backend, &mut browser, "Ada").await;
    let page = confirm(&mut browser, &proof).await.assert_redirect("/account");
    // With the name that was given.
    browser.follow(page).await.assert_shows(&[">Ada<"]);
    let again = send(&mut browser, "/verify-email?/confirm", &proof, &[]).await;
    let once = ["link-missing", "code-spent", "code-wrong"];
    assert!(once.iter().any(|code| again.is_refused("/verify-email", code)), "{again:?}");
}

/// Checks the answer to a known address: Better Auth 1.7 answers as if it were new.
async fn sign_up_with_a_known_address_sends_no_mail(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    sign_up(&mut backend.browser(), "Ada", PASSWORD).await;
    let first = backend.mailed(&email("Ada")).await;
    let mut browser = backend.browser();
    let page = sign_up(&mut browser, "Ada", NEW).await;
    let sentence = match page.redirect_path().as_deref() {
        Some("/verify-email?done=signed-up&return_to=%2Faccount") => "If there was no account with this address yet",
        _ => "There is already an account with this e-mail address.",
    };
    browser.follow(page).await.assert_shows(&[sentence]);
    assert_eq!(backend.mailed(&email("Ada")).await, first, "nothing was sent");
}

async fn sign_in_says_that_its_mail_could_not_be_sent(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let first = backend.mailed(&email("Ada")).await;
    backend.break_path("/contact-channels/send-verification-code", "/email-otp/send-verification-otp").await;
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    browser.follow(page).await.assert_shows(&["we cannot tell whether a mail was sent"]);
    assert_eq!(backend.mailed(&email("Ada")).await, first);

    backend.come_back().await;
    let page = browser.post("/verify-email?/send", &[("email", &email("Ada"))]).await;
    page.assert_redirect("/verify-email?done=mail-sent-perhaps");
    assert_ne!(backend.mailed(&email("Ada")).await, first);
}

async fn new_mail_is_sent_on_request(backend: Backend) {
    backend.set(Setting::ConfirmEmail).await;
    let mut browser = backend.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let first = backend.mailed("ada@example.com").await;
    let again = [("email", "ada@example.com"), ("return_to", "/account")];
    let page = browser.post("/verify-email?/send", &again).await;
    page.assert_redirect("/verify-email?done=mail-sent-perhaps&return_to=%2Faccount");
    assert_ne!(backend.mailed("ada@example.com").await, first);
    // The second mail is as good as the first.
    let proof = proof(&backend, &mut browser, "Ada").await;
    confirm(&mut browser, &proof).await.assert_redirect("/account");

    // Whether an address is known is not said.
    let mut stranger = backend.browser();
    for name in ["Ada", "Nobody"] {
        let page = stranger.post("/verify-email?/send", &[("email", &email(name))]).await;
        match backend.is_stack() {
            true => page.assert_refused("/verify-email", "email-unconfirmed"),
            false => page.assert_redirect("/verify-email?done=mail-sent-perhaps"),
        };
    }
}

async fn forgotten_password_is_replaced_and_ends_all_sessions(backend: Backend) {
    let mut phone = backend.signed_up("Ada").await;
    let mut browser = backend.browser();
    let mut answers = Vec::new();
    for name in ["Nobody", "Ada"] {
        let fields = [("email", &*email(name)), ("return_to", "/account")];
        let page = browser.post("/forgot-password?/send", &fields).await;
        answers.push(page.redirect_path().expect("a page that says so"));
        browser.follow(page).await.assert_shows(&["If there is an account with this address"]);
    }
    assert_eq!(answers[0], answers[1], "whether the address is known is not said");

    let proof = proof(&backend, &mut browser, "Ada").await;
    for (email, password, code) in [("", "7 chars", "password-too-short"), ("nobody", NEW, "email-invalid")] {
        let mut fields = proof.clone();
        if !email.is_empty() {
            fields[0].1 = email.to_owned();
        }
        let page = send(&mut browser, "/reset-password?/set", &fields, &[("password", password)]).await;
        let page = page.assert_refused("/reset-password", code);
        assert_eq!(page.body.contains("value=\"nobody\""), email == "nobody", "what was typed: {}", page.body);
    }
    // The proof is still good.
    browser.get("/reset-password").await.assert_shows(&["name=\"password\"", "ada@example.com"]);
    let more = [("password", NEW), ("return_to", "/account")];
    send(&mut browser, "/reset-password?/set", &proof, &more).await.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut phone).await, "over at once");
    let spent = send(&mut browser, "/reset-password?/set", &proof, &more).await;
    let (_, code) = spent.refusal().unwrap_or_else(|| panic!("{spent:?}"));
    assert!(code.starts_with("code-") || code == "link-missing", "once: {code}");
    assert_new_password(&backend).await;
}

async fn changed_password_ends_the_other_devices(backend: Backend) {
    let mut here = backend.signed_up("Ada").await;
    let mut phone = backend.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    here.get("/account/password").await.assert_shows(&["Current password"]);
    let change = async |browser: &mut Browser, old: &str, new: &str| {
        browser.post("/account/password?/change", &[("old_password", old), ("password", new)]).await
    };
    for (old, new, code) in [
        ("not the old one", NEW, "old-password-wrong"),
        (PASSWORD, "7 chars", "password-too-short"),
        (PASSWORD, &"x".repeat(200), "password-too-long"),
    ] {
        change(&mut here, old, new).await.assert_refused("/account/password", code);
        assert!(is_signed_in(&mut phone).await, "nothing has happened");
    }
    let before = here.cookie(SESSION_COOKIE).map(str::to_owned);
    let page = change(&mut here, PASSWORD, NEW).await.assert_redirect("/account?done=password-changed");
    assert_ne!(here.cookie(SESSION_COOKIE).map(str::to_owned), before, "a new session id");
    assert!(!is_signed_in(&mut phone).await, "over at once");
    // At Neon Auth it is the session that continued.
    backend.set(Setting::TokenSeconds(0)).await;
    here.follow(page).await.assert_shows(&["signed out on all other devices"]);
    assert!(is_signed_in(&mut here).await);

    assert_new_password(&backend).await;
    let anonymous = change(&mut backend.browser(), NEW, PASSWORD).await;
    anonymous.assert_redirect("/sign-in?return_to=%2Faccount%2Fpassword");
}

async fn user_without_a_password_sets_one(backend: Backend) {
    let mut browser = backend.browser();
    sign_in_with_provider(&mut browser, "/account").await;
    browser.get("/account/password").await.assert_shows(&["has no password yet"]);
    let mut page = browser.post("/account/password?/set", &[("password", NEW)]).await;
    if !backend.is_stack() {
        page.assert_refused("/account/password", "not-offered");
        browser.post("/forgot-password?/send", &[("email", "grace@example.com")]).await;
        let proof = proof(&backend, &mut browser, "Grace").await;
        page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
    }
    page.assert_redirect("/account?done=password-changed");
    assert!(is_signed_in(&mut browser).await);
    browser.get("/account/password").await.assert_shows(&["Current password"]);
    sign_in(&mut backend.browser(), "Grace", NEW).await.assert_redirect("/account");
}

async fn mailed_code_signs_in_once_and_cannot_be_guessed(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut browser = backend.browser();
    browser.get("/sign-in?return_to=%2Fmemos").await.assert_shows(&["/sign-in/code?return_to=%2Fmemos"]);
    let ask = async |browser: &mut Browser| {
        let fields = [("email", "ada@example.com"), ("return_to", "/account")];
        browser.post("/sign-in/code?/send", &fields).await
    };
    let page = ask(&mut browser).await;
    browser.follow_to("/sign-in/code?done=mail-sent-perhaps&return_to=%2Faccount", page).await;
    // Also when the page is loaded again.
    browser.get("/sign-in/code").await.assert_shows(&["ada@example.com", "one-time-code"]);

    let code = backend.mailed_code("ada@example.com").await;
    let wrong = if code.starts_with('0') { "100000" } else { "000000" };
    let guesses = if backend.is_stack() { 21 } else { 4 };
    for number in 1..=guesses {
        let page = browser.post("/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", wrong)]).await;
        let (address, code) = page.refusal().unwrap_or_else(|| panic!("{number}: {page:?}"));
        assert_eq!(address, "/sign-in/code", "{number}");
        let expected = [(1, "code-wrong"), (guesses, "code-locked")].into_iter().find(|(at, _)| *at == number);
        assert!(expected.is_none_or(|(_, expected)| code == expected), "{number}: {code}");
    }
    let late = browser.post("/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", &code)]).await;
    assert!(late.refusal().is_some(), "{late:?}");

    ask(&mut browser).await;
    let code = backend.mailed_code("ada@example.com").await;
    let mut elsewhere = backend.browser();
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let fields = [("email", "ADA@example.com"), ("code", &*spaced), ("return_to", "/account")];
    if backend.is_stack() {
        let page = elsewhere.post("/sign-in/code?/enter", &fields).await;
        page.assert_refused("/sign-in/code?return_to=%2Faccount", "code-wrong");
    }
    browser.post("/sign-in/code?/enter", &fields).await.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);
    let again = elsewhere.post("/sign-in/code?/enter", &fields).await;
    assert!(again.refusal().is_some_and(|(_, code)| code.starts_with("code-")), "once: {again:?}");
}
