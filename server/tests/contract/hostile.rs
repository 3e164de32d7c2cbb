//! Nonsense from Managed Neon Auth: it signs no client in or out, and breaks nothing. The double in `tests/auth` covers
//! the client of Stack.

use super::side::{GRACE, Setting, Side, decide, is_signed_in, leave, sign_in};
use crate::support::{Log, ManagedApp, PASSWORD, SESSION_COOKIE};
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// Returns answers that violate the protocol, for one path.
fn nonsense(path: &str) -> Vec<Value> {
    let mut answers: Vec<Value> = ["close", "hang", "html", "huge", "deep", "wrong_types", "redirect"]
        .iter()
        .map(|mode| json!({ "mode": mode, "path": path }))
        .collect();
    let cookie = "__Secure-neon-auth.session_token=made-up; Path=/";
    answers.push(json!({
        "mode": "answer", "path": path, "status": 200, "body": "<script>alert(1)</script>",
        "headers": [["content-type", "application/json"], ["set-cookie", cookie], ["set-auth-jwt", "a.b.c"]],
    }));
    answers.push(json!({ "mode": "answer", "path": path, "status": 418, "body": "{\"code\":{\"a\":1}}" }));
    answers
}

#[tokio::test]
async fn no_nonsense_signs_anybody_in() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    side.signed_up("Ada").await;
    let log = Log::of_warnings();
    for outage in nonsense("/sign-in/email") {
        side.managed_neon_auth().fail(outage.clone()).await;
        let mut browser = side.browser();
        let page = sign_in(&mut browser, "Ada", PASSWORD).await;
        assert_eq!(page.told().as_deref(), Some("/sign-in?error=unavailable&return_to=%2Faccount"), "{outage}");
        let page = browser.follow(page).await;
        assert!(page.status == StatusCode::SERVICE_UNAVAILABLE && !page.body.contains("alert(1)"), "{outage}");
        assert!(!is_signed_in(&mut browser).await, "{outage}");
        let lines = log.take_lines();
        assert!(lines.len() == 1 && !lines[0].contains(PASSWORD), "{outage}: {lines:#?}");
    }
    side.managed_neon_auth().recover().await;
    assert_eq!(sign_in(&mut side.browser(), "Ada", PASSWORD).await.told().as_deref(), Some("/account"));
}

#[tokio::test]
async fn no_nonsense_signs_anybody_out() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    for outage in nonsense("/get-session") {
        side.set(Setting::TokenSeconds(0)).await;
        let mut browser = side.browser();
        let name = format!("Ada{}", uuid::Uuid::new_v4().simple());
        super::side::sign_up(&mut browser, &name, PASSWORD).await;
        side.managed_neon_auth().fail(outage.clone()).await;
        let page = browser.get("/account").await;
        // If this answer has no token, another request gets it, and nothing is noticed.
        assert!([StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK].contains(&page.status), "{outage}: {page:?}");
        assert!(browser.cookie(SESSION_COOKIE).is_some(), "{outage}");
        side.managed_neon_auth().recover().await;
        side.set(Setting::TokenSeconds(600)).await;
    }
    assert_eq!(side.count("select count(*) from web.session").await, i64::try_from(nonsense("").len()).unwrap());
}

#[tokio::test]
async fn no_nonsense_leads_a_browser_elsewhere_or_finishes_a_login() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let mut outages = nonsense("/sign-in/social");
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
        side.managed_neon_auth().fail(outage.clone()).await;
        let mut browser = side.browser();
        let page = browser.post("/sign-in?/oauth", &[("provider", "google")]).await;
        assert_eq!(page.told().as_deref(), Some("/sign-in?error=unavailable"), "{outage}");
        assert!(!page.body.contains("evil.example"), "{outage}");
        let lines = log.take_lines();
        assert!(lines.len() == 1 && !lines[0].contains("evil.example"), "{outage}: {lines:#?}");
    }
    side.managed_neon_auth().recover().await;
    for outage in nonsense("/get-session") {
        let mut browser = side.browser();
        let consent = leave(&mut browser, "/account").await;
        let back = decide(&mut browser, &consent, &GRACE).await;
        side.managed_neon_auth().fail(outage.clone()).await;
        let page = browser.get(back.as_str()).await;
        assert!(page.told().is_some_and(|path| path.starts_with("/sign-in?error=")), "{outage}: {page:?}");
        assert!(!is_signed_in(&mut browser).await, "{outage}");
        side.managed_neon_auth().recover().await;
    }
}

