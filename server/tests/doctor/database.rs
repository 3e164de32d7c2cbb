//! Databases with something missing, weakened or of another version.

use super::{TestDeployment, assert_check, assert_failure, check};
use app::migrations::MIGRATIONS;
use doctor::CheckOutcome;
use rls::inspect::{SchemaObject, schema_objects};

#[tokio::test]
async fn weakened_database_is_named_with_its_fix() {
    let (force, enable) =
        ("alter table memos force row level security", "alter table letters enable row level security");
    let other_text = "another text than this build has: 0007";
    for (statement, name, seen, fix) in [
        ("alter table memos no force row level security", "row security", "forced", force),
        ("alter table letters disable row level security", "row security", "is on", enable),
        ("grant insert on letters to authenticated", "row security", "letters: INSERT to authenticated", "revoke"),
        ("drop function auth.jwt()", "identity", "session, uid, user_id", "0003"),
        ("delete from _sqlx_migrations where version = 7", "migrations", "behind this build: 0007", "server migrate"),
        ("update _sqlx_migrations set checksum = '\\x00' where version = 7", "migrations", other_text, "old text"),
    ] {
        let here = TestDeployment::new().await;
        here.database.run(statement).await;
        assert_failure(&here.examine().await, name, seen, fix);
    }
}

#[tokio::test]
async fn temporary_tables_are_warned_of() {
    let here = TestDeployment::new().await;
    here.database.run(&format!("grant temporary on database {} to public", here.database.name)).await;
    let report = here.examine().await;
    let found = check(&report, "temporary tables");
    assert!(report.is_healthy() && found.outcome == CheckOutcome::Warning, "{report:#?}");
    let (owner, statement) = found.fix.as_deref().and_then(|fix| fix.split_once(": ")).unwrap();
    assert_eq!(owner, "as app_owner, the owner of the database");
    here.database.run(statement).await;
    assert!(here.examine().await.checks.iter().all(|check| check.name != "temporary tables"));
}

#[tokio::test]
async fn dropped_policies_and_indexes_are_named_with_their_statements() {
    let here = TestDeployment::new().await;
    let schema_objects = schema_objects(&MIGRATIONS);
    for SchemaObject { name, .. } in &schema_objects {
        let dropped = name.split_once(" on ").filter(|(index, _)| index.starts_with("index"));
        let dropped = dropped.map_or(name.as_str(), |(index, _)| index);
        here.database.run(&format!("set search_path = public, web; drop {dropped}; reset search_path")).await;
    }
    let report = here.examine().await;
    assert!(!schema_objects.is_empty());
    for SchemaObject { name, statement } in &schema_objects {
        let seen = format!("{name} is missing");
        let found = report.checks.iter().find(|check| check.seen == seen);
        let fix = found.and_then(|check| check.fix.as_deref());
        assert!(fix.is_some_and(|fix| fix.contains(statement)), "{seen}: {report:#?}");
    }
}

#[tokio::test]
async fn unprotected_table_is_named() {
    let here = TestDeployment::new().await;
    here.database.run("create table drafts (id int); alter table drafts owner to app_owner").await;
    let report = here.examine().await;
    let seen: Vec<&str> =
        report.checks.iter().filter(|check| check.name == "row security").map(|check| &*check.seen).collect();
    assert_eq!(seen.len(), 3, "not on, not forced, no maintenance: {seen:?}");
    assert!(seen.iter().all(|seen| seen.contains("drafts")), "{seen:?}");
}

#[tokio::test]
async fn migrations_of_a_later_build_are_named() {
    let mut here = TestDeployment::new().await;
    here.database.run("update _sqlx_migrations set version = 9999 where version = 7").await;
    let report = here.examine().await;
    let seen = report.checks.iter().filter(|check| check.name == "migrations").map(|check| &*check.seen);
    let seen = seen.collect::<String>();
    assert!(seen.contains("ahead of this build: it does not know 9999"), "{report:#?}");

    here = TestDeployment::new().await;
    here.variables.remove("DATABASE_OWNER_URL");
    let report = here.examine().await;
    assert!(report.is_healthy() && check(&report, "migrations").outcome == CheckOutcome::Warning, "{report:#?}");
}

#[tokio::test]
async fn missing_directory_is_named() {
    let here = TestDeployment::new().await;
    here.database.run("drop schema neon_auth cascade").await;
    let report = here.examine().await;
    assert_check(&report, "directory", CheckOutcome::Failure, "", "enable Neon Auth");
}
