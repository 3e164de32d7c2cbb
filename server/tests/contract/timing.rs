//! Timing must not reveal whether an address has an account: a request for a mail is answered before Neon Auth has
//! answered.

use super::on_both;
use super::side::{Setting, Side, email, is_signed_in, sign_up};
use crate::support::PASSWORD;

on_both!(a_mail_that_sets_a_password_is_asked_for_beside_the_request, a_mailed_code_is_asked_for_beside_the_request);

/// Checks this with a delayed call: a request that waited for it would time out with another answer.
async fn a_mail_that_sets_a_password_is_asked_for_beside_the_request(side: Side) {
    side.signed_up("Ada").await;
    side.hold("/auth/password/send-reset-code", "/email-otp/request-password-reset").await;
    let mut answers = Vec::new();
    for name in ["Ada", "Nobody"] {
        let page = side.browser().post("/forgot-password?/send", &[("email", &email(name))]).await;
        answers.push(page.told().expect("a page that says so"));
    }
    assert!(answers[0] == answers[1] && answers[0].contains("done=mail-sent-perhaps"), "{answers:?}");
    side.come_back().await;
    assert!(!side.mailed(&email("Ada")).await.is_empty(), "sent when it could be");
}

async fn a_mailed_code_is_asked_for_beside_the_request(side: Side) {
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    let mut browser = side.browser();
    side.hold("/auth/otp/send-sign-in-code", "/email-otp/send-verification-otp").await;
    let page = browser.post("/sign-in/code?/send", &[("email", &email("Ada"))]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?done=mail-sent-perhaps"));
    assert!(browser.follow(page).await.body.contains("one-time-code"), "it can be typed");
    side.come_back().await;
    let code = side.mailed_code(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    let page = browser.post("/sign-in/code?/enter", &fields).await;
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
}

/// Checks the same where the mail goes to an address that the browser need not prove first.
#[tokio::test]
async fn another_mail_that_confirms_is_asked_for_beside_the_request() {
    let side = Side::managed().await;
    side.set(Setting::ConfirmEmail).await;
    sign_up(&mut side.browser(), "Ada", PASSWORD).await;
    let first = side.mailed(&email("Ada")).await;
    side.hold("", "/email-otp/send-verification-otp").await;
    let mut stranger = side.browser();
    for name in ["Ada", "Nobody"] {
        let page = stranger.post("/verify-email?/send", &[("email", &email(name))]).await;
        assert_eq!(page.told().as_deref(), Some("/verify-email?done=mail-sent-perhaps"));
    }
    side.come_back().await;
    assert_ne!(side.mailed(&email("Ada")).await, first, "sent when it could be");
}

/// Covers a mail that is faster than Neon Auth's answer, without which the server cannot use the code.
#[tokio::test]
async fn a_code_that_is_typed_before_neon_auth_has_answered_waits_for_the_answer() {
    let side = Side::stack().await;
    side.set(Setting::CodesToSignIn).await;
    side.state().auth.refresh_methods().await;
    let mut browser = side.browser();
    side.hold_answers("/auth/otp/send-sign-in-code").await;
    browser.post("/sign-in/code?/send", &[("email", &email("Ada"))]).await;
    let code = side.code_on_its_way(&email("Ada")).await;
    let fields = [("email", &*email("Ada")), ("code", &*code), ("return_to", "/account")];
    let answered = async {
        // By then the code has been posted.
        let mut other = side.browser();
        for _ in 0..50 {
            other.get("/healthz").await;
        }
        side.come_back().await;
    };
    let (page, ()) = tokio::join!(browser.post("/sign-in/code?/enter", &fields), answered);
    assert_eq!(page.told().as_deref(), Some("/account"), "{page:?}");
}

/// Checks that an account that may not have a code, and no account at all, look the same.
#[tokio::test]
async fn a_code_that_was_not_sent_is_looked_for_like_any_other() {
    let side = Side::stack().await;
    side.set(Setting::CodesToSignIn).await;
    side.set(Setting::SignUpOff).await;
    side.state().auth.refresh_methods().await;
    let mut browser = side.browser();
    browser.post("/sign-in/code?/send", &[("email", &email("Nobody"))]).await;
    side.state().auth.finish_calls().await;
    let refused =
        || side.state().auth.neon_auth.call_counters().counts().find(|(name, _)| *name == "refused").expect("it is").1;
    let before = refused();
    let page = browser.post("/sign-in/code?/enter", &[("email", &email("Nobody")), ("code", "123456")]).await;
    assert_eq!(page.told().as_deref(), Some("/sign-in/code?error=code-wrong"));
    assert_eq!(refused(), before + 1, "by Neon Auth");
}
