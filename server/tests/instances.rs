//! Two servers on one database, between which a load balancer may switch at any request.

use crate::contract::flows::{callback_after_consent, is_signed_in};
use crate::support::{AppOptions, PASSWORD, SESSION_COOKIE, TestApp};
use http::StatusCode;
use std::time::Duration;
use url::Position;

const DEVICES: &str = "Signed-in devices";

#[tokio::test]
async fn a_sign_in_may_end_on_another_instance() {
    let app = TestApp::start().await;
    let second = app.another(&[]).await;
    let mut browser = app.browser();
    let back = callback_after_consent(&mut browser, "/account").await;

    let mut there = second.browser(&browser);
    let page = there.get(&back[Position::BeforePath..]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");
    assert!(is_signed_in(&mut there).await);
    browser.set_cookie(SESSION_COOKIE, there.cookie(SESSION_COOKIE).expect("a session"));
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn devices_and_ended_sessions_are_shared_at_once() {
    let app = TestApp::start().await;
    let second = app.another(&[]).await;
    let mut laptop = app.signed_up("Ada").await;
    let mut phone = second.browser(&app.browser()).named("Mozilla/5.0 (Android 14; Mobile) Firefox/130.0");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("return_to", "/account")];
    let page = phone.post("/sign-in?/password", &fields).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account"), "{page:?}");

    for browser in [&mut laptop, &mut phone] {
        let page = browser.get("/account").await;
        assert!(page.body.contains(DEVICES) && page.body.contains("Firefox"), "{}", page.body);
    }
    laptop.post("/account?/end_other_devices", &[]).await;
    assert!(!is_signed_in(&mut phone).await);
    assert!(is_signed_in(&mut second.browser(&laptop)).await);

    let mut copy = second.browser(&laptop);
    laptop.post("/auth/sign-out", &[]).await;
    assert!(!is_signed_in(&mut copy).await);
}

#[tokio::test]
async fn two_instances_may_renew_a_token_at_once() {
    // Expired, and below the remaining lifetime at which tokens are renewed: every request renews.
    for seconds in [0, 20] {
        let lifetime = Some(Duration::from_secs(seconds));
        let app = TestApp::with(AppOptions { access_token_lifetime: lifetime, ..AppOptions::default() }).await;
        let second = app.another(&[]).await;
        let mut here = app.signed_up("Ada").await;
        let mut there = second.browser(&here);
        for _ in 0..10 {
            let (one, other) = tokio::join!(here.get("/account"), there.get("/account"));
            assert_eq!((one.status, other.status), (StatusCode::OK, StatusCode::OK), "{seconds} {one:?} {other:?}");
        }
        assert!(is_signed_in(&mut here).await && is_signed_in(&mut there).await, "{seconds}");
        assert_eq!(app.database.count("web.session").await, 1, "{seconds}");
    }
}
