//! How users get into `neon_auth.users_sync`, and what survives a restart.

use super::{Auth, PASSWORD, send, text};
use crate::support::{Shape, TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;

/// Returns the name, the e-mail address, and whether the row is marked as deleted.
async fn row(database: &TestDatabase, id: &str) -> Option<(Option<String>, Option<String>, bool)> {
    let query = "select name, email, deleted_at is not null from neon_auth.users_sync where id::text = $1";
    let row = sqlx::query(query).bind(id).fetch_optional(&database.superuser).await.unwrap()?;
    Some((row.get(0), row.get(1), row.get(2)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn users_arrive_change_and_are_deleted_softly() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let auth = Auth::start_in(TestDatabase::new(shape).await).await;
        let ada = auth.sign_up("ada@example.com").await;
        let (id, token) = (text(&ada["user_id"]), text(&ada["access_token"]));
        assert_eq!(row(&auth.database, &id).await, Some((None, Some("ada@example.com".to_owned()), false)));
        let rename = auth.client(Method::PATCH, "/users/me").header("x-stack-access-token", token);
        send(rename.json(&json!({ "display_name": "Ada" }))).await.assert_ok();
        let kept = (Some("Ada".to_owned()), Some("ada@example.com".to_owned()));
        assert_eq!(row(&auth.database, &id).await, Some((kept.0.clone(), kept.1.clone(), false)));
        auth.local(Method::DELETE, &format!("/users/{id}"), Value::Null).await;
        assert_eq!(row(&auth.database, &id).await, Some((kept.0, kept.1, true)), "only marked");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_delivery_off_the_row_is_absent_until_it_is_asked_for() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": "never" })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let id = text(&ada["user_id"]);
    assert_eq!(row(&auth.database, &id).await, None);
    auth.local(Method::POST, "/sync", Value::Null).await;
    assert!(row(&auth.database, &id).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn after_a_delay_the_row_arrives_by_itself() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": 300 })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let id = text(&ada["user_id"]);
    assert_eq!(row(&auth.database, &id).await, None);
    let arrival = async {
        while row(&auth.database, &id).await.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), arrival).await.expect("the row arrives");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn verifying_an_address_does_not_reach_the_directory() {
    let auth = Auth::start().await;
    let body = json!({
        "email": "ada@example.com", "password": PASSWORD, "verification_callback_url": "http://localhost:3000/verify"
    });
    let ada = send(auth.client(Method::POST, "/auth/password/sign-up").json(&body)).await.json();
    let code = auth.mailed_code("ada@example.com").await;
    send(auth.client(Method::POST, "/contact-channels/verify").json(&json!({ "code": code }))).await.assert_ok();
    auth.local(Method::POST, "/sync", Value::Null).await;
    let query = "select raw_json -> 'primary_email_verified' from neon_auth.users_sync where id::text = $1";
    let verified: Value =
        sqlx::query_scalar(query).bind(text(&ada["user_id"])).fetch_one(&auth.database.superuser).await.unwrap();
    assert_eq!(verified, json!(false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_restart_keeps_users_keys_and_pending_deliveries() {
    let auth = Auth::start().await;
    auth.change(json!({ "sync_delay": "never" })).await;
    let ada = auth.sign_up("ada@example.com").await;
    let id = text(&ada["user_id"]);
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
    auth.me(&text(&ada["access_token"])).await.assert_ok();
    auth.refresh(&text(&ada["refresh_token"])).await.assert_ok();
    send(auth.try_sign_in("ada@example.com", PASSWORD)).await.assert_ok();
    assert_eq!(row(&auth.database, &id).await, None, "the delay is kept as well");
    auth.change(json!({ "sync_delay": 0 })).await;
    assert!(row(&auth.database, &id).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_directory_is_made_where_there_is_none_for_the_owner_to_refer_to() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let drop_it = "drop schema neon_auth cascade";
    sqlx::query(drop_it).execute(&database.superuser).await.unwrap();
    let auth = Auth::start_in(database).await;
    let ada = auth.sign_up("ada@example.com").await;
    assert!(row(&auth.database, &text(&ada["user_id"])).await.is_some());
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
