//! The theme of an anonymous user.

use crate::support::{THEME_COOKIE, TestApp};
use http::StatusCode;

#[tokio::test]
async fn a_theme_is_there_on_the_first_byte_and_can_be_given_back() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    assert!(browser.get("/").await.body.contains("data-theme=\"system\""));

    let page = browser.post_from("/sign-in?return_to=%2Fnotes", "/theme", &[("theme", "dark")]).await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?return_to=%2Fnotes"));
    for path in ["/", "/sign-in", "/nowhere"] {
        let page = browser.get(path).await.body;
        assert!(
            page.contains("data-theme=\"dark\"") && page.contains("name=\"color-scheme\" content=\"dark\""),
            "{path}"
        );
    }

    browser.post("/theme", &[("theme", "system")]).await;
    assert!(browser.cookie(THEME_COOKIE).is_none());
    assert!(browser.get("/").await.body.contains("data-theme=\"system\""));
}

#[tokio::test]
async fn what_is_no_theme_is_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    assert_eq!(browser.post("/theme", &[("theme", "dark;Domain=example.com")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.post("/theme", &[]).await.status, StatusCode::BAD_REQUEST);
    assert!(browser.cookie(THEME_COOKIE).is_none());
}
