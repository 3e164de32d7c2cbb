//! Cargo's configuration files, in the folders above the project and in cargo's home. Unreadable ones are left to cargo
//! to report.

use crate::folders::root;
use std::env;
use std::path::PathBuf;

/// A configuration file.
pub struct Settings {
    pub path: PathBuf,
    pub table: toml::Table,
}

impl Settings {
    /// Returns the value of `section.key`.
    pub fn get(&self, section: &str, key: &str) -> Option<&toml::Value> {
        self.table.get(section)?.get(key)
    }
}

/// Returns cargo's home folder.
pub fn home() -> PathBuf {
    let named = env::var_os("CARGO_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    named.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".cargo"))
}

pub fn read() -> Vec<Settings> {
    let folders = root().ancestors().map(|folder| folder.join(".cargo")).chain([home()]);
    let files = folders.flat_map(|folder| [folder.join("config.toml"), folder.join("config")]);
    files
        .filter_map(|path| {
            let table = std::fs::read_to_string(&path).ok()?.parse().ok()?;
            Some(Settings { path, table })
        })
        .collect()
}
