//! The secrets that are generated once for a folder of local mode: passwords, keys, the port of the local Neon Auth.
//! They must not be printed.

use serde::{Deserialize, Serialize};
use stand_ins::{persisted, port};
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
    pub fn load(folder: &Path) -> Option<Self> {
        persisted::read(&path_in(folder)).ok()?
    }

    /// Reads the secrets of this folder, or makes them.
    pub fn load_or_generate(folder: &Path) -> io::Result<Self> {
        if let Some(secrets) = persisted::read(&path_in(folder))? {
            return Ok(secrets);
        }
        let secrets = Self {
            app_owner_password: persisted::random_secret(),
            web_password: persisted::random_secret(),
            neon_auth_password: persisted::random_secret(),
            session_key: persisted::random_secret(),
            neon_auth_port: port::choose_free()?,
            seeded: false,
        };
        secrets.save(folder)?;
        Ok(secrets)
    }

    pub fn save(&self, folder: &Path) -> io::Result<()> {
        persisted::write(&path_in(folder), self)
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("secrets.json")
}
