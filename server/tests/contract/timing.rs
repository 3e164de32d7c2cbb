//! Timing must not reveal whether an address has an account: a request for a mail is answered before Neon Auth has
//! answered.

use super::backend::{Backend, Setting};
#[cfg(feature = "managed")]
use super::flows::sign_up;
use super::flows::{email, is_signed_in};
use super::on_both;
#[cfg(feature = "managed")]
use crate::support::PASSWORD;

on_both!(password_mail_is_requested_beside_the_answer, code_mail_is_requested_beside_the_answer);

/// Checks this with a delayed call: a request that waited for it would time out with another answer.
async fn password_mail_is_requested_beside_the_answer(backend: Backend) {
    backend.signed_up("Ada").await;
    backend.hold("/auth/password/send-reset-code", "/email-otp/request-password-reset").await;
    for name in ["Ada", "Nobody"] {
        let page = backend.browser().post("/forgot-password?/send", &[("email", &email(name))]).await;
        let form = if backend.is_stack() { "/forgot-password" } else { "/reset-password" };
        page.assert_redirect(&format!("{form}?done=mail-sent-perhaps"));
    }
    backend.come_back().await;
    assert!(!backend.mailed(&email("Ada")).await.is_empty(), "sent when it could be");
}

async fn code_mail_is_requested_beside_the_answer(backend: Backend) {
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut browser = backend.browser();
    backend.hold("/auth/otp/send-sign-in-code", "/email-otp/send-verification-otp").await;
    let page = browser.post("/sign-in/code?/send", &[("email", &email("Ada"))]).await;
    browser.follow_to("/sign-in/code?done=mail-sent-perhaps", page).await.assert_shows(&["one-time-code"]);
    backend.come_back().await;
    let code = backend.mailed_code(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    browser.post("/sign-in/code?/enter", &fields).await.assert_redirect("/account");
    assert!(is_signed_in(&mut browser).await);
}

/// Checks the same where the mail goes to an address that the browser need not prove first.
#[cfg(feature = "managed")]
#[tokio::test]
async fn confirmation_mail_is_requested_beside_the_answer() {
    let backend = Backend::managed().await;
    backend.set(Setting::ConfirmEmail).await;
    sign_up(&mut backend.browser(), "Ada", PASSWORD).await;
    let first = backend.mailed(&email("Ada")).await;
    backend.hold("", "/email-otp/send-verification-otp").await;
    let mut stranger = backend.browser();
    for name in ["Ada", "Nobody"] {
        let page = stranger.post("/verify-email?/send", &[("email", &email(name))]).await;
        page.assert_redirect("/verify-email?done=mail-sent-perhaps");
    }
    backend.come_back().await;
    assert_ne!(backend.mailed(&email("Ada")).await, first, "sent when it could be");
}

/// Covers a mail that is faster than Neon Auth's answer, without which the server cannot use the code.
#[cfg(feature = "stack")]
#[tokio::test]
async fn code_that_is_faster_than_neon_auths_answer_waits_for_it() {
    let backend = Backend::stack().await;
    backend.set_and_show(Setting::CodesToSignIn).await;
    let mut browser = backend.browser();
    backend.hold_answers("/auth/otp/send-sign-in-code").await;
    browser.post("/sign-in/code?/send", &[("email", &email("Ada"))]).await;
    let code = backend.code_on_its_way(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    let answered = async {
        // By then the code has been posted.
        let mut other = backend.browser();
        for _ in 0..50 {
            other.get("/healthz").await;
        }
        backend.come_back().await;
    };
    let (page, ()) = tokio::join!(browser.post("/sign-in/code?/enter", &fields), answered);
    page.assert_redirect("/account");
}

/// Checks that an account that may not have a code, and no account at all, look the same.
#[cfg(feature = "stack")]
#[tokio::test]
async fn code_that_was_not_sent_is_checked_like_any_other() {
    let backend = Backend::stack().await;
    backend.set(Setting::CodesToSignIn).await;
    backend.set_and_show(Setting::SignUpOff).await;
    let mut browser = backend.browser();
    browser.post("/sign-in/code?/send", &[("email", &email("Nobody"))]).await;
    backend.state().auth.finish_calls().await;
    let counters = backend.state().auth.neon_auth.call_counters();
    let refused = || counters.counts().find(|(name, _)| *name == "refused").expect("it is").1;
    let before = refused();
    let page = browser.post("/sign-in/code?/enter", &[("email", &email("Nobody")), ("code", "123456")]).await;
    page.assert_refused("/sign-in/code", "code-wrong");
    assert_eq!(refused(), before + 1, "by Neon Auth");
}
