//! An outage of Neon Auth is logged once for each request, however many of its calls fail.

use super::on_both;
use super::side::{Setting, Side, email, sign_in};
use crate::support::{Log, PASSWORD};
use std::time::Duration;
use tokio::time::{sleep, timeout};

on_both!(
    a_request_that_meets_an_outage_is_one_line,
    an_outage_is_one_line_however_often_settings_and_keys_are_asked_for,
);

/// Checks that exactly one line was logged since the last call, and that it names the outage.
fn assert_one(log: &Log, what: &str) {
    let lines = log.take_lines();
    assert!(lines.len() == 1 && lines[0].contains("cannot be reached: status 503"), "{what}: {lines:#?}");
    assert!(!lines[0].contains(PASSWORD), "{what}: {lines:#?}");
}

async fn a_request_that_meets_an_outage_is_one_line(side: Side) {
    // So that no token needs the keys, and the first that does may fetch them.
    side.state().auth.keys.replace().await.expect("keys");
    side.set(Setting::CodesToSignIn).await;
    side.set(Setting::TokenSeconds(0)).await;
    let mut expired = side.signed_up("Bob").await;
    side.set(Setting::TokenSeconds(600)).await;
    let mut ada = side.signed_up("Ada").await;
    side.state().auth.methods_refreshed().await;

    side.go_down().await;
    let log = Log::of_warnings();
    let mut browser = side.browser();
    let (address, name) = (email("Ada"), ("name", "Ada"));
    let fields = [("email", &*address), ("password", PASSWORD), name];
    for action in ["/sign-in?/password", "/sign-up?/password", "/sign-in/code?/send", "/forgot-password?/send"] {
        browser.post(action, &fields).await;
        assert_one(&log, action);
    }
    let new = [("old_password", PASSWORD), ("password", "another horse battery")];
    ada.post("/account/password?/change", &new).await;
    assert_one(&log, "a new password");
    ada.get("/account/password").await;
    assert_one(&log, "whether there is a password");
    ada.post("/account/delete?/delete", &[("confirmation", "delete")]).await;
    assert_one(&log, "the end of an account");
    expired.get("/account").await;
    assert_one(&log, "a token that has expired");
    expired.get("/account").await;
    assert_eq!(log.take_lines(), Vec::<String>::new(), "and is not asked for again at once");

    // Beside the request, which does not fail.
    ada.post("/auth/sign-out", &[]).await;
    let ended = async {
        while log.text().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), ended).await.expect("it is noticed");
    assert_one(&log, "a sign-out");

    // A key that is not cached cannot be fetched either.
    side.come_back().await;
    let mut carol = side.signed_up("Carol").await;
    side.state().auth.keys.replace().await.expect("keys");
    side.rotate_keys().await;
    side.state().auth.keys.replace().await.expect("the new ones alone");
    side.go_down().await;
    log.take_lines();
    carol.get("/account").await;
    assert_one(&log, "a token of a key that is gone");
    assert!(sign_in(&mut side.browser(), "Ada", PASSWORD).await.told().is_some());
    assert_one(&log, "a sign-in");
}

async fn an_outage_is_one_line_however_often_settings_and_keys_are_asked_for(side: Side) {
    let asked = || side.state().auth.neon_auth.call_counters().counts().map(|(_, count)| count).sum::<u64>();
    side.go_down().await;
    let log = Log::of_warnings();
    let fresh = tokio::spawn(side.state().auth.keep_fresh(Duration::from_millis(5)));
    let again = async {
        while asked() < 10 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), again).await.expect("it is asked again and again");
    assert_one(&log, "an outage that lasts");
    fresh.abort();
}
