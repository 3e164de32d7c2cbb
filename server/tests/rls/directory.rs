//! Users for tests: an account in the directory, and a verified token.

use super::signing::claims_of;
use crate::support::TestDatabase;
use identity::Claims;
use uuid::Uuid;

pub struct Person {
    id: Uuid,
    pub claims: Claims,
}

impl Person {
    /// Makes a user who has signed up and is not in the directory yet.
    pub fn unknown() -> Self {
        let id = Uuid::new_v4();
        Self { claims: claims_of(&id.to_string()), id }
    }

    /// Makes a user who has signed up and is in the directory.
    pub async fn named(database: &TestDatabase, name: &str) -> Self {
        let person = Self::unknown();
        person.arrives(database, name).await;
        person
    }

    pub async fn arrives(&self, database: &TestDatabase, name: &str) {
        database.shape.add_user(&database.superuser, self.id, name).await;
    }

    pub async fn is_deleted(&self, database: &TestDatabase) {
        database.delete_user(self.id).await;
    }

    /// Returns the id as text, as in the token and the directory.
    pub fn id(&self) -> String {
        self.id.to_string()
    }
}
