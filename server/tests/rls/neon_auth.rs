//! The server's access to Neon Auth's own tables: no secret can be read, and only the server has access.

use crate::support::{Shape, TestDatabase};
use http_server::app_database::AppDatabase;
use neon_auth::{DatabaseError, ProjectDatabase, ProjectSettings};
use sqlx::{AssertSqlSafe, Executor};

/// The rows of two branches, as after branching, with secrets in every place.
const SETTINGS: &str = r#"
    create table neon_auth.project_config (
      endpoint_id text not null unique, updated_at timestamptz not null, trusted_origins jsonb not null,
      social_providers jsonb not null, email_provider jsonb, email_and_password jsonb, allow_localhost boolean not null,
      plugin_configs jsonb
    );
    grant select on neon_auth.project_config to app_owner;
    insert into neon_auth.project_config values
      ('ep-here', now() - interval '1 day', '[{"domain": "https://app.example"}, "https://www.example", 7]',
       '[{"id": "google", "clientSecret": "hunter2"}, {"id": "github", "enabled": false}, {"id": 7}, "x"]',
       '{"type": "standard", "password": "hunter2"}',
       '{"enabled": false, "disableSignUp": true, "emailVerificationMethod": "link", "secret": "hunter2"}',
       false, '{"emailOTP": {"enabled": false, "config": {"secret": "hunter2"}}}'),
      ('ep-parent', now(), '[]', '[]', null, null, true, null);
"#;

async fn sql(database: &TestDatabase, statement: &str) {
    database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await.expect("it runs");
}

#[tokio::test]
async fn the_settings_of_this_branch_are_read_without_their_secrets() {
    let database = TestDatabase::new(Shape::Managed).await;
    sql(&database, SETTINGS).await;
    let found = AppDatabase(database.db()).settings("ep-here").await.expect("readable");
    let here = ProjectSettings {
        trusted_origins: vec!["https://www.example".to_owned(), "https://app.example".to_owned()],
        allows_localhost: false,
        providers: vec!["google".to_owned()],
        password: false,
        sign_up: false,
        email_code: false,
        mails_links: true,
    };
    assert_eq!(found, Some(here));
    // Another endpoint, as behind a proxy: the row that was changed last counts.
    let other = AppDatabase(database.db()).settings("ep-elsewhere").await.expect("readable").expect("a row");
    assert!(other.allows_localhost && other.password && other.sign_up, "{other:?}");
    let all: String = sqlx::query_scalar("select web.neon_auth_project('ep-here')::text")
        .fetch_one(&database.superuser)
        .await
        .expect("readable");
    assert!(!all.contains("hunter2"), "{all}");
}

#[tokio::test]
async fn a_setting_of_another_kind_than_todays_stays_where_it_is() {
    let database = TestDatabase::new(Shape::Managed).await;
    sql(&database, SETTINGS).await;
    for secret in [r#"{"s": "hunter2"}"#, r#"["hunter2"]"#, r#"[true, "hunter2"]"#] {
        sql(
            &database,
            &format!(
                r#"alter table neon_auth.project_config alter allow_localhost type jsonb using '{secret}';
                   update neon_auth.project_config set plugin_configs = '{{"emailOTP": {{"enabled": {secret}}}}}', email_and_password =
                     '{{"enabled": {secret}, "disableSignUp": {secret}, "emailVerificationMethod": {secret}}}'"#
            ),
        )
        .await;
        let all: String = sqlx::query_scalar("select web.neon_auth_project('ep-here')::text")
            .fetch_one(&database.superuser)
            .await
            .expect("readable");
        assert!(!all.contains("hunter2"), "{all}");
    }
}

