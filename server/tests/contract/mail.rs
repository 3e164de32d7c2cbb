//! Proofs by mail, changed passwords, and the sessions that they end.

use super::on_both;
use super::side::{GRACE, Setting, Side, decide, email, is_signed_in, leave, onward, sign_in, sign_up};
use crate::support::{Browser, ManagedApp, PASSWORD, Page, SESSION_COOKIE};
use http::StatusCode;
use serde_json::json;

pub(super) const NEW: &str = "another horse battery";

on_both!(
    an_address_is_confirmed_before_it_signs_in,
    a_sign_up_with_a_known_address_promises_no_mail,
    a_sign_in_whose_mail_could_not_be_sent_says_so,
    another_mail_is_sent_to_whoever_waits_for_one,
    a_mail_that_is_opened_elsewhere_confirms_as_well,
    a_forgotten_password_is_replaced_and_ends_what_was_before,
    a_changed_password_ends_the_other_devices,
    somebody_without_a_password_sets_one,
    without_an_answer_nobody_claims_that_nothing_was_changed,
    a_mailed_code_signs_in_once_and_cannot_be_guessed,
);

/// Returns what the last mail to this address contains, as the fields of the form that it leads to.
pub(super) async fn proof(side: &Side, browser: &mut Browser, name: &str) -> Vec<(&'static str, String)> {
    let mailed = side.mailed(&email(name)).await;
    if !side.is_stack() {
        return vec![("email", email(name)), ("code", mailed)];
    }
    // Opening the link uses nothing up, since programs that scan mails do it first.
    follow_link(&mut side.browser(), &mailed).await;
    follow_link(browser, &mailed).await;
    vec![("email", email(name))]
}

/// Follows the link in a mail to its final page, which must no longer contain the code.
async fn follow_link(browser: &mut Browser, link: &str) -> Page {
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
        let next = page.redirect().map_or_else(|| onward(&page), String::from);
        page = browser.get(&next).await;
    }
}

pub(super) async fn send(browser: &mut Browser, action: &str, proof: &[(&str, String)], more: &[(&str, &str)]) -> Page {
    let fields: Vec<_> =
        proof.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
    browser.post(action, &fields).await
}

async fn an_address_is_confirmed_before_it_signs_in(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    let told = page.told();
    assert_eq!(told.as_deref(), Some("/verify-email?done=signed-up&return_to=%2Faccount"), "{page:?}");
    browser.follow(page).await;
    let page = browser.get("/verify-email").await;
    assert!(page.body.contains("ada@example.com"), "also when the page is loaded again: {}", page.body);
    assert!(!is_signed_in(&mut browser).await);
    let first = side.mailed("ada@example.com").await;

    assert!(sign_in(&mut browser, "Ada", "wrong password").await.told().unwrap().contains("wrong-password"));
    assert_eq!(side.mailed("ada@example.com").await, first, "no mail for a wrong password");
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent&return_to=%2Faccount"));
    assert_ne!(side.mailed("ada@example.com").await, first, "a new mail for the right one");

    let code = [("email", email("Ada")), ("code", "no such code".to_owned())];
    let wrong = send(&mut browser, "/verify-email?/confirm", &code, &[]).await;
    assert_eq!(wrong.told().as_deref(), Some("/verify-email?error=code-wrong"), "{wrong:?}");
    let proof = proof(&side, &mut browser, "Ada").await;
    let page = send(&mut browser, "/verify-email?/confirm", &proof, &[("return_to", "/account")]).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "that was the sign-in: {page:?}");
    let page = browser.follow(page).await;
    assert!(page.body.contains(">Ada<"), "the name that was given: {}", page.body);
    let page = send(&mut browser, "/verify-email?/confirm", &proof, &[]).await;
    let told = page.told().unwrap();
    let once = ["/verify-email?error=link-missing", "/verify-email?error=code-spent", "/verify-email?error=code-wrong"];
    assert!(once.contains(&&*told), "{told}");
}

