//! Invalid answers from Managed Neon Auth: they sign no client in or out, and break nothing. `auth` covers both
//! generations with a fake Neon Auth.

use super::backend::{Backend, Setting};
use super::flows::{callback_after_consent, is_signed_in, sign_in, sign_up};
use crate::support::{Log, PASSWORD, SESSION_COOKIE};
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;

const ACCOUNT: &str = "/sign-in?return_to=%2Faccount";

/// Returns outages in which the answers for one path violate the protocol.
fn invalid_answers(path: &str) -> Vec<Value> {
    let mut outages: Vec<Value> = ["close", "hang", "html", "huge", "deep", "wrong_types", "redirect"]
        .iter()
        .map(|mode| json!({ "mode": mode, "path": path }))
        .collect();
    let cookie = "__Secure-neon-auth.session_token=made-up; Path=/";
    outages.push(json!({
        "mode": "answer", "path": path, "status": 200, "body": "<script>alert(1)</script>",
        "headers": [["content-type", "application/json"], ["set-cookie", cookie], ["set-auth-jwt", "a.b.c"]],
    }));
    outages.push(json!({ "mode": "answer", "path": path, "status": 418, "body": "{\"code\":{\"a\":1}}" }));
    outages
}

#[tokio::test]
async fn invalid_answer_signs_nobody_in() {
    let backend = Backend::managed().await;
    backend.signed_up("Ada").await;
    let log = Log::of_warnings();
    for outage in invalid_answers("/sign-in/email") {
        backend.managed_neon_auth().fail(outage.clone()).await;
        let mut browser = backend.browser();
        let page = sign_in(&mut browser, "Ada", PASSWORD).await;
        assert!(page.is_refused(ACCOUNT, "unavailable"), "{outage}: {page:?}");
        assert!(page.status == StatusCode::SERVICE_UNAVAILABLE && !page.body.contains("alert(1)"), "{outage}");
        assert!(!is_signed_in(&mut browser).await, "{outage}");
        let line = log.take_one_line(&outage.to_string());
        assert!(!line.contains(PASSWORD), "{outage}");
        assert_eq!(line.contains("an answer without end"), outage["mode"] == "huge", "{outage}: {line}");
    }
    backend.come_back().await;
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_redirect("/account");
}

#[tokio::test]
async fn invalid_answer_signs_nobody_out() {
    let backend = Backend::managed().await;
    for outage in invalid_answers("/get-session") {
        backend.set(Setting::TokenSeconds(0)).await;
        let mut browser = backend.browser();
        let name = format!("Ada{}", uuid::Uuid::new_v4().simple());
        sign_up(&mut browser, &name, PASSWORD).await;
        backend.managed_neon_auth().fail(outage.clone()).await;
        let page = browser.get("/account").await;
        // If this answer has no token, another request gets it, and nothing is noticed.
        assert!([StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK].contains(&page.status), "{outage}: {page:?}");
        assert!(browser.cookie(SESSION_COOKIE).is_some(), "{outage}");
        backend.come_back().await;
        backend.set(Setting::TokenSeconds(600)).await;
    }
    let sessions = i64::try_from(invalid_answers("").len()).unwrap();
    assert_eq!(backend.count("web.session").await, sessions);
}

#[tokio::test]
async fn invalid_answer_leads_no_browser_elsewhere_and_finishes_no_login() {
    let backend = Backend::managed().await;
    let mut outages = invalid_answers("/sign-in/social");
    for url in
        ["https://evil.example/neondb/auth", "javascript:alert(1)", "//evil.example", "/x", "http://localhost:1/"]
    {
        let body = json!({ "url": url, "redirect": true }).to_string();
        let cookie = "__Secure-neon-auth.session_challenge=x; Path=/";
        outages.push(json!({
            "mode": "answer", "path": "/sign-in/social", "body": body,
            "headers": [["content-type", "application/json"], ["set-cookie", cookie]],
        }));
    }
    let log = Log::of_warnings();
    for outage in outages {
        backend.managed_neon_auth().fail(outage.clone()).await;
        let page = backend.browser().post("/sign-in?/oauth", &[("provider", "google")]).await;
        assert!(page.is_refused("/sign-in", "unavailable"), "{outage}: {page:?}");
        assert!(!page.body.contains("evil.example"), "{outage}");
        assert!(!log.take_one_line(&outage.to_string()).contains("evil.example"), "{outage}");
    }
    backend.come_back().await;
    for outage in invalid_answers("/get-session") {
        let mut browser = backend.browser();
        let back = callback_after_consent(&mut browser, "/account").await;
        backend.managed_neon_auth().fail(outage.clone()).await;
        let page = browser.get(back.as_str()).await;
        assert!(page.redirect_path().is_some_and(|path| path.starts_with("/sign-in?error=")), "{outage}: {page:?}");
        assert!(!is_signed_in(&mut browser).await, "{outage}");
        backend.come_back().await;
    }
}

/// Covers Better Auth's rate limit, which has a header of its own and no code.
#[tokio::test]
async fn rate_limit_of_neon_auth_is_said_with_the_time_to_wait() {
    let backend = Backend::managed().await;
    backend.signed_up("Ada").await;
    let body = json!({ "message": "Too many requests. Please try again later." }).to_string();
    let headers = [("content-type", "text/plain"), ("x-retry-after", "7")];
    backend.answer("/sign-in/email", 429, &body, &headers).await;
    let page = sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    assert_eq!((page.status, &page.headers["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"7".parse().unwrap()));
    // What was typed is there, without the password.
    page.assert_shows(&["Please wait 7 seconds", "ada@example.com"]).assert_hides(&[PASSWORD]);
}

#[tokio::test]
async fn redirects_of_neon_auth_are_not_followed() {
    let backend = Backend::managed().await;
    backend.signed_up("Ada").await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/", elsewhere.local_addr().expect("an address"));
    // A client that followed the second would send the password along.
    for status in [302, 307] {
        backend.answer("/sign-in/email", status, "", &[("location", &address)]).await;
        sign_in(&mut backend.browser(), "Ada", PASSWORD).await.assert_refused(ACCOUNT, "unavailable");
    }
    let call = timeout(Duration::from_millis(200), elsewhere.accept()).await;
    assert!(call.is_err(), "the redirect was followed");
}
