//! The list of signed-in devices: what it shows, what it ends, and what it must not reveal.

use super::backend::Backend;
use super::flows::{is_signed_in, sign_in, sign_up};
use super::on_both;
use crate::support::{Browser, PASSWORD, SESSION_COOKIE, until};

on_both!(other_devices_are_signed_out_at_once, device_shows_since_when_it_is_signed_in_and_when_it_was_last_seen);

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/26.0 Mobile/15E148 Safari/604.1";

/// Returns two browsers of one user, who signed up in the first and signed in with the second.
async fn two_browsers(backend: &Backend) -> (Browser, Browser) {
    let (mut here, mut there) = (backend.browser().named(FIREFOX), backend.browser().named(SAFARI));
    sign_up(&mut here, "Ada", PASSWORD).await.assert_redirect("/account");
    sign_in(&mut there, "Ada", PASSWORD).await.assert_redirect("/account");
    (here, there)
}

/// Returns the values of the forms that end a device.
fn devices(page: &str) -> Vec<&str> {
    let forms = page.split("name=\"device\" value=\"").skip(1);
    forms.map(|rest| rest.split_once('"').expect("a closed value").0).collect()
}

#[tokio::test]
async fn devices_are_listed_with_browser_and_address() {
    let backend = Backend::usual().await;
    let (mut here, mut there) = two_browsers(&backend).await;
    let page = here.get("/account").await.body;
    let (before, after) = page.split_once("This device").expect("one of them is this one");
    assert!(before.contains("Firefox on Linux") && !before.contains("Safari on iPhone"), "{page}");
    assert!(after.contains("Safari on iPhone") && !after.contains("This device"), "{page}");
    assert_eq!(page.matches("127.0.0.1").count(), 2, "{page}");
    assert_eq!(devices(&page).len(), 1, "this one is ended by signing out");
    for browser in [&here, &there] {
        let cookie = browser.cookie(SESSION_COOKIE).expect("a session");
        assert!(!page.contains(cookie), "no page shows what opens a session");
    }

    let page = there.get("/account").await.body;
    let (before, _) = page.split_once("This device").expect("one of them is this one");
    assert!(before.contains("Safari on iPhone") && !before.contains("Firefox on Linux"), "{page}");
}

#[tokio::test]
async fn one_device_is_ended_and_the_others_stay() {
    let backend = Backend::usual().await;
    let (mut here, mut there) = two_browsers(&backend).await;
    let mut third = backend.browser();
    sign_in(&mut third, "Ada", PASSWORD).await;
    let page = third.get("/account").await.body;
    let (_, phone) = page.split_once("Safari on iPhone").expect("the phone");

    let answer = third.post("/account?/end_device", &[("device", devices(phone)[0])]).await;
    let page = third.follow_to("/account?done=device-ended", answer).await;
    page.assert_shows(&["That device is signed out."]).assert_hides(&["Safari"]);
    assert!(!is_signed_in(&mut there).await);
    assert!(is_signed_in(&mut here).await && is_signed_in(&mut third).await);
}

async fn other_devices_are_signed_out_at_once(backend: Backend) {
    let (mut here, mut there) = two_browsers(&backend).await;
    let (mut third, mut bob) = (backend.browser(), backend.signed_up("Bob").await);
    sign_in(&mut third, "Ada", PASSWORD).await;
    assert!(is_signed_in(&mut there).await && is_signed_in(&mut third).await);
    let answer = here.post("/account?/end_other_devices", &[]).await;
    assert!(!is_signed_in(&mut there).await && !is_signed_in(&mut third).await);
    assert!(is_signed_in(&mut here).await && is_signed_in(&mut bob).await);
    here.follow_to("/account?done=other-devices-ended", answer).await.assert_hides(&["Sign out all other devices"]);
}

