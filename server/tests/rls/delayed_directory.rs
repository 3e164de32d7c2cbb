//! The directory may learn of a user after the user has begun to write.

use super::users::TestUser;
use crate::support::feature::rows::{letter, letters};
use crate::support::{Shape, TestDatabase, until};
use rls::DbError;
use std::time::Instant;

#[tokio::test]
async fn an_insert_waits_for_its_owner() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let database = TestDatabase::new(shape).await;
        let (db, ada) = (database.db(), TestUser::new());
        let writing = tokio::spawn({
            let (db, claims) = (db.clone(), ada.claims.clone());
            async move { db.insert_as(&claims, &letter("On tea")).await }
        });
        // A refused insert uses up an id.
        until("it was tried", async || database.value("select is_called from letters_id_seq").await).await;
        ada.add_to(&database, "Ada").await;
        writing.await.unwrap().unwrap();
        let inserted = letters(&mut db.as_anonymous().await.unwrap()).await;
        assert_eq!(inserted, [("On tea".to_owned(), Some("Ada".to_owned()))]);
    }
}

#[tokio::test]
async fn an_insert_whose_owner_stays_away_fails_after_seconds_and_writes_nothing() {
    let database = TestDatabase::new(Shape::SyncText).await;
    let (db, ada, new) = (database.db(), TestUser::new(), letter("On tea"));
    let begun = Instant::now();
    assert!(matches!(db.insert_as(&ada.claims, &new).await.unwrap_err(), DbError::AccountNotReady));
    assert!((2..6).contains(&begun.elapsed().as_secs()), "took {:?}", begun.elapsed());

    ada.add_to(&database, "Ada").await;
    db.insert_as(&ada.claims, &new).await.unwrap();
    assert_eq!(letters(&mut db.as_anonymous().await.unwrap()).await.len(), 1);
}

#[tokio::test]
async fn in_a_directory_without_delay_an_unknown_owner_is_a_deleted_account() {
    let database = TestDatabase::new(Shape::Managed).await;
    let (db, ada) = (database.db(), TestUser::new());
    assert!(matches!(db.insert_as(&ada.claims, &letter("On tea")).await.unwrap_err(), DbError::AccountGone));
    let attempts: i64 = database.value("select last_value from letters_id_seq").await;
    assert_eq!(attempts, 1, "there is nothing to wait for");
}
