//! Before a move, while both directories exist, and the end of it.

use super::{Project, STACK};
use crate::rls::signing::claims_of;
use doctor::move_to_managed::Progress;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

#[tokio::test]
async fn users_remembered_before_neon_drops_their_table_are_moved() {
    for shape in STACK {
        let project = Project::new(shape).await;
        let ada = claims_of(&project.stack_user("Ada").await.to_string());
        project.stack_user("Bob").await;
        for _ in 0..2 {
            assert_eq!(project.run_move().await.expect("remembered"), Progress::Remembered(2), "{shape:?}");
            assert_eq!(project.memos_of(&ada).await, ["Ada"], "nothing else has changed");
        }
        project.fill(&ada, "More").await;

        project.sql("drop table neon_auth.users_sync cascade").await;
        project.enable_managed().await;
        let ada = project.managed_user("Ada").await;
        project.assert_moved(1, 1).await;
        assert_eq!(project.memos_of(&ada).await, ["More", "Ada"], "{shape:?}");
        project.fill(&ada, "New").await;
    }
}

#[tokio::test]
async fn a_move_without_remembered_users_is_refused() {
    for shape in STACK {
        let project = Project::new(shape).await;
        project.stack_user("Ada").await;
        project.sql("drop table neon_auth.users_sync cascade").await;
        project.assert_refused("Neon Auth is not enabled").await;
        project.enable_managed().await;
        project.assert_refused("neither as before the move nor as after it").await;
    }
}

#[tokio::test]
async fn the_old_directory_is_in_use_until_the_move() {
    for shape in STACK {
        let project = Project::new(shape).await;
        let (ada, bob) = (project.stack_user("Ada").await, project.stack_user("Bob").await);
        project.enable_managed().await;

        assert_eq!(directory_in_use(&project).await, (false, "neon_auth.users_sync".to_owned()), "{shape:?}");
        project.db.forget_user(&ada.to_string()).await.expect("forgotten");
        assert_eq!(project.texts("select body from memos").await, ["Bob"], "{shape:?}");
        project.database.delete_user(bob).await;
        assert_eq!(project.db.purge_deleted_users().await.expect("purged"), 2, "{shape:?}: a memo and a letter");

        project.assert_moved(0, 0).await;
        assert_eq!(directory_in_use(&project).await, (true, r#"neon_auth."user""#.to_owned()), "{shape:?}");
        let cleo = project.managed_user("Cleo").await;
        project.fill(&cleo, "Cleo").await;
        project.db.forget_user(cleo.subject()).await.expect("forgotten");
        assert_eq!(project.count("memos").await, 0, "{shape:?}");
    }
}

/// Returns whether the server uses the managed directory, and the table that the doctor finds.
async fn directory_in_use(project: &Project) -> (bool, String) {
    let is_managed = project.db.directory().await.expect("an answer").expect("a directory").is_managed;
    let mut inspection = project.inspection().await;
    let directory = inspection.directory().await.expect("an answer").expect("a directory");
    inspection.close().await;
    (is_managed, directory.table)
}

#[tokio::test]
async fn a_row_added_while_the_move_waits_for_locks_is_moved() {
    for shape in STACK {
        let project = Project::new(shape).await;
        project.enable_managed().await;
        #[expect(clippy::disallowed_methods, reason = "a server that was not stopped")]
        let mut busy = project.database.superuser.begin().await.expect("a transaction");
        sqlx::query("lock table memos in row exclusive mode").execute(&mut *busy).await.expect("locked");
        let moves = async { project.run_move().await.expect("moved") };
        let adds = async {
            let waits = "select exists (select from pg_locks where not granted and relation = 'memos'::regclass)";
            while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut *busy).await.expect("an answer") {
                tokio::task::yield_now().await;
            }
            let id = project.database.add_user("Late").await;
            let verified = r#"raw_json || '{"primary_email_verified": true}'"#;
            project.sql(&format!("update neon_auth.users_sync set raw_json = {verified}")).await;
            sqlx::query(AssertSqlSafe(format!("insert into memos (body, user_id) values ('Late', '{id}')")))
                .execute(&mut *busy)
                .await
                .expect("added");
            busy.commit().await.expect("committed");
            format!("{id}@example.com")
        };
        let (progress, email) = tokio::join!(moves, adds);
        assert_eq!(progress, Progress::Moved { claimed: 0, waiting: 1 }, "{shape:?}");
        project.sql("drop table neon_auth.users_sync").await;
        let late = project.managed_user_with("Late", &email, true).await;
        project.assert_moved(1, 0).await;
        assert_eq!(project.memos_of(&late).await, ["Late"], "{shape:?}");
    }
}

/// Returns the statements of docs/neon.md that end the move, with the tables of the tests in place of the page's: one
/// whose rows need an owner, and one whose rows do not.
fn ending() -> String {
    let page = include_str!("../../../../docs/neon.md");
    let ending = page.split("```sql").find(|part| part.contains("drop table web.former")).expect("the page says it");
    let ending = ending.split("```").next().expect("the block ends");
    let named: Vec<&str> = ending.split("alter table ").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    ending.replace(named[0], "memos").replace(named[1], "letters")
}

#[tokio::test]
async fn the_move_can_be_ended_only_when_no_row_waits() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada", "Bob"]).await;
        let ada = project.managed_user("Ada").await;
        project.assert_moved(1, 1).await;

        // One statement after another, continuing after errors, as psql does. Without the policies, the owner sees no
        // rows.
        for policies in ["", "drop policy memos_maintenance on memos; drop policy letters_maintenance on letters"] {
            project.sql(policies).await;
            let mut owner = PgConnection::connect(&project.database.owner_url).await.expect("the owner can log in");
            let mut failures = 0;
            for statement in ending().split_inclusive(';') {
                let statement = AssertSqlSafe(statement.to_owned());
                failures += i32::from(sqlx::raw_sql(statement).execute(&mut owner).await.is_err());
            }
            assert!(failures > 0, "{shape:?}");
            assert_eq!(project.count("memos where former_user_id is not null").await, 1, "{shape:?}");
            assert_eq!(project.count("letters where former_author_id is not null").await, 1, "{shape:?}");
            assert_eq!(project.count("web.former_user").await, 2);
        }

        // Gives up Bob's rows, as the page describes.
        project.sql("delete from memos where user_id is null; update letters set former_author_id = null").await;
        project.sql(&ending()).await;
        assert_eq!(project.memos_of(&ada).await, ["Ada"]);
        project.fill(&ada, "New").await;
        let left = "pg_attribute where attname like 'former%' and attrelid in ('memos'::regclass, 'letters'::regclass)
                      and not attisdropped or attrelid::regclass::text like 'web.former%'";
        assert_eq!(project.count(left).await, 0);
    }
}
