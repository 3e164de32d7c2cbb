//! The theme of an anonymous user.

use crate::support::{THEME_COOKIE, TestApp};
use http::StatusCode;

#[tokio::test]
async fn known_theme_is_rendered_by_the_server_and_can_be_reset() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for unknown in [&[("theme", "dark;Domain=example.com")][..], &[]] {
        assert_eq!(browser.post("/theme", unknown).await.status, StatusCode::BAD_REQUEST);
    }
    assert!(browser.cookie(THEME_COOKIE).is_none());
    browser.get("/").await.assert_shows(&["data-theme=\"system\""]);

    let page = browser.post_from("/sign-in?return_to=%2Fmemos", "/theme", &[("theme", "dark")]).await;
    page.assert_redirect("/sign-in?return_to=%2Fmemos");
    for path in ["/", "/sign-in", "/nowhere"] {
        let page = browser.get(path).await;
        page.assert_shows(&["data-theme=\"dark\"", "name=\"color-scheme\" content=\"dark\""]);
    }

    browser.post("/theme", &[("theme", "system")]).await;
    assert!(browser.cookie(THEME_COOKIE).is_none());
    browser.get("/").await.assert_shows(&["data-theme=\"system\""]);
}
