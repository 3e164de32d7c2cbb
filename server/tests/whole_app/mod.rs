//! What a person does with a browser that has no JavaScript, against the whole server and a Neon Auth of its own. A feature
//! has a file.
//! It must not look into tables where a page can tell.

use crate::support::{Browser, TestApp};
use http::StatusCode;
use uuid::Uuid;

pub async fn shown(browser: &mut Browser, address: &str) -> String {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    page.body
}

/// As Neon Auth marks a user who has deleted the account elsewhere, and the purge finds it.
pub async fn leaves(app: &TestApp, name: &str) {
    let user = sqlx::query_scalar("select id from neon_auth.users_sync where name = $1").bind(name);
    let id: Uuid = user.fetch_one(&app.database.superuser).await.expect("they are there");
    app.database.delete_user(id).await;
    app.state.db.purge_deleted_users().await.expect("the purge runs");
}