#[tokio::test]
async fn ids_of_another_type_and_times_that_are_missing_are_no_obstacle() {
    let database = TestDatabase::new(Shape::Managed).await;
    sql(&database, SETTINGS).await;
    // A row without a time does not count as the last.
    sql(
        &database,
        "alter table neon_auth.project_config alter updated_at drop not null;
         update neon_auth.project_config set updated_at = null where endpoint_id = 'ep-here'",
    )
    .await;
    let last = AppDatabase(database.db()).settings("ep-elsewhere").await.expect("readable").expect("a row");
    assert!(last.allows_localhost, "{last:?}");

    let id = "7d5f4fd1-0a55-4b4b-9f24-8d6a4dbd2f2e";
    let change = format!(
        "delete from neon_auth.project_config where endpoint_id = 'ep-parent';
         alter table neon_auth.project_config alter endpoint_id type uuid using '{id}'"
    );
    sql(&database, &change).await;
    for endpoint in [id, "ep-here"] {
        let found = AppDatabase(database.db()).settings(endpoint).await.expect("readable");
        assert!(found.is_some_and(|project| project.mails_links), "{endpoint}");
    }
    // Nor does one whose time cannot be compared.
    sql(&database, "alter table neon_auth.project_config alter updated_at type json using null").await;
    assert_eq!(AppDatabase(database.db()).settings("ep-here").await.expect("an answer"), None);
}

#[tokio::test]
async fn settings_that_are_not_there_or_not_readable_are_none() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let read = async || AppDatabase(database.db()).settings("ep-here").await.expect("an answer");
        assert_eq!(read().await, None, "{shape:?}: no such table");
        sql(&database, SETTINGS).await;
        assert!(read().await.is_some(), "{shape:?}: made later");
        sql(&database, "revoke select on neon_auth.project_config from app_owner").await;
        assert_eq!(read().await, None, "{shape:?}: not readable");
        sql(&database, "grant select on neon_auth.project_config to app_owner; delete from neon_auth.project_config")
            .await;
        assert_eq!(read().await, None, "{shape:?}: no row");
        sql(&database, "drop table neon_auth.project_config; create table neon_auth.project_config (id int)").await;
        sql(&database, "grant select on neon_auth.project_config to app_owner").await;
        assert_eq!(read().await, None, "{shape:?}: another table");
    }
}

#[tokio::test]
async fn a_user_is_deleted_where_the_owner_may_and_the_table_is_theirs() {
    let database = TestDatabase::new(Shape::Managed).await;
    let (ada, bob) = (database.add_user("Ada").await, database.add_user("Bob").await);
    let db = AppDatabase(database.db());
    let refused = db.delete_user(&ada.to_string()).await;
    assert!(matches!(refused, Err(DatabaseError::Forbidden(_))), "{refused:?}");
    db.delete_user(&uuid::Uuid::new_v4().to_string()).await.expect("nobody to delete");
    sql(&database, r#"grant delete on neon_auth."user" to app_owner"#).await;
    db.delete_user(&ada.to_string()).await.expect("deleted");
    db.delete_user(&ada.to_string()).await.expect("gone already");
    let left: Vec<String> = sqlx::query_scalar(r#"select id::text from neon_auth."user""#)
        .fetch_all(&database.superuser)
        .await
        .expect("readable");
    assert_eq!(left, [bob.to_string()]);

    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let database = TestDatabase::new(shape).await;
        let ada = database.add_user("Ada").await;
        sql(&database, "grant delete on neon_auth.users_sync to app_owner").await;
        let refused = AppDatabase(database.db()).delete_user(&ada.to_string()).await;
        assert!(matches!(refused, Err(DatabaseError::Failed(_))), "{shape:?}: {refused:?}");
    }
}

#[tokio::test]
async fn nobody_else_may_call_either() {
    let database = TestDatabase::new(Shape::Managed).await;
    for role in ["anonymous", "authenticated"] {
        for call in ["web.neon_auth_project('x')", "web.delete_neon_auth_user('x')"] {
            #[expect(clippy::disallowed_methods, reason = "whoever this role is, it is nobody signed in")]
            let mut tx = database.superuser.begin().await.expect("a transaction");
            tx.execute(AssertSqlSafe(format!("set local role {role}"))).await.expect("a role");
            let error = tx.execute(AssertSqlSafe(format!("select {call}"))).await.expect_err(call);
            assert_eq!(
                error.as_database_error().and_then(|error| error.code()).as_deref(),
                Some("42501"),
                "{role} {call}"
            );
        }
    }
}
