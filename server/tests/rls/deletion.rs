//! When an account is deleted, personal data is deleted and public data loses the name, at once or within a minute, in
//! whichever way the directory deletes.

use super::directory::Person;
use crate::support::tables::{Letter, Note, letters};
use crate::support::{Shape, TestDatabase};
use rls::{Db, DbError, Insert};
use uuid::Uuid;

const SOFT: [Shape; 2] = [Shape::SyncUuid, Shape::SyncText];

struct World {
    database: TestDatabase,
    db: Db,
    ada: Person,
}

impl World {
    async fn new(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        let db = database.db();
        let ada = Person::named(&database, "Ada").await;
        let bob = Person::named(&database, "Bob").await;
        for (person, text) in [(&ada, "Of Ada"), (&bob, "Of Bob")] {
            db.insert_as(&person.claims, &Note(text)).await.unwrap();
            db.insert_as(&person.claims, &Letter(text)).await.unwrap();
            sqlx::query(
                "insert into web.session (id_hash, user_id, ciphertext, expires_at) values (sha256($1::bytea), $2, 'x', now())",
            )
            .bind(person.id().into_bytes())
            .bind(person.id())
            .execute(&database.superuser)
            .await
            .unwrap();
        }
        Self { database, db, ada }
    }

    /// Returns the numbers of notes and sessions of all users.
    async fn rows(&self) -> (i64, i64) {
        sqlx::query_as("select (select count(*) from notes), (select count(*) from web.session)")
            .fetch_one(&self.database.superuser)
            .await
            .unwrap()
    }

    /// Returns each letter with the name of its author, as an anonymous user sees them.
    async fn names(&self) -> Vec<(String, Option<String>)> {
        letters(&mut self.db.as_anonymous().await.unwrap()).await
    }

    async fn authors(&self) -> i64 {
        sqlx::query_scalar("select count(author_id) from letters").fetch_one(&self.database.superuser).await.unwrap()
    }

    /// Checks that Ada's note is gone, that her letter has lost its name, and that Bob has everything.
    async fn assert_forgotten(&self, sessions: i64) {
        assert_eq!(self.rows().await, (1, sessions));
        assert_eq!(self.authors().await, 1);
        self.assert_nameless().await;
    }

    async fn assert_nameless(&self) {
        assert_eq!(self.names().await, [("Of Ada".to_owned(), None), ("Of Bob".to_owned(), Some("Bob".to_owned()))]);
    }
}

async fn refused<I: Insert>(db: &Db, person: &Person, new: &I) -> DbError {
    db.insert_as(&person.claims, new).await.err().expect("there is nobody to own it")
}

#[tokio::test]
async fn a_hard_deletion_fires_the_foreign_keys() {
    let world = World::new(Shape::Managed).await;
    world.ada.is_deleted(&world.database).await;
    world.assert_forgotten(2).await;
    assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);

    assert!(matches!(refused(&world.db, &world.ada, &Note("More")).await, DbError::AccountGone));
    assert!(matches!(refused(&world.db, &world.ada, &Letter("More")).await, DbError::AccountGone));
}

#[tokio::test]
async fn a_soft_deletion_hides_the_name_at_once_and_fires_nothing() {
    for shape in SOFT {
        let world = World::new(shape).await;
        world.ada.is_deleted(&world.database).await;
        world.assert_nameless().await;
        assert_eq!(world.rows().await, (2, 2));
        assert_eq!(world.authors().await, 2);
    }
}

#[tokio::test]
async fn purging_does_what_a_soft_deletion_did_not() {
    for shape in SOFT {
        let world = World::new(shape).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);
        world.ada.is_deleted(&world.database).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 3);
        world.assert_forgotten(1).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn forgetting_does_not_wait_for_the_directory() {
    for shape in Shape::ALL {
        let world = World::new(shape).await;
        world.db.forget_user(&world.ada.id()).await.unwrap();
        world.assert_forgotten(1).await;
        world.db.forget_user(&world.ada.id()).await.unwrap();
        world.db.forget_user(&Uuid::new_v4().to_string()).await.unwrap();
        world.assert_forgotten(1).await;
    }
}
