//! What the second generation keeps in the app's own database, as there is no endpoint for it.
//! It must not know how a database is asked: the composition brings that along.

use async_trait::async_trait;
use std::fmt::Debug;

#[async_trait]
pub trait ProjectDatabase: Debug + Send + Sync {
    /// Returns the settings of the project, or `None` where they may not be read. `endpoint` is the first label of the host of Neon
    /// Auth, by which they are found among those of other branches.
    async fn settings(&self, endpoint: &str) -> Result<Option<ProjectSettings>, DatabaseError>;

    /// Returns whether the directory has no user of this id any more.
    async fn is_user_gone(&self, user_id: &str) -> Result<bool, DatabaseError>;

    /// Deletes the row that is the account. An id that nobody has is a success.
    async fn delete_user(&self, user_id: &str) -> Result<(), DatabaseError>;
}

/// What a project has switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSettings {
    /// Where people may be sent back to: origins, with `*` in the host.
    pub trusted_origins: Vec<String>,
    /// Whether every port of `http://localhost` is trusted as well.
    pub allows_localhost: bool,
    /// Ids such as `google`.
    pub providers: Vec<String>,
    pub password: bool,
    pub sign_up: bool,
    /// Whether a mailed code signs people in.
    pub email_code: bool,
    /// Whether the mail that confirms an address has a link in it, and not a code.
    pub mails_links: bool,
}

/// Why the database gave no answer, in its client's words.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The owner of the database may not do it.
    #[error("{0}")]
    Forbidden(String),
    #[error("{0}")]
    Failed(String),
}
