//! Moving from Stack to Managed with data: who gets rows back, who has to wait, and nothing half-done.

mod before_and_after;
mod claiming;
mod tables;

use super::signing::claims_of;
use crate::support::feature::rows::{letter, letters, memo, memos};
use crate::support::{Shape, TestDatabase};
use app::migrations::MIGRATIONS;
use doctor::move_to_managed::{self, MoveError, Progress};
use identity::Claims;
use rls::Db;
use rls::inspect::{Inspection, RULES};
use std::panic::Location;
use std::time::Duration;
use uuid::Uuid;

const STACK: [Shape; 2] = [Shape::SyncUuid, Shape::SyncText];

/// A project whose users had rows before it moved.
struct Project {
    database: TestDatabase,
    db: Db,
}

impl Project {
    async fn new(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        Self { db: database.db(), database }
    }

    /// Makes a project with these users of Stack, all with a verified address, that has enabled Managed Neon Auth.
    async fn with_both(shape: Shape, stack_users: &[&str]) -> Self {
        let project = Self::new(shape).await;
        for name in stack_users {
            project.stack_user(name).await;
        }
        project.enable_managed().await;
        project
    }

    async fn sql(&self, statements: &str) {
        self.database.run(statements).await;
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        self.database.values(query).await
    }

    async fn count(&self, rows: &str) -> i64 {
        self.database.count(rows).await
    }

    async fn enable_managed(&self) {
        self.sql(&Shape::managed_table()).await;
    }

    async fn stack_user(&self, name: &str) -> Uuid {
        self.stack_user_with(name, &format!("{name}@example.com"), true).await
    }

    /// Adds a user of Stack with a memo and a letter that contain the name.
    async fn stack_user_with(&self, name: &str, email: &str, verified: bool) -> Uuid {
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
        self.db.insert_as(claims, &memo(text)).await.expect("a memo");
        self.db.insert_as(claims, &letter(text)).await.expect("a letter");
    }

    async fn managed_user(&self, name: &str) -> Claims {
        self.managed_user_with(name, &format!("{name}@example.com"), true).await
    }

    /// Signs a user up at Managed Neon Auth, and returns the claims.
    async fn managed_user_with(&self, name: &str, email: &str, verified: bool) -> Claims {
        let id = Uuid::new_v4();
        let columns = r#"neon_auth."user" (id, name, email, "emailVerified")"#;
        self.sql(&format!("insert into {columns} values ('{id}', '{name}', '{email}', {verified})")).await;
        claims_of(&id.to_string())
    }

    async fn run_move(&self) -> Result<Progress, MoveError> {
        move_to_managed::run(&self.database.owner_url).await
    }

    /// Runs the move, and checks how many former users have their rows, and how many still have rows waiting.
    #[track_caller]
    fn assert_moved(&self, claimed: i64, waiting: i64) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            let progress = self.run_move().await.unwrap_or_else(|error| panic!("{error}, at {caller}"));
            assert_eq!(progress, Progress::Moved { claimed, waiting }, "{:?}, at {caller}", self.database.shape);
        }
    }

    /// Runs the move, and checks that it is refused with this message and changes nothing.
    async fn assert_refused(&self, says: &str) {
        let refused = self.run_move().await.expect_err(says).to_string();
        assert!(refused.starts_with("nothing was moved: ") && refused.contains(says), "{refused}");
    }

    /// Opens the doctor's view of the database.
    async fn inspection(&self) -> Inspection {
        let timeout = Duration::from_secs(10);
        Inspection::open(&self.database.web_url, "tests", timeout).await.expect("the doctor may look")
    }

    async fn memos_of(&self, claims: &Claims) -> Vec<String> {
        memos(&mut self.db.as_user(claims).await.expect("a transaction")).await
    }

    /// Returns the text and author of each letter, as an anonymous user sees them.
    async fn letters(&self) -> Vec<(String, Option<String>)> {
        letters(&mut self.db.as_anonymous().await.expect("a transaction")).await
    }
}