/// Covers a valid token that is of another service, expired, or without a user.
#[tokio::test]
async fn no_token_of_elsewhere_signs_anybody_in() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let neon_auth = side.managed_neon_auth();
    side.signed_up("Ada").await;
    let origin = neon_auth.base_url.strip_suffix("/neondb/auth").expect("its path");
    let id = uuid::Uuid::new_v4();
    let good = json!({ "sub": id, "iss": origin, "aud": origin, "exp": 4_000_000_000_u64, "role": "authenticated" });
    for (claim, value) in [
        ("iss", json!("https://ep-other.neonauth.example")),
        ("aud", json!("https://ep-other.neonauth.example")),
        ("exp", json!(1_000_000_000)),
        ("sub", json!("")),
        ("role", json!("anonymous")),
        ("banned", json!(true)),
    ] {
        let mut claims = good.clone();
        claims[claim] = value;
        let minted = neon_auth.control(http::Method::POST, "/tokens", &claims).await;
        let headers = json!([
            ["content-type", "application/json"],
            ["set-cookie", "__Secure-neon-auth.session_token=made-up; Path=/"],
            ["set-auth-jwt", minted["token"]],
        ]);
        let answer = json!({ "mode": "answer", "path": "/sign-in/email", "body": "{}", "headers": headers });
        neon_auth.fail(answer).await;
        let mut browser = side.browser();
        let page = sign_in(&mut browser, "Ada", PASSWORD).await;
        assert!(page.told().is_some_and(|path| path.starts_with("/sign-in?error=")), "{claim}: {page:?}");
        assert!(!is_signed_in(&mut browser).await, "{claim}");
    }
    let minted = neon_auth.control(http::Method::POST, "/tokens", &good).await;
    assert!(
        side.state().auth.keys.verify(&minted["token"].as_str().unwrap().into()).await.is_ok(),
        "the others were bad"
    );
}

/// Covers Better Auth's rate limit, which has a header of its own and no code.
#[tokio::test]
async fn too_many_attempts_there_are_said_with_the_time_to_wait() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    side.signed_up("Ada").await;
    let headers = json!([["content-type", "text/plain"], ["x-retry-after", "7"]]);
    let body = json!({ "message": "Too many requests. Please try again later." }).to_string();
    let answer = json!({ "mode": "answer", "path": "/sign-in/email", "status": 429, "body": body, "headers": headers });
    side.managed_neon_auth().fail(answer).await;
    let mut browser = side.browser();
    let page = sign_in(&mut browser, "Ada", PASSWORD).await;
    assert_eq!((page.status, &page.headers["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"7".parse().unwrap()));
    assert!(page.body.contains("Please wait 7 seconds"), "{}", page.body);
    assert!(page.body.contains("ada@example.com") && !page.body.contains(PASSWORD), "what was typed: {}", page.body);
}

#[tokio::test]
async fn a_second_factor_is_named() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    side.signed_up("Ada").await;
    let headers = json!([["content-type", "application/json"]]);
    let answer = json!({ "mode": "answer", "path": "/sign-in/email", "body": "{\"twoFactorRedirect\":true}", "headers": headers });
    side.managed_neon_auth().fail(answer).await;
    let page = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert!(page.told().is_some_and(|path| path.starts_with("/sign-in?error=second-factor")), "{page:?}");
}

#[tokio::test]
async fn nobody_else_is_asked_wherever_an_answer_points() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    side.signed_up("Ada").await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/", elsewhere.local_addr().expect("an address"));
    // A client that followed the second would send the password along.
    for status in [302, 307] {
        let headers = json!([["location", address]]);
        let answer = json!({ "mode": "answer", "path": "/sign-in/email", "status": status, "headers": headers });
        side.managed_neon_auth().fail(answer).await;
        let page = sign_in(&mut side.browser(), "Ada", PASSWORD).await;
        assert!(page.told().is_some_and(|path| path.contains("error=unavailable")), "{page:?}");
    }
    let knock = timeout(Duration::from_millis(200), elsewhere.accept()).await;
    assert!(knock.is_err(), "somebody came");
}
