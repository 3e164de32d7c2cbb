//! How users get into `neon_auth.users_sync`, and what survives a restart.

use super::{Auth, PASSWORD};
use crate::support::{Shape, TestDatabase, until};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;

/// Returns the name, the e-mail address, and whether the row is marked as deleted.
async fn row(database: &TestDatabase, id: &str) -> Option<(Option<String>, Option<String>, bool)> {
    let query = "select name, email, deleted_at is not null from neon_auth.users_sync where id::text = $1";
    let row = sqlx::query(query).bind(id).fetch_optional(&database.superuser).await.unwrap()?;
    Some((row.get(0), row.get(1), row.get(2)))
}

#[tokio::test]
async fn users_arrive_change_and_are_deleted_softly() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let auth = Auth::start_in(TestDatabase::new(shape).await).await;
        let ada = auth.sign_up("ada@example.com").await;
        let id = &ada.id;
        assert_eq!(row(&auth.database, id).await, Some((None, Some("ada@example.com".to_owned()), false)));
        auth.update_me(&ada.access, json!({ "display_name": "Ada" })).await.assert_ok();
        let kept = (Some("Ada".to_owned()), Some("ada@example.com".to_owned()));
        assert_eq!(row(&auth.database, id).await, Some((kept.0.clone(), kept.1.clone(), false)));
        auth.local(Method::DELETE, &format!("/users/{id}"), Value::Null).await;
        assert_eq!(row(&auth.database, id).await, Some((kept.0, kept.1, true)), "only marked");
    }
}

#[tokio::test]
async fn row_is_absent_until_delivery_is_requested() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": "never" })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let id = &ada.id;
    assert_eq!(row(&auth.database, id).await, None);
    auth.local(Method::POST, "/sync", Value::Null).await;
    assert!(row(&auth.database, id).await.is_some());
}

#[tokio::test]
async fn row_arrives_after_the_delay() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": 300 })).await;
    let ada = auth.sign_up("ada@example.com").await;
    assert_eq!(row(&auth.database, &ada.id).await, None);
    until("the row arrives", async || row(&auth.database, &ada.id).await.is_some()).await;
}

#[tokio::test]
async fn verified_address_does_not_reach_the_directory() {
    let auth = Auth::start().await;
    let ada = auth.sign_up_with_mail("ada@example.com").await;
    let code = auth.mailed_code("ada@example.com").await;
    auth.post("/contact-channels/verify", &json!({ "code": code })).await.assert_ok();
    auth.local(Method::POST, "/sync", Value::Null).await;
    let query = "select raw_json -> 'primary_email_verified' from neon_auth.users_sync where id::text = $1";
    let verified: Value = sqlx::query_scalar(query).bind(&ada.id).fetch_one(&auth.database.superuser).await.unwrap();
    assert_eq!(verified, json!(false));
}

#[tokio::test]
async fn restart_keeps_users_keys_and_pending_deliveries() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": "never" })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let id = &ada.id;
    let keys = auth.jwks("").await.json();
    let Auth { running, database, .. } = auth;
    let (project, address) = (running.project_id.clone(), running.address);
    drop(running);

    let mut settings = Auth::settings(&database);
    settings.sync_delay = None;
    settings.listen.set_port(address.port());
    let again = loop {
        // The port is free once the aborted task has dropped it.
        match stand_ins::neon_auth::start(settings.clone()).await {
            Ok(running) => break running,
            Err(stand_ins::neon_auth::StartError::Listen { .. }) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    };
    let auth = Auth { running: again, database, http: auth.http };
    assert_eq!(auth.running.project_id, project);
    assert_eq!(auth.jwks("").await.json(), keys);
    auth.me(&ada.access).await.assert_ok();
    auth.refresh(&ada.refresh).await.assert_ok();
    auth.try_sign_in("ada@example.com", PASSWORD).await.assert_ok();
    assert_eq!(row(&auth.database, id).await, None, "the delay is kept as well");
    auth.change(json!({ "sync_delay": 0 })).await;
    assert!(row(&auth.database, id).await.is_some());
}

#[tokio::test]
async fn missing_directory_is_made_and_readable_for_the_owner() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let drop_it = "drop schema neon_auth cascade";
    sqlx::query(drop_it).execute(&database.superuser).await.unwrap();
    let auth = Auth::start_in(database).await;
    let ada = auth.sign_up("ada@example.com").await;
    assert!(row(&auth.database, &ada.id).await.is_some());
    let may: bool = sqlx::query_scalar(
        "select has_table_privilege('app_owner', 'neon_auth.users_sync', 'references')
            and has_table_privilege('app_owner', 'neon_auth.users_sync', 'select')
            and not has_table_privilege('app_owner', 'neon_auth.users_sync', 'insert')
            and not has_schema_privilege('app_owner', 'neon_auth', 'create')",
    )
    .fetch_one(&auth.database.superuser)
    .await
    .unwrap();
    assert!(may);
}
