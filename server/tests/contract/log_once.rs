//! An outage of Neon Auth is logged once for each request, however many of its calls fail.

use super::backend::{Backend, Setting};
use super::flows::{delete_account, sign_in};
use super::mail::NEW;
use super::on_both;
use crate::support::{Log, PASSWORD, until};
use std::time::Duration;

on_both!(request_during_an_outage_logs_one_line, repeated_refreshes_during_an_outage_log_one_line,);

/// Checks that exactly one line was logged since the last call, and that it names the outage.
fn assert_one(log: &Log, what: &str) {
    let lines = log.take_lines();
    assert!(lines.len() == 1 && lines[0].contains("cannot be reached: status 503"), "{what}: {lines:#?}");
    assert!(!lines[0].contains(PASSWORD), "{what}: {lines:#?}");
}

async fn request_during_an_outage_logs_one_line(backend: Backend) {
    // So that no token needs the keys, and the first that does may fetch them.
    backend.state().auth.keys.replace().await.expect("keys");
    backend.set(Setting::CodesToSignIn).await;
    backend.set(Setting::TokenSeconds(0)).await;
    let mut expired = backend.signed_up("Bob").await;
    backend.set(Setting::TokenSeconds(600)).await;
    let mut ada = backend.signed_up("Ada").await;
    backend.state().auth.refresh_methods().await;

    backend.go_down().await;
    let log = Log::of_warnings();
    let mut browser = backend.browser();
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("name", "Ada")];
    for action in ["/sign-in?/password", "/sign-up?/password", "/sign-in/code?/send", "/forgot-password?/send"] {
        browser.post(action, &fields).await;
        assert_one(&log, action);
    }
    ada.post("/account/password?/change", &[("old_password", PASSWORD), ("password", NEW)]).await;
    assert_one(&log, "a new password");
    ada.get("/account/password").await;
    assert_one(&log, "whether there is a password");
    delete_account(&mut ada).await;
    assert_one(&log, "the end of an account");
    expired.get("/account").await;
    assert_one(&log, "a token that has expired");
    expired.get("/account").await;
    assert_eq!(log.take_lines(), Vec::<String>::new(), "and is not asked for again at once");

    // Beside the request, which does not fail.
    ada.post("/auth/sign-out", &[]).await;
    until("it is noticed", async || !log.text().is_empty()).await;
    assert_one(&log, "a sign-out");

    // A key that is not cached cannot be fetched either.
    backend.come_back().await;
    let mut carol = backend.signed_up("Carol").await;
    backend.state().auth.keys.replace().await.expect("keys");
    backend.rotate_keys().await;
    backend.state().auth.keys.replace().await.expect("the new ones alone");
    backend.go_down().await;
    log.take_lines();
    carol.get("/account").await;
    assert_one(&log, "a token of a key that is gone");
    let page = sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    page.assert_refused("/sign-in?return_to=%2Faccount", "unavailable");
    assert_one(&log, "a sign-in");
}

async fn repeated_refreshes_during_an_outage_log_one_line(backend: Backend) {
    backend.go_down().await;
    let log = Log::of_warnings();
    let fresh = tokio::spawn(backend.state().auth.keep_fresh(Duration::from_millis(5)));
    until("it is asked again and again", async || backend.calls() >= 10).await;
    assert_one(&log, "an outage that lasts");
    fresh.abort();
}