/// Checks the answer to a known address: Better Auth 1.7 answers as if it were new.
async fn a_sign_up_with_a_known_address_promises_no_mail(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    sign_up(&mut side.browser(), "Ada", PASSWORD).await;
    let first = side.mailed(&email("Ada")).await;
    let mut browser = side.browser();
    let page = sign_up(&mut browser, "Ada", NEW).await;
    let told = page.told().expect("a page that says so");
    let page = browser.follow(page).await;
    let sentence = match told.as_str() {
        "/verify-email?done=signed-up&return_to=%2Faccount" => "If there was no account with this address yet, a mail",
        _ => "There is already an account with this e-mail address.",
    };
    assert!(page.body.contains(sentence), "{told}: {}", page.body);
    assert_eq!(side.mailed(&email("Ada")).await, first, "nothing was sent");
}

async fn a_sign_in_whose_mail_could_not_be_sent_says_so(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let first = side.mailed(&email("Ada")).await;
    side.break_path("/contact-channels/send-verification-code", "/email-otp/send-verification-otp").await;
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    let page = browser.follow(page).await;
    assert!(page.body.contains("we cannot tell whether a mail was sent"), "{}", page.body);
    assert_eq!(side.mailed(&email("Ada")).await, first);

    side.come_back().await;
    let page = browser.post("/verify-email?/send", &[("email", &email("Ada"))]).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent-perhaps"), "the page goes on");
    assert_ne!(side.mailed(&email("Ada")).await, first);
}

async fn another_mail_is_sent_to_whoever_waits_for_one(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let first = side.mailed("ada@example.com").await;
    let again = [("email", "ada@example.com"), ("return_to", "/account")];
    let page = browser.post("/verify-email?/send", &again).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent-perhaps&return_to=%2Faccount"));
    assert_ne!(side.mailed("ada@example.com").await, first);
    let proof = proof(&side, &mut browser, "Ada").await;
    let page = send(&mut browser, "/verify-email?/confirm", &proof, &[("return_to", "/account")]).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "the second mail is as good as the first: {page:?}");

    let mut stranger = side.browser();
    for name in ["Ada", "Nobody"] {
        let page = stranger.post("/verify-email?/send", &[("email", &email(name))]).await;
        let told = if side.is_stack() { "error=email-unconfirmed" } else { "done=mail-sent-perhaps" };
        assert_eq!(page.told(), Some(format!("/verify-email?{told}")), "whether it is known is not said");
    }
}

async fn a_mail_that_is_opened_elsewhere_confirms_as_well(side: Side) {
    side.set(Setting::ConfirmEmail).await;
    let mut browser = side.browser();
    sign_up(&mut browser, "Ada", PASSWORD).await;
    let mut phone = side.browser();
    let proof = proof(&side, &mut phone, "Ada").await;
    if side.is_stack() {
        let page = phone.get("/verify-email?return_to=%2Faccount").await;
        assert!(page.body.contains("Confirm the address") && !page.body.contains("ada@example.com"), "{}", page.body);
    }
    let page = send(&mut phone, "/verify-email?/confirm", &proof, &[("return_to", "/account")]).await;
    if side.is_stack() {
        // A link alone signs no client in.
        assert_eq!(page.told().as_deref(), Some("/sign-in?done=email-confirmed&return_to=%2Faccount"));
        assert!(phone.follow(page).await.body.contains("is confirmed"));
        let link = side.mailed("ada@example.com").await;
        assert!(link.contains("return_to=%2Faccount"), "the mail knows where one was going: {link}");

        follow_link(&mut phone, &link).await;
        let page = send(&mut phone, "/verify-email?/confirm", &proof, &[]).await;
        assert_eq!(page.told().as_deref(), Some("/verify-email?error=code-spent"));
        let page = phone.follow(page).await;
        assert!(page.body.contains("used already") && page.body.contains("href=\"/sign-in?"), "{}", page.body);
        let page =
            follow_link(&mut phone, &format!("{}/auth/mailed/confirm-email?code=made-up", link_origin(&link))).await;
        assert!(page.body.contains("Confirm the address"), "{}", page.body);
        let page = send(&mut phone, "/verify-email?/confirm", &[], &[]).await;
        assert_eq!(page.told().as_deref(), Some("/verify-email?error=link-wrong"));
    } else {
        assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    }
    assert_eq!(sign_in(&mut browser, "Ada", PASSWORD).await.told().as_deref(), Some("/account"));
}

