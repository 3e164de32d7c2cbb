//! The faults of the local PostgreSQL, each with the one fix.

use super::programs::OLDEST_MAJOR;
use std::path::PathBuf;

/// The reason why the local PostgreSQL cannot be used.
#[expect(missing_docs, reason = "the sentence of each variant says what it means")]
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "no PostgreSQL {OLDEST_MAJOR} or newer is installed (found: {found}). Run `cargo xtask setup`, or install it \
         (Debian and Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@17`), or name the folder of \
         its programs in PG_BIN, or set DATABASE_URL to a database of your own"
    )]
    NotInstalled { found: String },
    #[error(
        "the local data was written by PostgreSQL {major}, which is no longer installed. Install it again, or delete \
         the folder `.local` to start with an empty database"
    )]
    VersionGone { major: u32 },
    #[error(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor a user `nobody` to run it as. \
         Create one of them, or work as another user"
    )]
    NoAccount,
    #[error("`{program}` failed: {message}")]
    Program { program: &'static str, message: String },
    #[error("PostgreSQL did not start: {message}\nIts log is {}", log.display())]
    Start { message: String, log: PathBuf },
    #[error("{} belongs to another account. Delete it, or set DATABASE_URL to a database of your own", folder.display())]
    ForeignData { folder: PathBuf },
    #[error(transparent)]
    File(#[from] std::io::Error),
}
