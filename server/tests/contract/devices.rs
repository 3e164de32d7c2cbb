//! Devices that are signed in, and signed out from elsewhere.

use super::on_both;
use super::side::{Side, is_signed_in, sign_in};
use crate::support::{ManagedApp, PASSWORD};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

on_both!(other_devices_are_signed_out_at_once);

async fn other_devices_are_signed_out_at_once(side: Side) {
    let mut here = side.signed_up("Ada").await;
    let (mut one, mut two) = (side.browser(), side.browser());
    for browser in [&mut one, &mut two] {
        sign_in(browser, "Ada", PASSWORD).await;
        assert!(is_signed_in(browser).await);
    }
    let page = here.post_from("/account", "/auth/devices/end-others", &[]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/account?done=other-devices-ended"));
    assert!(!is_signed_in(&mut one).await && !is_signed_in(&mut two).await);
    assert!(is_signed_in(&mut here).await);
}

/// Here they are over at once; at Neon Auth the end is told beside the answer.
#[tokio::test]
async fn they_end_at_managed_neon_auth_as_well() {
    let side = Side::Managed(ManagedApp::with(&json!({})).await);
    let mut here = side.signed_up("Ada").await;
    sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_sessions_there(&side, 2).await;
    here.post_from("/account", "/auth/devices/end-others", &[]).await;
    assert_sessions_there(&side, 1).await;

    sign_in(&mut side.browser(), "Ada", PASSWORD).await;
    assert_sessions_there(&side, 2).await;
    let changed = [("old_password", PASSWORD), ("password", "another password")];
    here.post("/auth/password/change", &changed).await;
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
