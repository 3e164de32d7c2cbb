//! What the server asks of Neon Auth's own tables, in the app's database: the settings of sign-in, and the end of an
//! account.
//! It must not read a secret: the functions of `migrations/0007` pick by name what leaves the database.

use async_trait::async_trait;
use neon_auth::{DatabaseError, ProjectDatabase, ProjectSettings};
use rls::{Db, DbError, Reads};

/// The app's database, as the client of Neon Auth asks it.
#[derive(Clone, Debug)]
pub struct AppDatabase(pub Db);

impl AppDatabase {
    async fn settings_of(&self, endpoint: &str) -> Result<Option<ProjectSettings>, DbError> {
        let mut tx = self.0.as_login().await?;
        let found =
            sqlx::query_scalar!("select web.neon_auth_project($1)", endpoint).fetch_one(tx.connection()).await?;
        Ok(found.as_ref().map(ProjectSettings::read))
    }

    async fn lacks_user(&self, user_id: &str) -> Result<bool, DbError> {
        let mut tx = self.0.as_anonymous().await?;
        let gone =
            sqlx::query_scalar!(r#"select not exists (select from profiles where id::text = $1) as "gone!""#, user_id);
        Ok(gone.fetch_one(tx.connection()).await?)
    }

    async fn delete(&self, user_id: &str) -> Result<(), DbError> {
        let mut tx = self.0.as_login().await?;
        sqlx::query!("select web.delete_neon_auth_user($1)", user_id).execute(tx.connection()).await?;
        tx.commit().await
    }
}

#[async_trait]
impl ProjectDatabase for AppDatabase {
    async fn settings(&self, endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError> {
        self.settings_of(endpoint).await.map_err(failed)
    }

    async fn is_user_gone(&self, user_id: &str) -> Result<bool, DatabaseError> {
        // No index serves this: it is for the end of a session.
        self.lacks_user(user_id).await.map_err(failed)
    }

    async fn delete_user(&self, user_id: &str) -> Result<(), DatabaseError> {
        self.delete(user_id).await.map_err(failed)
    }
}

fn failed(error: DbError) -> DatabaseError {
    match error {
        DbError::Forbidden => DatabaseError::Forbidden(error.to_string()),
        error => DatabaseError::Failed(error.to_string()),
    }
}