#[tokio::test]
async fn device_is_not_ended_by_another_user() {
    let backend = Backend::usual().await;
    let (mut here, mut there) = two_browsers(&backend).await;
    let page = here.get("/account").await.body;
    let theirs = [("device", devices(&page)[0])];

    let mut bob = backend.signed_up("Bob").await;
    bob.post("/account?/end_device", &theirs).await;
    let sign_in = "/sign-in?return_to=%2Faccount";
    backend.browser().post("/account?/end_device", &theirs).await.assert_redirect(sign_in);
    backend.browser().post("/account?/end_other_devices", &[]).await.assert_redirect(sign_in);
    assert!(is_signed_in(&mut there).await);

    let answer = here.post("/account?/end_device", &[("device", "all of them")]).await;
    answer.assert_refused("/account", "unreadable");
}

#[tokio::test]
async fn anonymous_client_leaves_no_trace_and_a_user_the_latest_one() {
    let backend = Backend::usual().await;
    let mut visitor = backend.browser().named(FIREFOX);
    sign_in(&mut visitor, "Ada", "not the password").await;
    let traces = "web.session where user_agent is not null or address is not null";
    assert!(visitor.cookie(SESSION_COOKIE).is_none(), "a form that failed begins no session");
    assert_eq!(backend.count(traces).await, 0);

    let (here, _) = two_browsers(&backend).await;
    assert_eq!(backend.count(traces).await, 2);
    let mut updated = backend.browser().named(SAFARI);
    updated.set_cookie(SESSION_COOKIE, here.cookie(SESSION_COOKIE).unwrap());
    let aged = "update web.session set last_seen = now() - interval '2 minutes', address = '192.0.2.1'
        where user_id is not null";
    backend.sql(aged).await;
    updated.get("/account").await;
    let seen = "web.session where user_agent like '%iPhone%' and address = '127.0.0.1'";
    until("it is written", async || backend.count(seen).await == 1).await;
}

async fn device_shows_since_when_it_is_signed_in_and_when_it_was_last_seen(backend: Backend) {
    let mut here = backend.signed_up("Ada").await;
    backend.sql("update web.session set created_at = '2026-01-02 03:04Z', last_seen = now() - interval '1 day'").await;
    let before = time(&backend).await;
    // A visit is recorded beside the answer, so a later page shows it.
    until("the visit is seen", async || {
        let (first, last) = device(&mut here).await;
        assert_eq!(first, "2 January 2026, 03:04 UTC", "whenever it was last here");
        [&before, &time(&backend).await].contains(&&last)
    })
    .await;
}

/// Returns the time of the database as pages show it.
async fn time(backend: &Backend) -> String {
    let now = "select to_char(now() at time zone 'UTC', 'FMDD FMMonth YYYY, HH24:MI') || ' UTC'";
    backend.database().value(now).await
}

/// Returns when the only device signed in, and when it was last seen.
async fn device(browser: &mut Browser) -> (String, String) {
    let page = browser.get("/account").await.body;
    let after = |words: &str| {
        let (_, rest) = page.split_once(words).unwrap_or_else(|| panic!("no {words} on {page}"));
        let (_, rest) = rest.split_once("<time").and_then(|(_, rest)| rest.split_once('>')).expect("a time");
        rest.split_once('<').expect("its end").0.to_owned()
    };
    (after("Signed in "), after("Last seen "))
}

#[cfg(feature = "managed")]
#[tokio::test]
async fn sessions_end_at_managed_neon_auth_as_well() {
    let (backend, mut here) = Backend::managed().await.with_user("Ada").await;
    let sessions = async |wanted: i64| {
        until("the sessions at Neon Auth", async || backend.count("neon_auth.session").await == wanted).await;
    };
    sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    sessions(2).await;
    here.post("/account?/end_other_devices", &[]).await;
    sessions(1).await;

    sign_in(&mut backend.browser(), "Ada", PASSWORD).await;
    sessions(2).await;
    here.post("/account/password?/change", &[("old_password", PASSWORD), ("password", "another password")]).await;
    sessions(1).await;

    here.post("/auth/sign-out", &[]).await;
    sessions(0).await;
}
