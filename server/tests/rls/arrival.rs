//! The directory may learn of a user after the user has begun to write.

use super::directory::Person;
use crate::support::{Shape, TestDatabase};
use app::db::DbError;
use app::posts::model::{Author, Draft, NewPost};
use app::posts::store::list_posts;
use uuid::Uuid;

fn post() -> NewPost {
    NewPost { draft: Draft::parse("On tea", "Hot.").unwrap(), submission: Uuid::new_v4() }
}

#[tokio::test]
async fn a_post_waits_for_its_author() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let database = TestDatabase::new(shape).await;
        let (db, ada) = (database.db(), Person::unknown());
        let writing = tokio::spawn({
            let (db, claims) = (db.clone(), ada.claims.clone());
            async move { db.insert_as(&claims, &post()).await }
        });
        // A refused insert has taken a number all the same.
        let mut tried = false;
        while !tried {
            tried =
                sqlx::query_scalar("select is_called from posts_id_seq").fetch_one(&database.superuser).await.unwrap();
        }
        ada.arrives(&database, "Ada").await;
        let id = writing.await.unwrap().unwrap();
        let listed = list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap();
        assert_eq!((listed.len(), listed[0].id), (1, id));
    }
}

#[tokio::test]
async fn patience_ends_with_a_clear_answer_and_nothing_is_half_written() {
    let database = TestDatabase::new(Shape::SyncText).await;
    let (db, ada, new) = (database.db(), Person::unknown(), post());
    let begun = std::time::Instant::now();
    assert!(matches!(db.insert_as(&ada.claims, &new).await.unwrap_err(), DbError::AccountNotReady));
    assert!((2..6).contains(&begun.elapsed().as_secs()), "took {:?}", begun.elapsed());

    ada.arrives(&database, "Ada").await;
    let first = db.insert_as(&ada.claims, &new).await.unwrap();
    assert_eq!(db.insert_as(&ada.claims, &new).await.unwrap(), first, "the form sent once more");
    assert_eq!(list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn where_users_are_there_at_once_a_missing_one_is_gone() {
    let database = TestDatabase::new(Shape::Managed).await;
    let (db, ada) = (database.db(), Person::unknown());
    let begun = std::time::Instant::now();
    assert!(matches!(db.insert_as(&ada.claims, &post()).await.unwrap_err(), DbError::AccountGone));
    assert!(begun.elapsed().as_secs() < 2, "nothing to wait for");
}

/// The row may also leave the directory again, when the integration is set up anew.
#[tokio::test]
async fn a_post_whose_author_is_not_in_the_directory_is_listed() {
    let database = TestDatabase::new(Shape::SyncUuid).await;
    let db = database.db();
    let ada = Person::named(&database, "").await;
    db.insert_as(&ada.claims, &post()).await.unwrap();
    let listed = list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap();
    assert_eq!(listed[0].author, Author::Unnamed);

    sqlx::raw_sql(
        "set session_replication_role = replica; delete from neon_auth.users_sync; reset session_replication_role",
    )
    .execute(&database.superuser)
    .await
    .unwrap();
    let listed = list_posts(&mut db.as_anonymous().await.unwrap(), None, 10).await.unwrap();
    assert_eq!((listed.len(), &listed[0].author), (1, &Author::Gone));
}
