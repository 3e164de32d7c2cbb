//! Devices that are signed in, and signed out from elsewhere.

use super::on_both;
use super::side::{Side, is_signed_in, sign_in};
use crate::support::PASSWORD;

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
