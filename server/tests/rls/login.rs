//! The server refuses to start with a login that bypasses policies, and names the fix.

use crate::support::{Shape, TestDatabase, statement_cache};
use rls::{Db, DbSettings, LoginProblem};
use sqlx::{AssertSqlSafe, Executor};
use std::time::Duration;

async fn problem(url: &str) -> Option<LoginProblem> {
    let db = Db::connect_lazy(&DbSettings {
        url: url.to_owned(),
        application_name: "tests".to_owned(),
        max_connections: 1,
        acquire_timeout: Duration::from_secs(5),
        statement_cache_capacity: statement_cache(),
    })
    .unwrap();
    db.check_login().await.err()
}

fn too_powerful(problem: Option<LoginProblem>) -> String {
    match problem {
        Some(LoginProblem::TooPowerful { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

/// Makes a login of its own for a test, since all tests share the roles of the cluster.
async fn login(database: &TestDatabase, attributes: &str) -> (String, String) {
    let name = format!("t_{}", uuid::Uuid::new_v4().simple());
    let statement = format!("create role {name} login password 'pw' {attributes}");
    database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
    let mut url = url::Url::parse(&database.web_url).unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("pw")).unwrap();
    (name, url.into())
}

async fn remove(database: &TestDatabase, login: &str) {
    let statement = format!("drop owned by {login}; drop role {login}");
    database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
}

#[tokio::test]
async fn web_is_accepted_on_every_shape() {
    for shape in Shape::ALL {
        let database = TestDatabase::new(shape).await;
        assert!(problem(&database.web_url).await.is_none());
    }
}

#[tokio::test]
async fn the_owner_is_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let refusal = problem(&database.owner_url).await;
    assert!(
        refusal.as_ref().unwrap().to_string().contains("use the login \"web\", which the migrations create"),
        "it should name the fix: {refusal:?}"
    );
    assert_eq!(too_powerful(refusal), "owns the database");
}

#[tokio::test]
async fn superusers_and_those_who_bypass_are_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    for (attributes, why) in [
        ("superuser", "is a superuser"),
        ("bypassrls", "bypasses row-level security"),
        ("in role app_owner", "is a member of \"app_owner\""),
        ("noinherit in role pg_read_all_data", "is a member of \"pg_read_all_data\""),
    ] {
        let (name, url) = login(&database, attributes).await;
        let refusal = problem(&url).await;
        remove(&database, &name).await;
        assert_eq!(too_powerful(refusal), why);
    }
}

#[tokio::test]
async fn any_other_name_is_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let (name, url) = login(&database, "noinherit in role authenticated, anonymous").await;
    let refusal = problem(&url).await;
    remove(&database, &name).await;
    assert!(matches!(refusal, Some(LoginProblem::NotWeb(login)) if login == name));
}

#[tokio::test]
async fn web_with_rights_of_its_own_is_refused() {
    for (grant, table) in [
        ("grant select on notes to web", "notes"),
        ("grant select (id) on letters to web", "letters"),
        ("grant delete on letters to public", "letters"),
        ("grant usage on schema neon_auth to web; grant select on neon_auth.users_sync to web", "neon_auth.users_sync"),
    ] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        database.superuser.execute(sqlx::raw_sql(grant)).await.unwrap();
        assert_eq!(too_powerful(problem(&database.web_url).await), format!("has rights of its own on {table}"));
    }
}

#[tokio::test]
async fn a_login_that_begins_as_somebody_is_refused() {
    for default in ["role = authenticated", "\"request.jwt.claims\" = '{\"sub\":\"x\"}'"] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        let statement = format!("alter role web in database {} set {default}", database.name);
        database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
        assert!(matches!(problem(&database.web_url).await, Some(LoginProblem::CarriesIdentity(_))), "{default}");
    }
}

#[tokio::test]
async fn a_database_that_was_not_migrated_says_so() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    database.superuser.execute("drop schema web cascade").await.unwrap();
    assert!(matches!(problem(&database.web_url).await, Some(LoginProblem::NotMigrated(_))));
}

#[tokio::test]
async fn a_wrong_password_or_database_is_told_from_one_that_does_not_answer() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let with = |change: fn(&mut url::Url)| {
        let mut url = url::Url::parse(&database.web_url).unwrap();
        change(&mut url);
        String::from(url)
    };
    let refused = problem(&with(|url| url.set_password(Some("wrong")).unwrap())).await;
    assert!(matches!(refused, Some(LoginProblem::Refused(_))), "{refused:?}");
    let refused = problem(&with(|url| url.set_path("/nothing"))).await;
    assert!(matches!(refused, Some(LoginProblem::Refused(_))), "{refused:?}");
    let silent = problem(&with(|url| url.set_port(Some(9)).unwrap())).await;
    assert!(matches!(silent, Some(LoginProblem::Unreachable(_))), "{silent:?}");
}
