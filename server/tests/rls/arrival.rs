//! The directory may learn of a user after the user has begun to write.

use super::directory::Person;
use crate::support::tables::{Letter, letters};
use crate::support::{Shape, TestDatabase};
use rls::DbError;

#[tokio::test]
async fn a_row_waits_for_its_owner() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let database = TestDatabase::new(shape).await;
        let (db, ada) = (database.db(), Person::unknown());
        let writing = tokio::spawn({
            let (db, claims) = (db.clone(), ada.claims.clone());
            async move { db.insert_as(&claims, &Letter("On tea")).await }
        });
        // A refused insert uses up an id.
        let mut tried = false;
        while !tried {
            tried = sqlx::query_scalar("select is_called from letters_id_seq")
                .fetch_one(&database.superuser)
                .await
                .unwrap();
        }
        ada.arrives(&database, "Ada").await;
        writing.await.unwrap().unwrap();
        let there = letters(&mut db.as_anonymous().await.unwrap()).await;
        assert_eq!(there, [("On tea".to_owned(), Some("Ada".to_owned()))]);
    }
}

#[tokio::test]
async fn patience_ends_with_a_clear_answer_and_nothing_is_half_written() {
    let database = TestDatabase::new(Shape::SyncText).await;
    let (db, ada, new) = (database.db(), Person::unknown(), Letter("On tea"));
    let begun = std::time::Instant::now();
    assert!(matches!(db.insert_as(&ada.claims, &new).await.unwrap_err(), DbError::AccountNotReady));
    assert!((2..6).contains(&begun.elapsed().as_secs()), "took {:?}", begun.elapsed());

    ada.arrives(&database, "Ada").await;
    db.insert_as(&ada.claims, &new).await.unwrap();
    assert_eq!(letters(&mut db.as_anonymous().await.unwrap()).await.len(), 1);
}

#[tokio::test]
async fn where_users_are_there_at_once_a_missing_one_is_gone() {
    let database = TestDatabase::new(Shape::Managed).await;
    let (db, ada) = (database.db(), Person::unknown());
    let begun = std::time::Instant::now();
    assert!(matches!(db.insert_as(&ada.claims, &Letter("On tea")).await.unwrap_err(), DbError::AccountGone));
    assert!(begun.elapsed().as_secs() < 2, "nothing to wait for");
}
