//! Users of the whole server in a browser without JavaScript. Each feature has a file.

use crate::support::feature::letters;
use crate::support::{Browser, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use uuid::Uuid;

pub async fn shown(browser: &mut Browser, address: &str) -> String {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    page.body
}

/// Deletes a user like Neon Auth does, and runs the purge that finds the mark.
pub async fn forget(app: &TestApp, name: &str) {
    let id: Uuid = app.database.value(&format!("select id from neon_auth.users_sync where name = '{name}'")).await;
    app.database.delete_user(id).await;
    app.state.db.purge_deleted_users().await.expect("the purge runs");
}

#[tokio::test]
async fn an_error_in_the_url_is_not_shown() {
    let app = TestApp::start().await;
    let forged = URL_SAFE_NO_PAD.encode("\"<b>Your account was hacked</b>\"");
    let letters = format!("{}?/create_letter", letters::PAGE);
    for page in ["/sign-in?/password", &letters] {
        for error in [&*forged, "garbage", "%00", "e30", ""] {
            let query = format!("__path=%2Fapi%2Fcreate_letter&__err={error}&error={error}");
            let body = shown(&mut app.browser(), &format!("{page}&{query}")).await;
            assert!(!body.contains("hacked"), "{page} {error}: {body}");
        }
    }
}
