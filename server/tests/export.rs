//! The export: all data of a user, and none of other users.

use crate::belongings::{self, FEATURES};
use crate::support::TestApp;
use http::StatusCode;
use serde_json::Value;

#[tokio::test]
async fn a_person_gets_all_that_is_theirs_and_nothing_else() {
    let app = TestApp::start().await;
    let (mut ada, mut bob) = (app.signed_up("Ada").await, app.signed_up("Bob").await);
    for (browser, each) in [(&mut ada, 2), (&mut bob, 1)] {
        belongings::add(browser, each).await;
    }

    let page = ada.get("/account/export").await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    assert_eq!(page.headers["content-disposition"], format!("attachment; filename=\"{}.json\"", app::NAME));
    assert_eq!(page.headers["cache-control"], "private, no-store");
    let export: Value = serde_json::from_str(&page.body).expect("JSON");
    assert_eq!(export["account"]["email"], "ada@example.com");
    belongings::assert_exported(FEATURES, &page, 2);
    assert_eq!(export["devices"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_nothing() {
    let app = TestApp::start().await;
    let page = app.browser().get("/account/export").await;
    assert_eq!(page.redirect_path().as_deref(), Some("/sign-in?return_to=%2Faccount"));
}
