//! Finds the programs of a PostgreSQL that is installed on this machine.

use super::ClusterError;
use super::account::Account;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The oldest version that is used.
pub const OLDEST_MAJOR: u32 = 15;

/// Folders that packages install into; `*` stands for a version.
const INSTALL_FOLDERS: [&str; 8] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/homebrew/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
];

/// The programs of one installation.
pub struct Programs {
    folder: PathBuf,
    pub major: u32,
}

impl Programs {
    pub fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// Returns the first usable installation. With `major`, it has that version: another could not read the data.
    pub async fn find(account: &Account, major: Option<u32>) -> Result<Self, ClusterError> {
        let mut found = Vec::new();
        for folder in candidates().await {
            let Some(version) = major_version(&folder).await else { continue };
            let is_complete = ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file());
            let is_suitable = major.map_or(version >= OLDEST_MAJOR, |major| version == major);
            if is_complete && is_suitable && account.can_run(&folder.join("postgres")).await {
                return Ok(Self { folder, major: version });
            }
            found.push(format!("{} ({version})", folder.display()));
        }
        Err(match major {
            Some(major) => ClusterError::VersionGone { major },
            None => ClusterError::NotInstalled {
                found: if found.is_empty() { "none at all".to_owned() } else { found.join(", ") },
            },
        })
    }
}

/// Returns the folders that may have programs of PostgreSQL, the preferred ones first.
async fn candidates() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os("PG_BIN").filter(|folder| !folder.is_empty()) {
        return vec![folder.into()];
    }
    let mut folders: Vec<PathBuf> = from_pg_config().await.into_iter().collect();
    folders.extend(INSTALL_FOLDERS.iter().flat_map(|pattern| expand(pattern)));
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    folders.extend(downloaded());
    folders
}

async fn from_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().await.ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().into())
}

/// Returns the folders that `cargo xtask setup` unpacks from npm where no package manager offers PostgreSQL.
fn downloaded() -> Vec<PathBuf> {
    let own_cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
    own_cache
        .into_iter()
        .chain([PathBuf::from("/var/cache")])
        .flat_map(|cache| expand(&cache.join("cargo-xtask/tools/embedded-postgres-*/native/bin").to_string_lossy()))
        .collect()
}

/// Returns the existing folders that match a pattern with at most one `*`, the highest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![pattern.into()];
    };
    let Some((parent, prefix)) = before.rsplit_once('/') else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort_by_key(|name| {
        let version = name[prefix.len()..].split(|c: char| !c.is_ascii_digit()).next();
        std::cmp::Reverse(version.and_then(|digits| digits.parse::<u32>().ok()))
    });
    names.into_iter().map(|name| PathBuf::from(format!("{parent}/{name}{after}"))).collect()
}

/// Returns the major version of the programs: 16 for `postgres (PostgreSQL) 16.3 (Debian …)`.
async fn major_version(folder: &Path) -> Option<u32> {
    let postgres = folder.join("postgres");
    if !postgres.is_file() {
        return None;
    }
    let output = Command::new(postgres).arg("--version").stderr(Stdio::null()).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_once("(PostgreSQL) ")?.1;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
