//! A database with Neon Auth can be migrated by an owner with ordinary rights, with an empty and a filled directory,
//! repeatedly. Any other is refused with what is missing.

use super::users::TestUser;
use crate::support::{Shape, TestDatabase};
use app::migrations::MIGRATIONS;
use rls::Reads;
use rls::migrate::{self, Limits, MigrationError};
use sqlx::{Connection, PgConnection};

/// Makes a database with the schema `neon_auth` only.
async fn empty_database(shape: Shape) -> TestDatabase {
    let database = TestDatabase::new(shape).await;
    database
        .run(
            "do $$
             declare
               statement text;
             begin
               for statement in
                 select format('drop %s if exists %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass)
                 from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
                 union all
                 select format('drop function if exists %s cascade', oid::regprocedure)
                 from pg_proc where pronamespace = 'public'::regnamespace
               loop
                 execute statement;
               end loop;
             end
             $$;
             drop schema web, auth cascade",
        )
        .await;
    database
}

async fn migrate(database: &TestDatabase) -> Result<(), MigrationError> {
    migrate::run(&MIGRATIONS, &database.owner_url, None, &Limits::default()).await
}

async fn assert_works(database: &TestDatabase) {
    let (db, ada) = (database.db(), TestUser::new());
    db.check_login().await.unwrap();
    ada.add_to(database, "Ada").await;
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    let id: Option<String> =
        sqlx::query_scalar("select current_user_id()::text").fetch_one(tx.connection()).await.unwrap();
    assert_eq!(id, Some(ada.id()));
    drop(tx);
    db.forget_user(&ada.id()).await.unwrap();
}

#[tokio::test]
async fn migrations_run_twice_on_every_shape_empty_or_filled() {
    for shape in Shape::ALL {
        for users in [0, 3] {
            let database = empty_database(shape).await;
            for _ in 0..users {
                database.add_user("Early").await;
            }
            migrate(&database).await.unwrap();
            migrate(&database).await.unwrap();
            assert_eq!(database.count("profiles").await, users);
            assert_works(&database).await;
        }
    }
}

#[tokio::test]
async fn a_database_with_other_migrations_is_refused() {
    for (statement, seen) in [
        (
            "insert into _sqlx_migrations values (12, 'search posts', now(), true, '', 0)",
            "number 12 ran and is not known",
        ),
        ("update _sqlx_migrations set checksum = '' where version = 2", "number 2 ran with another text"),
    ] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        database.run(statement).await;
        let error = migrate(&database).await.unwrap_err();
        assert!(matches!(error, MigrationError::Foreign { .. }), "{error:?}");
        assert!(error.to_string().ends_with(seen), "{error}");
    }
}

#[tokio::test]
async fn the_owner_has_ordinary_rights() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
        let extraordinary: (bool, bool, bool, bool) = sqlx::query_as(
            "select rolsuper, rolbypassrls, exists (select from pg_roles other where other.oid <> me.oid
                 and (other.rolsuper or other.rolbypassrls) and pg_has_role(me.oid, other.oid, 'member')),
               (select pg_has_role(me.oid, nspowner, 'member') from pg_namespace where nspname = 'neon_auth')
             from pg_roles me where rolname = current_user",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        assert_eq!(extraordinary, (false, false, false, false));
    }
}

#[tokio::test]
async fn a_database_without_neon_auth_is_refused() {
    let database = empty_database(Shape::SyncUuid).await;
    database.run("drop schema neon_auth cascade").await;
    let message = migrate(&database).await.unwrap_err().to_string();
    assert!(message.contains("Neon Auth is not enabled"), "{message}");
    assert!(message.contains("Enable Neon Auth for this branch"), "{message}");

    database.run("create schema neon_auth").await;
    assert!(migrate(&database).await.unwrap_err().to_string().contains("Neon Auth is not enabled"));

    database.run("create table neon_auth.users_sync (id int primary key, name text)").await;
    let message = migrate(&database).await.unwrap_err().to_string();
    assert!(message.contains("should be uuid or text, it is integer"), "{message}");
}

#[tokio::test]
async fn missing_rights_on_the_directory_are_named() {
    for revoke in [
        "revoke references on neon_auth.users_sync from app_owner",
        "revoke select on neon_auth.users_sync from app_owner",
        "revoke usage on schema neon_auth from app_owner",
    ] {
        let database = empty_database(Shape::SyncText).await;
        database.run(revoke).await;
        let message = migrate(&database).await.unwrap_err().to_string();
        assert!(message.contains("grant select, references on neon_auth.users_sync to app_owner"), "{message}");
    }
}

#[tokio::test]
async fn a_failed_migration_is_continued_where_it_stopped() {
    let database = empty_database(Shape::Managed).await;
    database.run("create table profiles (id int)").await;
    assert!(matches!(migrate(&database).await, Err(MigrationError::Migration { version: 5, .. })));
    database.run("drop table profiles").await;
    migrate(&database).await.unwrap();
    assert_works(&database).await;
}

#[tokio::test]
async fn databases_of_one_cluster_can_be_migrated_at_once() {
    let mut databases = Vec::new();
    for shape in Shape::ALL {
        databases.push(empty_database(shape).await);
    }
    let (first, second, third, again) =
        tokio::join!(migrate(&databases[0]), migrate(&databases[1]), migrate(&databases[2]), migrate(&databases[0]));
    for outcome in [first, second, third, again] {
        outcome.unwrap();
    }
}

/// Covers a database with pg_session_jwt or another schema `auth`: identities work all the same.
#[tokio::test]
async fn a_foreign_schema_auth_is_left_alone() {
    let database = empty_database(Shape::SyncUuid).await;
    database.run("create schema auth; create function auth.user_id() returns text language sql return 'other'").await;
    migrate(&database).await.unwrap();
    assert_eq!(database.count("pg_proc where pronamespace = 'auth'::regnamespace").await, 1);
    assert_works(&database).await;
}

#[tokio::test]
async fn a_malformed_owner_url_is_distinguished_from_an_unreachable_database() {
    assert!(matches!(
        migrate::run(&MIGRATIONS, "nonsense", None, &Limits::default()).await,
        Err(MigrationError::Url(_))
    ));
    let unreachable =
        migrate::run(&MIGRATIONS, "postgres://owner:pw@127.0.0.1:9/nothing", None, &Limits::default()).await;
    let Err(error @ MigrationError::Connect(_)) = unreachable else { panic!("{unreachable:?}") };
    // With all its sources, as the program prints it.
    let line = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(line.matches("refused").count(), 1, "{line}");
}
