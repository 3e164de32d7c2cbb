//! User stories in a browser without JavaScript, with the whole server and a Neon Auth of its own. Each feature has a
//! file.

use crate::support::{Browser, TestApp};
use http::StatusCode;
use uuid::Uuid;

pub async fn shown(browser: &mut Browser, address: &str) -> String {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    page.body
}

/// Deletes a user like Neon Auth does, and runs the purge that finds the mark.
pub async fn leaves(app: &TestApp, name: &str) {
    let user = sqlx::query_scalar("select id from neon_auth.users_sync where name = $1").bind(name);
    let id: Uuid = user.fetch_one(&app.database.superuser).await.expect("they are there");
    app.database.delete_user(id).await;
    app.state.db.purge_deleted_users().await.expect("the purge runs");
}
