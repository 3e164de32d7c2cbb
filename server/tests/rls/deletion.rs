//! When an account is deleted, personal data is deleted and public data loses the name, at once or within a minute, in
//! whichever way the directory deletes.

use super::users::{TestUser, database_with};
use crate::support::feature::rows::{letter, letters, memo};
use crate::support::{Shape, TestDatabase};
use rls::{Db, DbError};
use uuid::Uuid;

/// Ada and Bob with a memo, a letter and a session each.
struct AdaAndBob {
    database: TestDatabase,
    db: Db,
    ada: TestUser,
}

impl AdaAndBob {
    async fn new(shape: Shape) -> Self {
        let (database, db, [ada, bob]) = database_with(shape, ["Ada", "Bob"]).await;
        for (user, text) in [(&ada, "Of Ada"), (&bob, "Of Bob")] {
            db.insert_as(&user.claims, &memo(text)).await.unwrap();
            db.insert_as(&user.claims, &letter(text)).await.unwrap();
            let session = "insert into web.session (id_hash, user_id, ciphertext, expires_at)";
            database.run(&format!("{session} values (sha256('{0}'), '{0}', 'x', now())", user.id)).await;
        }
        Self { database, db, ada }
    }

    /// Returns the numbers of memos, of sessions, and of letters with an author.
    async fn rows(&self) -> [i64; 3] {
        let count = async |table| self.database.count(table).await;
        [count("memos").await, count("web.session").await, count("letters where author_id is not null").await]
    }

    /// Checks that Ada's memo is gone, that her letter has lost its name, and that Bob has everything.
    async fn assert_forgotten(&self, sessions: i64) {
        assert_eq!(self.rows().await, [1, sessions, 1]);
        self.assert_anonymous().await;
    }

    async fn assert_anonymous(&self) {
        let letters = letters(&mut self.db.as_anonymous().await.unwrap()).await;
        assert_eq!(letters, [("Of Ada".to_owned(), None), ("Of Bob".to_owned(), Some("Bob".to_owned()))]);
    }
}

#[tokio::test]
async fn a_hard_deletion_fires_the_foreign_keys() {
    let test = AdaAndBob::new(Shape::Managed).await;
    test.database.delete_user(test.ada.id).await;
    test.assert_forgotten(2).await;
    assert_eq!(test.db.purge_deleted_users().await.unwrap(), 0);

    for new in [memo("More"), letter("More")] {
        let refused = test.db.insert_as(&test.ada.claims, &new).await;
        assert!(matches!(refused, Err(DbError::AccountGone)), "{}: {refused:?}", new.table);
    }
}

#[tokio::test]
async fn a_soft_deletion_hides_the_name_at_once_and_the_purge_completes_it() {
    for shape in [Shape::SyncUuid, Shape::SyncText] {
        let test = AdaAndBob::new(shape).await;
        assert_eq!(test.db.purge_deleted_users().await.unwrap(), 0);
        test.database.delete_user(test.ada.id).await;
        test.assert_anonymous().await;
        assert_eq!(test.rows().await, [2, 2, 2], "the mark fires nothing");
        assert_eq!(test.db.purge_deleted_users().await.unwrap(), 3);
        test.assert_forgotten(1).await;
        assert_eq!(test.db.purge_deleted_users().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn forgetting_a_user_does_not_wait_for_the_directory() {
    for shape in Shape::ALL {
        let test = AdaAndBob::new(shape).await;
        for id in [test.ada.id, test.ada.id, Uuid::new_v4()] {
            test.db.forget_user(&id.to_string()).await.unwrap();
            test.assert_forgotten(1).await;
        }
    }
}
