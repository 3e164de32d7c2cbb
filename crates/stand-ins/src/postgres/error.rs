//! The faults of the local PostgreSQL, each with the one fix.

use super::programs::OLDEST_MAJOR;
use std::path::PathBuf;

/// The reason why the local PostgreSQL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No PostgreSQL is installed that is recent enough.
    #[error(
        "no PostgreSQL {OLDEST_MAJOR} or newer is installed (found: {found}). Run `cargo xtask setup`, or install it \
         (Debian and Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@17`), or name the folder of \
         its programs in PG_BIN, or set DATABASE_URL to a database of your own"
    )]
    NotInstalled {
        /// The installations that were found, in words.
        found: String,
    },
    /// The version that wrote the data is no longer installed.
    #[error(
        "the local data was written by PostgreSQL {major}, which is no longer installed. Install it again, or delete \
         the folder `.local` to start with an empty database"
    )]
    VersionGone {
        /// The major version that wrote the data.
        major: u32,
    },
    /// There is no account that PostgreSQL could run under.
    #[error(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor a user `nobody` to run it as. \
         Create one of them, or work as another user"
    )]
    NoAccount,
    /// A program of PostgreSQL failed.
    #[error("`{program}` failed: {message}")]
    Program {
        /// The name of the program.
        program: &'static str,
        /// The text of its error.
        message: String,
    },
    /// The server ended, or did not answer in time.
    #[error("PostgreSQL did not start: {message}\nIts log is {}", log.display())]
    Start {
        /// The reasons in its log.
        message: String,
        /// The path of its log.
        log: PathBuf,
    },
    /// The folder for the data is another account's.
    #[error("{} belongs to another account. Delete it, or set DATABASE_URL to a database of your own", folder.display())]
    ForeignData {
        /// The path of the folder.
        folder: PathBuf,
    },
    /// A file could not be read or written, or a program not be run.
    #[error(transparent)]
    File(#[from] std::io::Error),
}
