//! Moving from Stack to Managed with data: who gets rows back, who has to wait, and nothing half-done.

mod around;
mod claiming;
mod tables;

use super::signing::claims_of;
use crate::support::tables::{Letter, Note, letters, notes};
use crate::support::{Shape, TestDatabase};
use doctor::move_to_managed::{self, MoveError, Progress};
use identity::Claims;
use rls::Db;
use sqlx::{AssertSqlSafe, Executor};
use std::panic::Location;
use uuid::Uuid;

const STACK: [Shape; 2] = [Shape::SyncUuid, Shape::SyncText];

struct World {
    database: TestDatabase,
    db: Db,
}

impl World {
    async fn new(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        Self { db: database.db(), database }
    }

    async fn sql(&self, statement: &str) {
        let done = self.database.superuser.execute(sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))).await;
        done.unwrap_or_else(|error| panic!("{error}, in: {statement}"));
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.database.superuser).await.expect("a number")
    }

    /// Adds a user of Stack with a note and a letter that contain the name.
    async fn former(&self, name: &str, email: &str, verified: bool) -> Uuid {
        let id = self.database.add_user(name).await;
        let change = format!(
            "update neon_auth.users_sync set raw_json = raw_json || jsonb_build_object(
               'primary_email', '{email}', 'primary_email_verified', {verified}) where id::text = '{id}'"
        );
        self.sql(&change).await;
        self.fill(&claims_of(&id.to_string()), name).await;
        id
    }

    async fn fill(&self, claims: &Claims, text: &str) {
        self.db.insert_as(claims, &Note(text)).await.expect("a note");
        self.db.insert_as(claims, &Letter(text)).await.expect("a letter");
    }

    /// Signs a user up at Managed Neon Auth, and returns the claims.
    async fn signs_up(&self, name: &str, email: &str, verified: bool) -> Claims {
        let id = Uuid::new_v4();
        self.sql(&format!(
            r#"insert into neon_auth."user" (id, name, email, "emailVerified") values ('{id}', '{name}', '{email}', {verified})"#
        ))
        .await;
        claims_of(&id.to_string())
    }

    async fn moves(&self) -> Result<Progress, MoveError> {
        move_to_managed::run(&self.database.owner_url).await
    }

    /// Runs the move, and checks how many former users have their rows, and how many still have rows waiting.
    #[track_caller]
    fn assert_moves(&self, claimed: i64, waiting: i64) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            let progress = self.moves().await.unwrap_or_else(|error| panic!("{error}, at {caller}"));
            assert_eq!(progress, Progress::Moved { claimed, waiting }, "{:?}, at {caller}", self.database.shape);
        }
    }

    /// Runs the move, and checks that it is refused with this message and changes nothing.
    async fn assert_refused(&self, says: &str) {
        let refused = self.moves().await.expect_err(says).to_string();
        assert!(refused.starts_with("nothing was moved: ") && refused.contains(says), "{refused}");
    }

    async fn texts(&self, query: &'static str) -> Vec<String> {
        sqlx::query_scalar(query).fetch_all(&self.database.superuser).await.expect("texts")
    }

    async fn notes_of(&self, claims: &Claims) -> Vec<String> {
        notes(&mut self.db.as_user(claims).await.expect("a transaction")).await
    }

    /// Returns the text and author of each letter, as an anonymous user sees them.
    async fn letters(&self) -> Vec<(String, Option<String>)> {
        letters(&mut self.db.as_anonymous().await.expect("a transaction")).await
    }
}