fn link_origin(link: &str) -> String {
    let link: url::Url = link.parse().expect("an address");
    link.origin().ascii_serialization()
}

async fn a_forgotten_password_is_replaced_and_ends_what_was_before(side: Side) {
    let mut phone = side.signed_up("Ada").await;
    let mut browser = side.browser();
    let mut answers = Vec::new();
    for name in ["Nobody", "Ada"] {
        let fields = [("email", &*email(name)), ("return_to", "/account")];
        let page = browser.post("/forgot-password?/send", &fields).await;
        answers.push(page.told().unwrap());
        let body = browser.follow(page).await.body;
        assert!(body.contains("If there is an account with this address"), "{body}");
    }
    assert_eq!(answers[0], answers[1], "whether the address is known is not said");

    let proof = proof(&side, &mut browser, "Ada").await;
    for (email, password, told) in [("", "7 chars", "password-too-short"), ("nobody", NEW, "email-invalid")] {
        let mut fields = proof.clone();
        if !email.is_empty() {
            fields[0].1 = email.to_owned();
        }
        let page = send(&mut browser, "/reset-password?/set", &fields, &[("password", password)]).await;
        assert_eq!(page.told(), Some(format!("/reset-password?error={told}")), "{page:?}");
        assert_eq!(page.body.contains("value=\"nobody\""), email == "nobody", "what was typed: {}", page.body);
    }
    let body = browser.get("/reset-password").await.body;
    assert!(body.contains("name=\"password\"") && body.contains("ada@example.com"), "the proof is still good: {body}");
    let more = [("password", NEW), ("return_to", "/account")];
    let page = send(&mut browser, "/reset-password?/set", &proof, &more).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut phone).await, "over at once");
    let spent = send(&mut browser, "/reset-password?/set", &proof, &more).await.told().unwrap();
    assert!(spent.contains("error=code-") || spent.contains("error=link-missing"), "once: {spent}");
    let old = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert!(old.told().unwrap().contains("wrong-password"));
    assert_eq!(sign_in(&mut side.browser(), "Ada", NEW).await.told().as_deref(), Some("/account"));
}

/// Checks that a link resets the password of the account that it was sent to. The typed address serves only to sign in.
#[tokio::test]
async fn a_link_with_another_address_signs_nobody_in() {
    let side = Side::stack().await;
    // Each request asks Neon Auth whether the session still exists.
    side.set(Setting::TokenSeconds(0)).await;
    let mut phone = side.signed_up("Ada").await;
    let mut bob = side.signed_up("Bob").await;
    let mut browser = side.browser();
    browser.post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let mut proof = proof(&side, &mut browser, "Ada").await;
    proof[0].1 = "bob@example.com".to_owned();
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?done=password-reset"), "{page:?}");
    assert!(!is_signed_in(&mut browser).await);
    assert!(is_signed_in(&mut bob).await, "whose address was typed");
    assert!(!is_signed_in(&mut phone).await, "signed out by Neon Auth, when the token has ended");
    assert_eq!(sign_in(&mut browser, "Ada", NEW).await.told().as_deref(), Some("/account"));
}

