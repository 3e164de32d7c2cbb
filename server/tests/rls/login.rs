//! The server refuses to start with a login that bypasses policies, and names the fix.

use crate::support::{Shape, TestDatabase, db_settings};
use rls::{Db, DbSettings, LoginProblem};
use std::time::Duration;

async fn problem(url: &str) -> Option<LoginProblem> {
    let settings = DbSettings { acquire_timeout: Duration::from_secs(5), ..db_settings(url, 1) };
    Db::connect_lazy(&settings).unwrap().check_login().await.err()
}

fn too_powerful(problem: Option<LoginProblem>) -> String {
    match problem {
        Some(LoginProblem::TooPowerful { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

/// Returns the name of a new login with these attributes, and its problem. It is removed again, since all tests share
/// the roles of the cluster.
async fn problem_of_login(database: &TestDatabase, attributes: &str) -> (String, Option<LoginProblem>) {
    let name = format!("t_{}", uuid::Uuid::new_v4().simple());
    database.run(&format!("create role {name} login password 'pw' {attributes}")).await;
    let mut url = url::Url::parse(&database.web_url).unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("pw")).unwrap();
    let problem = problem(url.as_str()).await;
    database.run(&format!("drop owned by {name}; drop role {name}")).await;
    (name, problem)
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
    let said = refusal.as_ref().unwrap().to_string();
    assert!(said.contains("use the login \"web\", which the migrations create"), "it should name the fix: {said}");
    assert_eq!(too_powerful(refusal), "owns the database");
}

#[tokio::test]
async fn logins_of_another_name_or_that_bypass_policies_are_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    for (attributes, why) in [
        ("superuser", "is a superuser"),
        ("bypassrls", "bypasses row-level security"),
        ("in role app_owner", "is a member of \"app_owner\""),
        ("noinherit in role pg_read_all_data", "is a member of \"pg_read_all_data\""),
    ] {
        assert_eq!(too_powerful(problem_of_login(&database, attributes).await.1), why);
    }
    let (name, refusal) = problem_of_login(&database, "noinherit in role authenticated, anonymous").await;
    assert!(matches!(refusal, Some(LoginProblem::NotWeb(login)) if login == name));
}

#[tokio::test]
async fn web_with_rights_of_its_own_is_refused() {
    for (grant, table) in [
        ("grant select on memos to web", "memos"),
        ("grant select (id) on letters to web", "letters"),
        ("grant delete on letters to public", "letters"),
        ("grant usage on schema neon_auth to web; grant select on neon_auth.users_sync to web", "neon_auth.users_sync"),
    ] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        database.run(grant).await;
        assert_eq!(too_powerful(problem(&database.web_url).await), format!("has rights of its own on {table}"));
    }
}

#[tokio::test]
async fn a_login_with_an_identity_by_default_is_refused() {
    for default in ["role = authenticated", "\"request.jwt.claims\" = '{\"sub\":\"x\"}'"] {
        let database = TestDatabase::new(Shape::SyncUuid).await;
        database.run(&format!("alter role web in database {} set {default}", database.name)).await;
        assert!(matches!(problem(&database.web_url).await, Some(LoginProblem::CarriesIdentity(_))), "{default}");
    }
}

#[tokio::test]
async fn a_database_without_the_migrations_is_refused() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    database.run("drop schema web cascade").await;
    assert!(matches!(problem(&database.web_url).await, Some(LoginProblem::NotMigrated(_))));
}

#[tokio::test]
async fn a_refused_login_is_distinguished_from_an_unreachable_database() {
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
    let unreachable = problem(&with(|url| url.set_port(Some(9)).unwrap())).await;
    assert!(matches!(unreachable, Some(LoginProblem::Unreachable(_))), "{unreachable:?}");
}
