//! What is generated once for a folder of local mode and kept: passwords, keys, the port of the local Neon Auth.
//! It must not be printed.

use serde::{Deserialize, Serialize};
use stand_ins::{kept, port};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Serialize, Deserialize)]
pub struct Secrets {
    pub app_owner_password: String,
    pub web_password: String,
    pub neon_auth_password: String,
    pub session_key: String,
    /// Part of the issuer of every token.
    pub neon_auth_port: u16,
    /// Whether the sample has been written. It does not come back once it is deleted.
    pub seeded: bool,
}

impl Secrets {
    /// Reads the secrets of this folder. Returns `None` when local mode was never started here.
    pub fn known(folder: &Path) -> Option<Self> {
        kept::read(&file(folder)).ok()?
    }

    /// Reads the secrets of this folder, or makes them.
    pub fn open(folder: &Path) -> io::Result<Self> {
        if let Some(secrets) = kept::read(&file(folder))? {
            return Ok(secrets);
        }
        let secrets = Self {
            app_owner_password: kept::random_secret(),
            web_password: kept::random_secret(),
            neon_auth_password: kept::random_secret(),
            session_key: kept::random_secret(),
            neon_auth_port: port::choose_free()?,
            seeded: false,
        };
        secrets.keep(folder)?;
        Ok(secrets)
    }

    pub fn keep(&self, folder: &Path) -> io::Result<()> {
        kept::write(&file(folder), self)
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("secrets.json")
}
