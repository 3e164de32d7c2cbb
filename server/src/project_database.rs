//! The settings and users of a project of the second generation, in the app's own database.

use crate::neon_auth::{DatabaseError, ProjectDatabase, ProjectSettings};
use app::neon_auth_project::NeonAuthTables as _;
use async_trait::async_trait;
use rls::{Db, DbError};

/// The database that the app's tables are in.
#[derive(Clone, Debug)]
pub struct AppDatabase(pub Db);

#[async_trait]
impl ProjectDatabase for AppDatabase {
    async fn settings(&self, endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError> {
        let found = self.0.neon_auth_project(endpoint).await.map_err(failed)?;
        Ok(found.map(|project| ProjectSettings {
            trusted_origins: project.trusted_origins,
            allows_localhost: project.allows_localhost,
            providers: project.providers,
            password: project.password,
            sign_up: project.sign_up,
            email_code: project.email_code,
            mails_links: project.mails_links,
        }))
    }

    async fn is_user_gone(&self, user_id: &str) -> Result<bool, DatabaseError> {
        self.0.is_user_gone(user_id).await.map_err(failed)
    }

    async fn delete_user(&self, user_id: &str) -> Result<(), DatabaseError> {
        self.0.delete_neon_auth_user(user_id).await.map_err(failed)
    }
}

fn failed(error: DbError) -> DatabaseError {
    match error {
        DbError::Forbidden => DatabaseError::Forbidden(error.to_string()),
        error => DatabaseError::Failed(error.to_string()),
    }
}