#[tokio::test]
async fn only_verified_unambiguous_users_get_their_rows() {
    for shape in STACK {
        let project = Project::new(shape).await;
        project.stack_user_with("Ada", "Ada@Example.com", true).await;
        project.stack_user_with("Bob", "bob@example.com", false).await;
        project.stack_user("Cleo").await;
        project.stack_user("Dan").await;
        project.stack_user_with("Dan again", "DAN@example.com", true).await;
        let eve = project.stack_user("Eve").await;
        project.stack_user("Finn").await;
        project.database.delete_user(eve).await;

        project.enable_managed().await;
        let ada = project.managed_user_with("Ada L.", "ada@example.com", true).await;
        let bob = project.managed_user("Bob").await;
        let cleo = project.managed_user_with("Cleo", "cleo@example.com", false).await;
        let dan = project.managed_user("Dan").await;
        let impostor = project.managed_user("Eve").await;

        project.assert_moved(1, 5).await;
        for _ in 0..2 {
            assert_eq!(project.memos_of(&ada).await, ["Ada"], "{shape:?}");
            for other in [&bob, &cleo, &dan, &impostor] {
                assert_eq!(project.memos_of(other).await, [""; 0], "{shape:?}");
            }
            let mut letters = project.letters().await;
            assert_eq!(letters.len(), 7, "every letter stays: {letters:?}");
            letters.retain(|(_, author)| author.is_some());
            assert_eq!(letters, [("Ada".to_owned(), Some("Ada L.".to_owned()))], "{shape:?}");
            assert_eq!(project.count("memos").await, 6, "Eve's are gone, the others' wait");
            // A second run changes nothing.
            project.assert_moved(1, 5).await;
        }

        // Users who come or confirm their address later are served by the next run; Neon's old table may be gone by
        // then.
        project.sql("drop table neon_auth.users_sync").await;
        let finn = project.managed_user_with("Finn", "FINN@example.com", true).await;
        project.sql(r#"update neon_auth."user" set "emailVerified" = true"#).await;
        project.assert_moved(3, 3).await;
        assert_eq!(project.memos_of(&finn).await, ["Finn"]);
        assert_eq!(project.memos_of(&cleo).await, ["Cleo"]);
        assert_eq!(project.memos_of(&bob).await, [""; 0], "was never verified");
        assert_eq!(project.memos_of(&dan).await, [""; 0], "could be either");
    }
}

#[tokio::test]
async fn a_moved_database_equals_a_new_one() {
    for shape in STACK {
        let project = Project::with_both(shape, &["Ada"]).await;
        let ada = project.managed_user("Ada").await;
        let bob = project.managed_user("Bob").await;
        project.run_move().await.expect("moved");

        project.fill(&ada, "New").await;
        project.fill(&bob, "Bob's").await;
        assert_eq!(project.memos_of(&ada).await, ["New", "Ada"]);
        assert_eq!(project.memos_of(&bob).await, ["Bob's"]);
        let mut inspection = project.inspection().await;
        for rule in &RULES {
            assert_eq!(inspection.violations(rule).await.expect("an answer"), [""; 0], "{shape:?}: {}", rule.says);
        }
        let missing = inspection.missing_objects(&MIGRATIONS).await.expect("an answer");
        assert!(missing.is_empty(), "{shape:?}: {:?}", missing.iter().map(|object| &object.name).collect::<Vec<_>>());
        inspection.close().await;

        project.sql(&format!(r#"delete from neon_auth."user" where id = '{}'"#, ada.subject())).await;
        assert_eq!(project.count("memos").await, 1, "deleted with the account");
        assert_eq!(project.count("letters").await, 3);
        assert_eq!(project.count("letters where author_id is not null").await, 1);
    }
}

#[tokio::test]
async fn a_failed_move_changes_nothing() {
    for shape in STACK {
        let project = Project::new(shape).await;
        let ada = claims_of(&project.stack_user("Ada").await.to_string());
        // The owner may read the new users, but not refer to them, so the last part fails.
        project.enable_managed().await;
        project.sql(r#"revoke references on neon_auth."user" from app_owner"#).await;
        project.assert_refused("permission denied").await;
        assert_eq!(project.memos_of(&ada).await, ["Ada"], "{shape:?}: all as before");
        project.fill(&ada, "More").await;
        assert_eq!(project.letters().await[0], ("Ada".to_owned(), Some("Ada".to_owned())));
        assert_eq!(project.count("pg_class where relname = 'former_user'").await, 0);

        project.sql(r#"grant references on neon_auth."user" to app_owner"#).await;
        project.assert_moved(0, 1).await;
    }
}

#[tokio::test]
async fn former_users_without_rows_and_a_database_that_began_with_managed_have_nothing_to_move() {
    let project = Project::new(Shape::SyncUuid).await;
    project.database.add_user("Quiet").await;
    project.enable_managed().await;
    project.assert_moved(0, 0).await;

    let project = Project::new(Shape::Managed).await;
    let ada = project.managed_user("Ada").await;
    project.fill(&ada, "Ada").await;
    project.assert_moved(0, 0).await;
    assert_eq!(project.memos_of(&ada).await, ["Ada"]);
}
