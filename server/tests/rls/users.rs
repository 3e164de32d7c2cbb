//! Users for tests: an account in the directory, and a verified token.

use super::signing::claims_of;
use crate::support::{Shape, TestDatabase};
use identity::Claims;
use rls::Db;
use uuid::Uuid;

pub struct TestUser {
    pub id: Uuid,
    pub claims: Claims,
}

/// Makes a database with these users in its directory.
pub async fn database_with<const N: usize>(shape: Shape, names: [&str; N]) -> (TestDatabase, Db, [TestUser; N]) {
    let database = TestDatabase::new(shape).await;
    let db = database.db();
    let users = names.map(|_| TestUser::new());
    for (user, name) in users.iter().zip(names) {
        user.add_to(&database, name).await;
    }
    (database, db, users)
}

impl TestUser {
    /// Makes a user who has signed up and is not in the directory yet.
    pub fn new() -> Self {
        let id = Uuid::new_v4();
        Self { claims: claims_of(&id.to_string()), id }
    }

    pub async fn add_to(&self, database: &TestDatabase, name: &str) {
        database.add_user_with_id(self.id, name).await;
    }

    /// Returns the id as text, as in the token and the directory.
    pub fn id(&self) -> String {
        self.id.to_string()
    }
}
