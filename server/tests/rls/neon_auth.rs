//! The server's access to Neon Auth's own tables: no secret can be read, and only the server has access.

use crate::support::{Shape, TestDatabase};
use http_server::app_database::AppDatabase;
use neon_auth::{DatabaseError, ProjectDatabase, ProjectSettings};
use sqlx::{AssertSqlSafe, Executor};
use uuid::Uuid;

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

/// Makes a database with these settings.
async fn database_with_settings() -> TestDatabase {
    let database = TestDatabase::new(Shape::Managed).await;
    database.run(SETTINGS).await;
    database
}

async fn settings_of(database: &TestDatabase, endpoint: &str) -> Option<ProjectSettings> {
    AppDatabase(database.db()).settings(endpoint).await.expect("an answer")
}

/// Checks that the function which reads the settings returns no secret.
async fn assert_no_secret(database: &TestDatabase) {
    let all: String = database.value("select web.neon_auth_project('ep-here')::text").await;
    assert!(!all.contains("hunter2"), "{all}");
}

#[tokio::test]
async fn the_settings_of_this_branch_are_read_without_their_secrets() {
    let database = database_with_settings().await;
    let here = ProjectSettings {
        trusted_origins: vec!["https://www.example".to_owned(), "https://app.example".to_owned()],
        allows_localhost: false,
        providers: vec!["google".to_owned()],
        password: false,
        sign_up: false,
        email_code: false,
        mails_links: true,
    };
    assert_eq!(settings_of(&database, "ep-here").await, Some(here));
    // Another endpoint, as behind a proxy: the row that was changed last counts.
    let other = settings_of(&database, "ep-elsewhere").await.expect("a row");
    assert!(other.allows_localhost && other.password && other.sign_up, "{other:?}");
    assert_no_secret(&database).await;
}

#[tokio::test]
async fn a_setting_of_an_unknown_type_is_not_read() {
    let database = database_with_settings().await;
    for secret in [r#"{"s": "hunter2"}"#, r#"["hunter2"]"#, r#"[true, "hunter2"]"#] {
        let change = format!(
            r#"alter table neon_auth.project_config alter allow_localhost type jsonb using '{secret}';
               update neon_auth.project_config set plugin_configs = '{{"emailOTP": {{"enabled": {secret}}}}}', email_and_password =
                 '{{"enabled": {secret}, "disableSignUp": {secret}, "emailVerificationMethod": {secret}}}'"#
        );
        database.run(&change).await;
        assert_no_secret(&database).await;
    }
}

#[tokio::test]
async fn settings_are_read_with_ids_of_another_type_or_without_times() {
    let database = database_with_settings().await;
    // A row without a time does not count as the last.
    let change = "alter table neon_auth.project_config alter updated_at drop not null;
         update neon_auth.project_config set updated_at = null where endpoint_id = 'ep-here'";
    database.run(change).await;
    let last = settings_of(&database, "ep-elsewhere").await.expect("a row");
    assert!(last.allows_localhost, "{last:?}");

    let id = "7d5f4fd1-0a55-4b4b-9f24-8d6a4dbd2f2e";
    let change = format!(
        "delete from neon_auth.project_config where endpoint_id = 'ep-parent';
         alter table neon_auth.project_config alter endpoint_id type uuid using '{id}'"
    );
    database.run(&change).await;
    for endpoint in [id, "ep-here"] {
        let found = settings_of(&database, endpoint).await;
        assert!(found.is_some_and(|project| project.mails_links), "{endpoint}");
    }
    // Nor does one whose time cannot be compared.
    database.run("alter table neon_auth.project_config alter updated_at type json using null").await;
    assert_eq!(settings_of(&database, "ep-here").await, None);
}

#[tokio::test]
async fn missing_or_unreadable_settings_are_none() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        for (case, statements, readable) in [
            ("no such table", "", false),
            ("made later", SETTINGS, true),
            ("not readable", "revoke select on neon_auth.project_config from app_owner", false),
            (
                "no row",
                "grant select on neon_auth.project_config to app_owner; delete from neon_auth.project_config",
                false,
            ),
            (
                "another table",
                "drop table neon_auth.project_config; create table neon_auth.project_config (id int);
                 grant select on neon_auth.project_config to app_owner",
                false,
            ),
        ] {
            database.run(statements).await;
            assert_eq!(settings_of(&database, "ep-here").await.is_some(), readable, "{shape:?}: {case}");
        }
    }
}

#[tokio::test]
async fn a_user_is_deleted_only_with_the_right_and_in_the_managed_directory() {
    let database = TestDatabase::new(Shape::Managed).await;
    let (ada, bob) = (database.add_user("Ada").await, database.add_user("Bob").await);
    let db = AppDatabase(database.db());
    let refused = db.delete_user(&ada.to_string()).await;
    assert!(matches!(refused, Err(DatabaseError::Forbidden(_))), "{refused:?}");
    db.delete_user(&Uuid::new_v4().to_string()).await.expect("no one to delete");
    database.run(r#"grant delete on neon_auth."user" to app_owner"#).await;
    db.delete_user(&ada.to_string()).await.expect("deleted");
    db.delete_user(&ada.to_string()).await.expect("gone already");
    assert_eq!(database.values::<Uuid>(r#"select id from neon_auth."user""#).await, [bob]);

    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let database = TestDatabase::new(shape).await;
        let ada = database.add_user("Ada").await;
        database.run("grant delete on neon_auth.users_sync to app_owner").await;
        let refused = AppDatabase(database.db()).delete_user(&ada.to_string()).await;
        assert!(matches!(refused, Err(DatabaseError::Failed(_))), "{shape:?}: {refused:?}");
    }
}

#[tokio::test]
async fn no_other_role_may_call_these_functions() {
    let database = TestDatabase::new(Shape::Managed).await;
    for role in ["anonymous", "authenticated"] {
        for call in ["web.neon_auth_project('x')", "web.delete_neon_auth_user('x')"] {
            #[expect(clippy::disallowed_methods, reason = "a role without an identity")]
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
