//! People: an account in the directory, and a verified token.
//! It must not write anywhere but where Neon Auth does.

use super::signing::claims_of;
use crate::support::TestDatabase;
use identity::Claims;
use uuid::Uuid;

pub struct Person {
    id: Uuid,
    pub claims: Claims,
}

impl Person {
    /// Has signed up; the directory does not know yet.
    pub fn unknown() -> Self {
        let id = Uuid::new_v4();
        Self { claims: claims_of(&id.to_string()), id }
    }

    /// Has signed up and arrived.
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

    /// The id as the token and the directory have it.
    pub fn id(&self) -> String {
        self.id.to_string()
    }
}