#[tokio::test]
async fn everybody_who_is_beyond_doubt_gets_theirs_back_and_nobody_else() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "Ada@Example.com", true).await;
        world.former("Bob", "bob@example.com", false).await;
        world.former("Cleo", "cleo@example.com", true).await;
        world.former("Dan", "dan@example.com", true).await;
        world.former("Dan again", "DAN@example.com", true).await;
        let eve = world.former("Eve", "eve@example.com", true).await;
        world.former("Finn", "finn@example.com", true).await;
        shape.delete_user(&world.database.superuser, eve).await;

        world.sql(&Shape::managed_table()).await;
        let ada = world.signs_up("Ada L.", "ada@example.com", true).await;
        let bob = world.signs_up("Bob", "bob@example.com", true).await;
        let cleo = world.signs_up("Cleo", "cleo@example.com", false).await;
        let dan = world.signs_up("Dan", "dan@example.com", true).await;
        let impostor = world.signs_up("Eve", "eve@example.com", true).await;

        world.assert_moves(1, 5).await;
        for _ in 0..2 {
            assert_eq!(world.notes_of(&ada).await, ["Ada"], "{shape:?}");
            for other in [&bob, &cleo, &dan, &impostor] {
                assert_eq!(world.notes_of(other).await, [""; 0], "{shape:?}");
            }
            let letters = world.letters().await;
            assert_eq!(letters.len(), 7, "every letter stays: {letters:?}");
            let named: Vec<_> =
                letters.iter().filter_map(|(text, name)| Some((text.as_str(), name.as_deref()?))).collect();
            assert_eq!(named, [("Ada", "Ada L.")], "{shape:?}");
            assert_eq!(world.count("select count(*) from notes").await, 6, "Eve's are gone, the others' wait");
            // A second run changes nothing.
            world.assert_moves(1, 5).await;
        }

        // Users who come or confirm their address later are served by the next run; Neon's old table may be gone by
        // then.
        world.sql("drop table neon_auth.users_sync").await;
        let finn = world.signs_up("Finn", "FINN@example.com", true).await;
        world.sql(r#"update neon_auth."user" set "emailVerified" = true"#).await;
        world.assert_moves(3, 3).await;
        assert_eq!(
            (world.notes_of(&finn).await, world.notes_of(&cleo).await),
            (vec!["Finn".to_owned()], vec!["Cleo".to_owned()])
        );
        assert_eq!(world.notes_of(&bob).await, [""; 0], "was never verified");
        assert_eq!(world.notes_of(&dan).await, [""; 0], "could be either");
    }
}

#[tokio::test]
async fn afterwards_everything_is_as_on_a_new_database() {
    for shape in STACK {
        let world = World::new(shape).await;
        world.former("Ada", "ada@example.com", true).await;
        world.sql(&Shape::managed_table()).await;
        let ada = world.signs_up("Ada", "ada@example.com", true).await;
        let bob = world.signs_up("Bob", "bob@example.com", true).await;
        world.moves().await.expect("moved");

        world.fill(&ada, "New").await;
        world.fill(&bob, "Bob's").await;
        assert_eq!(world.notes_of(&ada).await, ["New", "Ada"]);
        assert_eq!(world.notes_of(&bob).await, ["Bob's"]);
        let mut inspection =
            rls::inspect::Inspection::open(&world.database.web_url, "tests", std::time::Duration::from_secs(10))
                .await
                .expect("the doctor may look");
        for rule in &rls::inspect::RULES {
            assert_eq!(inspection.violations(rule).await.expect("an answer"), [""; 0], "{shape:?}: {}", rule.says);
        }
        let missing = inspection.missing_objects(&app::migrations::MIGRATIONS).await.expect("an answer");
        assert!(missing.is_empty(), "{shape:?}: {:?}", missing.iter().map(|object| &object.name).collect::<Vec<_>>());
        inspection.close().await;

        world.sql(&format!(r#"delete from neon_auth."user" where id = '{}'"#, ada.subject())).await;
        assert_eq!(world.count("select count(*) from notes").await, 1, "deleted with the account");
        assert_eq!(world.count("select count(*) from letters").await, 3);
        assert_eq!(world.count("select count(author_id) from letters").await, 1);
    }
}

#[tokio::test]
async fn what_fails_half_way_has_not_happened() {
    for shape in STACK {
        let world = World::new(shape).await;
        let ada = claims_of(&world.former("Ada", "ada@example.com", true).await.to_string());
        // The owner may read the new users, but not refer to them, so the last part fails.
        world.sql(&Shape::managed_table()).await;
        world.sql(r#"revoke references on neon_auth."user" from app_owner"#).await;
        world.assert_refused("permission denied").await;
        assert_eq!(world.notes_of(&ada).await, ["Ada"], "{shape:?}: all as before");
        world.fill(&ada, "More").await;
        assert_eq!(world.letters().await[0], ("Ada".to_owned(), Some("Ada".to_owned())));
        assert_eq!(world.count("select count(*) from pg_class where relname = 'former_user'").await, 0);

        world.sql(r#"grant references on neon_auth."user" to app_owner"#).await;
        world.assert_moves(0, 1).await;
    }
}

#[tokio::test]
async fn a_database_that_began_with_managed_has_nothing_to_move() {
    let world = World::new(Shape::Managed).await;
    let ada = world.signs_up("Ada", "ada@example.com", true).await;
    world.fill(&ada, "Ada").await;
    world.assert_moves(0, 0).await;
    assert_eq!(world.notes_of(&ada).await, ["Ada"]);
}
