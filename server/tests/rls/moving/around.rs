//! Before a move, while both directories exist, and the end of it.

use super::{STACK, World};
use crate::rls::signing::claims_of;
use crate::support::Shape;
use doctor::move_to_managed::Progress;
use rls::inspect::Inspection;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn a_table_that_neon_takes_away_first_is_no_loss_when_the_people_were_noted_down() {
    for shape in STACK {
        let world = World::new(shape).await;
        let ada = claims_of(&world.former("Ada", "ada@example.com", true).await.to_string());
        world.former("Bob", "bob@example.com", true).await;
        for _ in 0..2 {
            assert_eq!(world.moves().await.expect("noted"), Progress::Remembered(2), "{shape:?}");
            assert_eq!(world.notes_of(&ada).await, ["Ada"], "nothing else has changed");
        }
        world.fill(&ada, "More").await;

        world.sql("drop table neon_auth.users_sync cascade").await;
        world.sql(&Shape::managed_table()).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        world.assert_moves(1, 1).await;
        assert_eq!(world.notes_of(&ada).await, ["More", "Ada"], "{shape:?}");
        world.fill(&ada, "New").await;
    }
}

#[tokio::test]
async fn a_move_that_has_nothing_to_go_by_says_so() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql("drop table neon_auth.users_sync cascade").await;
        world.assert_refused("Neon Auth is not enabled").await;
        world.sql(&Shape::managed_table()).await;
        world.assert_refused("neither as before the move nor as after it").await;
    }
}

async fn is_managed(world: &World) -> bool {
    world.db.directory().await.expect("an answer").expect("a directory").is_managed
}

#[tokio::test]
async fn until_the_move_the_old_directory_is_the_one_in_use() {
    for shape in STACK {
        let world = World::new(shape).await;
        let ada = world.former("Ada", "ada@example.com", true).await;
        let bob = world.former("Bob", "bob@example.com", true).await;
        world.sql(&Shape::managed_table()).await;

        assert!(!is_managed(&world).await, "{shape:?}");
        assert_eq!(seen_by_the_doctor(&world).await, "neon_auth.users_sync");
        world.db.forget_user(&ada.to_string()).await.expect("forgotten");
        assert_eq!(world.texts("select body from notes").await, ["Bob"], "{shape:?}");
        shape.delete_user(&world.database.superuser, bob).await;
        assert_eq!(world.db.purge_deleted_users().await.expect("purged"), 2, "{shape:?}: a note and a letter");

        world.assert_moves(0, 0).await;
        assert!(is_managed(&world).await, "{shape:?}");
        assert_eq!(seen_by_the_doctor(&world).await, "neon_auth.\"user\"");
        let cleo = world.signs_up("Cleo", "cleo@example.com", true).await;
        world.fill(&cleo, "Cleo").await;
        world.db.forget_user(cleo.subject()).await.expect("forgotten");
        assert_eq!(world.count("select count(*) from notes").await, 0, "{shape:?}");
    }
}

async fn seen_by_the_doctor(world: &World) -> String {
    let mut inspection =
        Inspection::open(&world.database.web_url, "tests", Duration::from_secs(10)).await.expect("the doctor may look");
    let directory = inspection.directory().await.expect("an answer").expect("a directory");
    inspection.close().await;
    directory.table
}

/// Checks that a row which is added while the move waits for its locks is moved, too.
#[tokio::test]
async fn the_people_are_read_when_nobody_can_add_a_row_any_more() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.sql(&Shape::managed_table()).await;
        #[expect(clippy::disallowed_methods, reason = "a server that was not stopped")]
        let mut busy = world.database.superuser.begin().await.expect("a transaction");
        sqlx::query("lock table notes in row exclusive mode").execute(&mut *busy).await.expect("locked");
        let moves = async { world.moves().await.expect("moved") };
        let adds = async {
            let waits = "select exists (select from pg_locks where not granted and relation = 'notes'::regclass)";
            while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut *busy).await.expect("an answer") {
                tokio::task::yield_now().await;
            }
            let id = Uuid::new_v4();
            shape.add_user(&world.database.superuser, id, "Late").await;
            let change = "update neon_auth.users_sync set raw_json = raw_json || '{\"primary_email_verified\": true}'";
            sqlx::query(change).execute(&world.database.superuser).await.expect("verified");
            sqlx::query(AssertSqlSafe(format!("insert into notes (body, user_id) values ('Late', '{id}')")))
                .execute(&mut *busy)
                .await
                .expect("added");
            busy.commit().await.expect("committed");
            format!("{id}@example.com")
        };
        let (progress, email) = tokio::join!(moves, adds);
        assert_eq!(progress, Progress::Moved { claimed: 0, waiting: 1 }, "{shape:?}");
        world.sql("drop table neon_auth.users_sync").await;
        let late = world.signs_up("Late", &email, true).await;
        world.assert_moves(1, 0).await;
        assert_eq!(world.notes_of(&late).await, ["Late"], "{shape:?}");
    }
}

/// Returns the statements of docs/neon.md that end the move, with the tables of the tests in place of the page's: one
/// whose rows need an owner, and one whose rows do not.
fn ending() -> String {
    let page = include_str!("../../../../docs/neon.md");
    let ending = page.split("```sql").find(|part| part.contains("drop table web.former")).expect("the page says it");
    let ending = ending.split("```").next().expect("the block ends");
    let named: Vec<&str> = ending.split("alter table ").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
    ending.replace(named[0], "notes").replace(named[1], "letters")
}

#[tokio::test]
async fn it_ends_when_nobody_is_waited_for_and_not_before() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.former("Bob", "bob@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        world.assert_moves(1, 1).await;

        // One statement after another, continuing after errors, as psql does. Without the policies, the owner sees no
        // rows.
        for policies in ["", "drop policy notes_maintenance on notes; drop policy letters_maintenance on letters"] {
            world.sql(policies).await;
            let mut owner = PgConnection::connect(&world.database.owner_url).await.expect("the owner gets in");
            let mut failures = 0;
            for statement in ending().split_inclusive(';') {
                let statement = AssertSqlSafe(statement.to_owned());
                failures += i32::from(sqlx::raw_sql(statement).execute(&mut owner).await.is_err());
            }
            assert!(failures > 0, "{shape:?}");
            let waiting =
                "select (select count(former_user_id) from notes) + (select count(former_author_id) from letters)";
            assert_eq!(world.count(waiting).await, 2, "{shape:?}");
            assert_eq!(world.count("select count(*) from web.former_user").await, 2);
        }

        // Gives up Bob's rows, as the page describes.
        world.sql("delete from notes where user_id is null; update letters set former_author_id = null").await;
        world.sql(&ending()).await;
        assert_eq!(world.notes_of(&ada).await, ["Ada"]);
        world.fill(&ada, "New").await;
        let left = "select count(*) from pg_attribute where attname like 'former%' and attrelid in ('notes'::regclass, 'letters'::regclass)
                      and not attisdropped or attrelid::regclass::text like 'web.former%'";
        assert_eq!(world.count(left).await, 0);
    }
}