async fn a_changed_password_ends_the_other_devices(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let mut phone = side.browser();
    sign_in(&mut phone, "Ada", PASSWORD).await;
    assert!(here.get("/account/password").await.body.contains("Current password"));
    for (old, new, told) in [
        ("not the old one", NEW, "old-password-wrong"),
        (PASSWORD, "7 chars", "password-too-short"),
        (PASSWORD, &"x".repeat(200), "password-too-long"),
    ] {
        let page = here.post("/account/password?/change", &[("old_password", old), ("password", new)]).await;
        assert_eq!(page.told(), Some(format!("/account/password?error={told}")));
        assert!(is_signed_in(&mut phone).await, "nothing has happened");
    }
    let before = here.cookie(SESSION_COOKIE).map(str::to_owned);
    let page = here.post("/account/password?/change", &[("old_password", PASSWORD), ("password", NEW)]).await;
    assert_eq!(page.told().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    assert_ne!(here.cookie(SESSION_COOKIE).map(str::to_owned), before, "a new session id");
    assert!(!is_signed_in(&mut phone).await, "over at once");
    // At Neon Auth it is the session that continued.
    side.set(Setting::TokenSeconds(0)).await;
    assert!(here.follow(page).await.body.contains("signed out on all other devices"));
    assert!(is_signed_in(&mut here).await);

    let old = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert!(old.told().unwrap().contains("wrong-password"));
    assert_eq!(sign_in(&mut side.browser(), "Ada", NEW).await.told().as_deref(), Some("/account"));
    let nobody =
        side.browser().post("/account/password?/change", &[("old_password", NEW), ("password", PASSWORD)]).await;
    assert_eq!(nobody.told().as_deref(), Some("/sign-in?return_to=%2Faccount%2Fpassword"));
}

async fn somebody_without_a_password_sets_one(side: Side) {
    let mut browser = side.browser();
    let consent = leave(&mut browser, "/account").await;
    let back = decide(&mut browser, &consent, &GRACE).await;
    browser.get(back.as_str()).await;
    let page = browser.get("/account/password").await;
    assert!(page.body.contains("has no password yet"), "{}", page.body);
    if side.is_stack() {
        let page = browser.post("/account/password?/set", &[("password", NEW)]).await;
        assert_eq!(page.told().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    } else {
        let page = browser.post("/account/password?/set", &[("password", NEW)]).await;
        assert_eq!(page.told().as_deref(), Some("/account/password?error=not-offered"));
        browser.post("/forgot-password?/send", &[("email", "grace@example.com")]).await;
        let proof = proof(&side, &mut browser, "Grace").await;
        let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
        assert_eq!(page.told().as_deref(), Some("/account?done=password-changed"), "{page:?}");
    }
    assert!(is_signed_in(&mut browser).await);
    assert!(browser.get("/account/password").await.body.contains("Current password"));
    assert_eq!(sign_in(&mut side.browser(), "Grace", NEW).await.told().as_deref(), Some("/account"));
}

async fn without_an_answer_nobody_claims_that_nothing_was_changed(side: Side) {
    let mut browser = side.signed_up("Ada").await;
    browser.post("/forgot-password?/send", &[("email", "ada@example.com")]).await;
    let proof = proof(&side, &mut browser, "Ada").await;
    side.go_down().await;
    let page = browser.post("/account/password?/change", &[("old_password", PASSWORD), ("password", NEW)]).await;
    assert_eq!(page.told().as_deref(), Some("/account/password?error=password-uncertain"), "{page:?}");
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
    assert_eq!(page.told().as_deref(), Some("/reset-password?error=password-uncertain"), "{page:?}");
    assert!(browser.follow(page).await.body.contains("we cannot tell whether the new password is set"));
    side.come_back().await;
    let page = send(&mut browser, "/reset-password?/set", &proof, &[("password", NEW)]).await;
    assert_eq!(page.told().as_deref(), Some("/account?done=password-changed"), "the proof is kept: {page:?}");
}

async fn a_mailed_code_signs_in_once_and_cannot_be_guessed(side: Side) {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    let mut browser = side.browser();
    assert!(browser.get("/sign-in?return_to=%2Fnotes").await.body.contains("/sign-in/code?return_to=%2Fnotes"));
    let ask = async |browser: &mut Browser, name: &str| {
        let fields = [("email", &*email(name)), ("return_to", "/account")];
        browser.post("/sign-in/code?/send", &fields).await
    };
    let page = ask(&mut browser, "Ada").await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?done=mail-sent-perhaps&return_to=%2Faccount"));
    browser.follow(page).await;
    let page = browser.get("/sign-in/code").await;
    let asks_for_it = page.body.contains("ada@example.com") && page.body.contains("one-time-code");
    assert!(asks_for_it, "also when the page is loaded again: {}", page.body);

    let code = side.mailed_code("ada@example.com").await;
    let wrong = if code.starts_with('0') { "100000" } else { "000000" };
    let mut told = Vec::new();
    let guesses = if side.is_stack() { 21 } else { 4 };
    for _ in 0..guesses {
        let page = browser.post("/sign-in/code?/enter", &[("email", "ada@example.com"), ("code", wrong)]).await;
        told.push(page.told().unwrap());
    }
    assert_eq!(told[0], "/sign-in/code?error=code-wrong");
    assert_eq!(told[guesses - 1], "/sign-in/code?error=code-locked");
    let fields = [("email", "ada@example.com"), ("code", &*code)];
    assert!(browser.post("/sign-in/code?/enter", &fields).await.told().unwrap().contains("error="), "too late for it");

    ask(&mut browser, "Ada").await;
    let code = side.mailed_code("ada@example.com").await;
    let mut elsewhere = side.browser();
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let fields = [("email", "ADA@example.com"), ("code", &*spaced), ("return_to", "/account")];
    if side.is_stack() {
        let page = elsewhere.post("/sign-in/code?/enter", &fields).await;
        assert_eq!(page.told().as_deref(), Some("/sign-in/code?error=code-wrong&return_to=%2Faccount"));
    }
    let page = browser.post("/sign-in/code?/enter", &fields).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
    let again = elsewhere.post("/sign-in/code?/enter", &fields).await;
    assert!(again.told().unwrap().contains("error=code-"), "once");
}

/// Checks that a link signs in only the browser that requested it: otherwise an attacker could sign a victim in to
/// their own account.
#[tokio::test]
async fn a_link_signs_in_where_it_was_asked_for() {
    let side = Side::stack().await;
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    let (mut browser, mut victim) = (side.browser(), side.browser());
    let fields = [("email", "ada@example.com"), ("return_to", "/account")];
    browser.post("/sign-in/code?/send", &fields).await;
    let link = side.mailed("ada@example.com").await;

    assert!(follow_link(&mut victim, &link).await.body.contains("action=\"/sign-in/code?/enter"));
    let page = victim.post("/sign-in/code?/enter", &[]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?error=expired"), "{page:?}");
    assert!(!is_signed_in(&mut victim).await);

    let page = follow_link(&mut browser, &link).await;
    assert_eq!(page.url.query(), Some("return_to=%2Faccount"));
    let page = browser.post("/sign-in/code?/enter", &[("return_to", "/account")]).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
}

/// Checks that the answer does not reveal that Neon Auth refuses a code to an account with a password whose address was
/// never confirmed.
#[tokio::test]
async fn a_code_for_an_address_that_is_not_confirmed_is_not_refused_aloud() {
    let side = Side::stack().await;
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    side.signed_up("Ada").await;
    let page = side.browser().post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?done=mail-sent-perhaps"));
}

/// Covers a project that mails the link although it does not require it.
#[tokio::test]
async fn whoever_is_signed_in_confirms_and_stays_so() {
    let side = Side::stack().await;
    let mut browser = side.signed_up("Ada").await;
    let link = side.mailed("ada@example.com").await;
    follow_link(&mut browser, &link).await;
    let page = browser.post("/verify-email?/confirm", &[]).await;
    assert_eq!(page.told().as_deref(), Some("/account?done=email-confirmed-here"));
    assert!(browser.follow(page).await.body.contains("is confirmed."));
}

/// Covers a project of the second generation with a mail server of its own, which mails links over Neon's host.
#[tokio::test]
async fn a_link_over_neons_host_comes_back_with_what_became_of_it() {
    let app = ManagedApp::with(&json!({ "verification_method": "link", "require_email_verification": true })).await;
    app.state.auth.refresh_methods().await;
    let side = Side::Managed(app);
    let mut browser = side.browser();
    let page = sign_up(&mut browser, "Ada", PASSWORD).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=signed-up&return_to=%2Faccount"));
    let page = browser.follow(page).await;
    assert!(page.body.contains("Check your mail") && page.body.contains("Send a new mail"), "{}", page.body);
    let again = [("email", "ada@example.com"), ("return_to", "/account")];
    let page = browser.post("/verify-email?/send", &again).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent-perhaps&return_to=%2Faccount"));
    assert_eq!(side.managed_neon_auth().calls("POST /send-verification-email").await.0, 1);
    let link = side.mailed("ada@example.com").await;

    let spoilt = link.replacen("token=", "token=x", 1);
    let page = browser.get(&spoilt).await;
    let page = browser.get(page.redirect().expect("back to the app").as_str()).await;
    assert_eq!(page.told().as_deref(), Some("/verify-email?error=code-spent&return_to=%2Faccount"), "{page:?}");

    let page = browser.get(&link).await;
    let page = browser.get(page.redirect().expect("back to the app").as_str()).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in?done=email-confirmed&return_to=%2Faccount"), "{page:?}");
    let page = browser.follow(page).await;
    assert!(page.body.contains("value=\"ada@example.com\""), "who is about to sign in: {}", page.body);
    assert_eq!(sign_in(&mut browser, "Ada", PASSWORD).await.told().as_deref(), Some("/account"));
}

#[tokio::test]
async fn a_landing_without_a_proof_is_a_page_with_a_way_on() {
    let side = Side::stack().await;
    let mut browser = side.browser();
    for (landing, told) in [
        ("confirm-email", "/verify-email?error=link-wrong"),
        ("reset-password?code=", "/reset-password?error=link-wrong"),
        ("sign-in?code=a&code=b", "/sign-in/code?error=link-wrong"),
        ("email-confirmed?error=token_expired", "/verify-email?error=code-spent"),
        ("reset-password?code=%00&return_to=//evil.example", "/reset-password?error=link-wrong"),
    ] {
        let mark = if landing.contains('?') { '&' } else { '?' };
        let page = browser.get(&format!("/auth/mailed/{landing}{mark}again=1")).await;
        assert_eq!(page.told().as_deref(), Some(told), "{landing}");
        let page = browser.follow(page).await;
        assert_eq!(page.status, StatusCode::OK, "{landing}: {page:?}");
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("<a href"), "{landing}: {}", page.body);
    }
    assert_eq!(browser.get("/auth/mailed/elsewhere?code=a").await.status, StatusCode::NOT_FOUND);
    assert!(browser.cookie(SESSION_COOKIE).is_none());
}

#[tokio::test]
async fn what_is_offered_is_not_denied_while_nobody_can_tell() {
    let side = Side::stack().await;
    side.go_down().await;
    let mut browser = side.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("is not answering at the moment"), "{}", page.body);
    let page = browser.get("/sign-in/code").await;
    assert!(page.body.contains("not possible right now") && !page.body.contains("not offered"), "{}", page.body);
    let page = browser.post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?error=unavailable"));
    side.come_back().await;
    let page = browser.post("/sign-in/code?/send", &[("email", "ada@example.com")]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?error=not-offered"));
}
