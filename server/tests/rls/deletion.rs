//! When an account goes, its todos go and its posts stay without a name, at once or within a minute, whichever
//! way the directory deletes.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::db::{Db, DbError, Insert};
use app::posts::model::{Author, Draft, NewPost, Post, PostId};
use app::posts::store::get_post;
use app::todos::model::{NewTodo, Task};
use uuid::Uuid;

const SOFT: [Shape; 2] = [Shape::SyncUuid, Shape::SyncText];

struct World {
    database: TestDatabase,
    db: Db,
    ada: Person,
    post: PostId,
    bobs_post: PostId,
}

impl World {
    async fn new(shape: Shape) -> Self {
        let database = TestDatabase::new(shape).await;
        let db = database.db();
        let ada = Person::named(&database, "Ada").await;
        let bob = Person::named(&database, "Bob").await;
        let mut posts = Vec::new();
        for person in [&ada, &bob] {
            db.insert_as(&person.claims, &todo("tea")).await.unwrap();
            posts.push(db.insert_as(&person.claims, &post("On tea")).await.unwrap());
            sqlx::query(
                "insert into web.session (id_hash, user_id, ciphertext, expires_at) values (sha256($1::bytea), $2, 'x', now())",
            )
            .bind(person.id().into_bytes())
            .bind(person.id())
            .execute(&database.superuser)
            .await
            .unwrap();
        }
        Self { database, db, ada, post: posts[0], bobs_post: posts[1] }
    }

    /// Todos and sessions, of everyone.
    async fn rows(&self) -> (i64, i64) {
        sqlx::query_as("select (select count(*) from todos), (select count(*) from web.session)")
            .fetch_one(&self.database.superuser)
            .await
            .unwrap()
    }

    async fn shown(&self, id: PostId) -> Post {
        get_post(&mut self.db.as_anonymous().await.unwrap(), id).await.unwrap()
    }

    async fn authors(&self) -> i64 {
        sqlx::query_scalar("select count(author_id) from posts").fetch_one(&self.database.superuser).await.unwrap()
    }

    /// The todos are gone, the post has lost its name and nothing else, and Bob has everything.
    async fn assert_forgotten(&self, before: &Post, sessions: i64) {
        assert_eq!(self.rows().await, (1, sessions));
        assert_eq!(self.authors().await, 1);
        assert_eq!(self.shown(self.post).await, Post { author: Author::Gone, ..before.clone() });
        assert_eq!(self.shown(self.bobs_post).await.author, Author::Named("Bob".to_owned()));
    }
}

fn todo(task: &str) -> NewTodo {
    NewTodo { task: Task::parse(task).unwrap(), submission: Uuid::new_v4() }
}

fn post(title: &str) -> NewPost {
    NewPost { draft: Draft::parse(title, "It is hot.").unwrap(), submission: Uuid::new_v4() }
}

async fn refused<I: Insert>(db: &Db, person: &Person, new: &I) -> DbError {
    db.insert_as(&person.claims, new).await.err().expect("there is nobody to own it")
}

#[tokio::test]
async fn a_hard_deletion_fires_the_foreign_keys() {
    let world = World::new(Shape::Managed).await;
    let before = world.shown(world.post).await;
    world.ada.is_deleted(&world.database).await;
    world.assert_forgotten(&before, 2).await;
    assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);

    assert!(matches!(refused(&world.db, &world.ada, &todo("more tea")).await, DbError::AccountGone));
    assert!(matches!(refused(&world.db, &world.ada, &post("More")).await, DbError::AccountGone));
}

#[tokio::test]
async fn a_soft_deletion_hides_the_name_at_once_and_fires_nothing() {
    for shape in SOFT {
        let world = World::new(shape).await;
        world.ada.is_deleted(&world.database).await;
        assert_eq!(world.shown(world.post).await.author, Author::Gone);
        assert_eq!(world.rows().await, (2, 2));
        assert_eq!(world.authors().await, 2);
    }
}

#[tokio::test]
async fn purging_does_what_a_soft_deletion_did_not() {
    for shape in SOFT {
        let world = World::new(shape).await;
        let before = world.shown(world.post).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);
        world.ada.is_deleted(&world.database).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 3);
        world.assert_forgotten(&before, 1).await;
        assert_eq!(world.db.purge_deleted_users().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn forgetting_does_not_wait_for_the_directory() {
    for shape in Shape::ALL {
        let world = World::new(shape).await;
        let before = Post { author: Author::Gone, ..world.shown(world.post).await };
        world.db.forget_user(&world.ada.id()).await.unwrap();
        world.assert_forgotten(&before, 1).await;
        world.db.forget_user(&world.ada.id()).await.unwrap();
        world.db.forget_user(&Uuid::new_v4().to_string()).await.unwrap();
        world.assert_forgotten(&before, 1).await;
    }
}
