//! A database with Neon Auth can be migrated by an owner with ordinary rights, with an empty and a filled directory,
//! repeatedly. Any other is refused with what is missing.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::migrations::MIGRATIONS;
use rls::Reads;
use rls::migrate::{self, Limits, MigrationError};
use sqlx::{Connection, Executor, PgConnection};

/// A database without any table of the app, beside a `TestDatabase` with the same roles.
struct Bare {
    database: TestDatabase,
}

impl Bare {
    /// Makes one with the schema `neon_auth` only.
    async fn new(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        sqlx::raw_sql(
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
        .execute(&database.superuser)
        .await
        .unwrap();
        Self { database }
    }

    async fn run(&self, statements: &'static str) {
        self.database.superuser.execute(sqlx::raw_sql(statements)).await.unwrap();
    }

    async fn migrate(&self) -> Result<(), MigrationError> {
        migrate::run(&MIGRATIONS, &self.database.owner_url, None, &Limits::default()).await
    }
}

async fn assert_works(database: &TestDatabase) {
    let db = database.db();
    db.check_login().await.unwrap();
    let ada = Person::named(database, "Ada").await;
    let mut tx = db.as_user(&ada.claims).await.unwrap();
    let id: Option<String> =
        sqlx::query_scalar("select current_user_id()::text").fetch_one(tx.connection()).await.unwrap();
    assert_eq!(id, Some(ada.id()));
    drop(tx);
    db.forget_user(&ada.id()).await.unwrap();
}

#[tokio::test]
async fn they_run_on_every_shape_empty_and_filled_and_twice() {
    for shape in Shape::ALL {
        for people in [0, 3] {
            let bare = Bare::new(shape).await;
            for _ in 0..people {
                Person::named(&bare.database, "Early").await;
            }
            bare.migrate().await.unwrap();
            bare.migrate().await.unwrap();
            let known: i64 =
                sqlx::query_scalar("select count(*) from profiles").fetch_one(&bare.database.superuser).await.unwrap();
            assert_eq!(known, people);
            assert_works(&bare.database).await;
        }
    }
}

#[tokio::test]
async fn a_database_of_other_migrations_is_left_as_it_is() {
    for (statement, seen) in [
        (
            "insert into _sqlx_migrations values (12, 'search posts', now(), true, '', 0)",
            "number 12 ran and is not known",
        ),
        ("update _sqlx_migrations set checksum = '' where version = 2", "number 2 ran with another text"),
    ] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        database.superuser.execute(statement).await.unwrap();
        let error = migrate::run(&MIGRATIONS, &database.owner_url, None, &Limits::default()).await.unwrap_err();
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
async fn without_neon_auth_they_say_so() {
    let bare = Bare::new(Shape::SyncUuid).await;
    bare.run("drop schema neon_auth cascade").await;
    let message = bare.migrate().await.unwrap_err().to_string();
    assert!(message.contains("Neon Auth is not enabled"), "{message}");
    assert!(message.contains("Enable Neon Auth for this branch"), "{message}");

    bare.run("create schema neon_auth").await;
    assert!(bare.migrate().await.unwrap_err().to_string().contains("Neon Auth is not enabled"));

    bare.run("create table neon_auth.users_sync (id int primary key, name text)").await;
    let message = bare.migrate().await.unwrap_err().to_string();
    assert!(message.contains("should be uuid or text, it is integer"), "{message}");
}

#[tokio::test]
async fn without_rights_on_the_directory_they_name_the_grant() {
    for revoke in [
        "revoke references on neon_auth.users_sync from app_owner",
        "revoke select on neon_auth.users_sync from app_owner",
        "revoke usage on schema neon_auth from app_owner",
    ] {
        let bare = Bare::new(Shape::SyncText).await;
        bare.run(revoke).await;
        let message = bare.migrate().await.unwrap_err().to_string();
        assert!(message.contains("grant select, references on neon_auth.users_sync to app_owner"), "{message}");
    }
}

#[tokio::test]
async fn after_a_failure_they_go_on_where_they_stopped() {
    let bare = Bare::new(Shape::Managed).await;
    bare.run("create table profiles (id int)").await;
    assert!(matches!(bare.migrate().await, Err(MigrationError::Migration { version: 5, .. })));
    bare.run("drop table profiles").await;
    bare.migrate().await.unwrap();
    assert_works(&bare.database).await;
}

#[tokio::test]
async fn databases_of_one_cluster_are_migrated_at_the_same_time() {
    let mut databases = Vec::new();
    for shape in Shape::ALL {
        databases.push(Bare::new(shape).await);
    }
    let (first, second, third, again) =
        tokio::join!(databases[0].migrate(), databases[1].migrate(), databases[2].migrate(), databases[0].migrate());
    for outcome in [first, second, third, again] {
        outcome.unwrap();
    }
}

/// Covers a database with pg_session_jwt or another schema `auth`: identities work all the same.
#[tokio::test]
async fn a_schema_auth_of_somebody_else_is_left_alone() {
    let bare = Bare::new(Shape::SyncUuid).await;
    bare.run("create schema auth; create function auth.user_id() returns text language sql return 'somebody else'")
        .await;
    bare.migrate().await.unwrap();
    let functions: i64 = sqlx::query_scalar("select count(*) from pg_proc where pronamespace = 'auth'::regnamespace")
        .fetch_one(&bare.database.superuser)
        .await
        .unwrap();
    assert_eq!(functions, 1);
    assert_works(&bare.database).await;
}

#[tokio::test]
async fn a_wrong_owner_url_is_told_apart() {
    assert!(matches!(
        migrate::run(&MIGRATIONS, "nonsense", None, &Limits::default()).await,
        Err(MigrationError::Url(_))
    ));
    let nobody = migrate::run(&MIGRATIONS, "postgres://owner:pw@127.0.0.1:9/nothing", None, &Limits::default()).await;
    let Err(error @ MigrationError::Connect(_)) = nobody else { panic!("{nobody:?}") };
    // With all its sources, as the program prints it.
    let line = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(line.matches("refused").count(), 1, "{line}");
}
