//! Signed-in devices, and signing them out from another one.

use super::on_both;
use super::side::{Side, is_signed_in, sign_in};
use crate::support::{Browser, ManagedApp, PASSWORD};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

on_both!(other_devices_are_signed_out_at_once, each_says_since_when_it_is_signed_in_and_when_it_was_last_here);

async fn other_devices_are_signed_out_at_once(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let (mut one, mut two) = (side.browser(), side.browser());
    for browser in [&mut one, &mut two] {
        sign_in(browser, "Ada", PASSWORD).await;
        assert!(is_signed_in(browser).await);
    }
    let page = here.post("/account?/end_other_devices", &[]).await;
    assert_eq!(page.told().as_deref(), Some("/account?done=other-devices-ended"));
    assert!(!is_signed_in(&mut one).await && !is_signed_in(&mut two).await);
    assert!(is_signed_in(&mut here).await);
}

async fn each_says_since_when_it_is_signed_in_and_when_it_was_last_here(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let aged = "update web.session set created_at = '2026-01-02 03:04Z', last_seen = now() - interval '1 day'";
    sqlx::query(aged).execute(&side.database().superuser).await.expect("aged");
    let before = time(&side).await;
    // A visit is recorded beside the answer, so a later page shows it.
    for _ in 0..100 {
        let (first, last) = device(&mut here).await;
        assert_eq!(first, "2 January 2026, 03:04 UTC", "whenever it was last here");
        if [&before, &time(&side).await].contains(&&last) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("last seen stays as it was");
}

/// Returns the time of the database as pages show it.
async fn time(side: &Side) -> String {
    let now = "select to_char(now() at time zone 'UTC', 'FMDD FMMonth YYYY, HH24:MI') || ' UTC'";
    sqlx::query_scalar(now).fetch_one(&side.database().superuser).await.expect("the time")
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

/// Checks that sessions end at Neon Auth, too: here at once, there beside the answer.
#[tokio::test]
async fn they_end_at_managed_neon_auth_as_well() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let mut here = side.signed_up("Ada").await;
    sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_sessions_there(&side, 2).await;
    here.post("/account?/end_other_devices", &[]).await;
    assert_sessions_there(&side, 1).await;

    sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_sessions_there(&side, 2).await;
    let changed = [("old_password", PASSWORD), ("password", "another password")];
    here.post("/account/password?/change", &changed).await;
    assert_sessions_there(&side, 1).await;

    here.post("/auth/sign-out", &[]).await;
    assert_sessions_there(&side, 0).await;
}

async fn assert_sessions_there(side: &Side, wanted: i64) {
    let mut seen = -1;
    for _ in 0..100 {
        seen = side.count("select count(*) from neon_auth.session").await;
        if seen == wanted {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(seen, wanted, "sessions at Neon Auth");
}
