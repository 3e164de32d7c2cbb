//! What ending devices costs at Neon Auth, and the limit of a user's sessions. What users see is in `contract/devices.rs`.

use super::browser::SignInApp;
use crate::support::until;

const SIGN_OUT: &str = "DELETE /auth/sessions/current";

#[tokio::test]
async fn ended_device_is_signed_out_at_neon_auth() {
    let app = SignInApp::new().await;
    let mut here = app.signed_in("ada@example.test").await;
    for number in 1..=2 {
        app.signed_in("ada@example.test").await;
        app.signed_in("bob@example.test").await;
        here.post("/account?/end_other_devices", &[]).await.assert_redirect("/account?done=other-devices-ended");
        until("the session ends there", async || app.neon_auth.calls(SIGN_OUT) == number).await;
    }
    let mut there = app.signed_in("ada@example.test").await;
    app.neon_auth.stop();
    here.post("/account?/end_other_devices", &[]).await.assert_redirect("/account?done=other-devices-ended");
    assert_eq!(there.whoami().await, "nobody", "whether Neon Auth can be told or not");
}

#[tokio::test]
async fn oldest_session_ends_beyond_a_hundred() {
    let app = SignInApp::new().await;
    let mut bob = app.signed_in("bob@example.test").await;
    let mut browsers = Vec::new();
    for _ in 0..102 {
        browsers.push(app.signed_in("ada@example.test").await);
    }
    assert_eq!(app.rows().await, 101, "a hundred of Ada's, and Bob's");
    for (number, browser) in browsers.iter_mut().enumerate() {
        let expected = if number < 2 { "nobody" } else { "ada@example.test" };
        assert_eq!(browser.whoami().await, expected, "{number}");
    }
    assert_eq!(bob.whoami().await, "bob@example.test");
    until("both end there", async || app.neon_auth.calls(SIGN_OUT) == 2).await;
}
