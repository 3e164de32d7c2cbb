//! The local databases as seen from xtask: query metadata, and stopping them. Only the server speaks SQL.

use crate::changes::Changes;
use crate::command::{Step, server};
use crate::folders::root;
use crate::install;
use crate::progress::Progress;
use crate::{machine, release, text, tools};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

/// The query metadata, without which nothing compiles.
const METADATA: &str = ".sqlx";

/// Stops the PostgreSQL servers of the app and of the tests. Their data stays.
pub fn stop() -> Result<()> {
    server("Stop the local databases", "stop").run()
}

/// Writes the query metadata, from the schema of the migrations. A run that is cut off leaves the old one.
pub fn prepare() -> Result<()> {
    let fresh = fresh_metadata()?;
    let metadata = root().join(METADATA);
    let there = if metadata.is_dir() { content(&metadata)? } else { BTreeMap::new() };
    replacement(&there, &fresh).make(root())
}

pub fn check_prepared() -> Result<()> {
    if fresh_metadata()? != content(&root().join(METADATA))? {
        bail!("`.sqlx` does not match the queries\n    Fix: run `cargo xtask prepare` and commit `.sqlx`");
    }
    println!("    `.sqlx` is up to date");
    Ok(())
}

/// Returns what makes the fresh files of those that are there.
fn replacement(there: &BTreeMap<String, String>, fresh: &BTreeMap<String, String>) -> Changes {
    let mut changes = Changes::default();
    for (file, text) in fresh.iter().filter(|(file, text)| there.get(*file) != Some(*text)) {
        changes.write(format!("{METADATA}/{file}"), text.as_str());
    }
    for file in there.keys().filter(|file| !fresh.contains_key(*file)) {
        changes.delete(format!("{METADATA}/{file}"));
    }
    changes
}

/// Returns the metadata of the queries as they are now.
fn fresh_metadata() -> Result<BTreeMap<String, String>> {
    let directory = root().join("target/sqlx-fresh");
    write_metadata(&directory)?;
    content(&directory)
}

/// Compiles the query macros against a database, and writes the metadata to `directory`.
fn write_metadata(directory: &Path) -> Result<()> {
    // The local Neon Auth, whose user directory the queries read, may come from npm.
    install::all(&[machine::postgresql(), tools::npm_packages()])?;
    // First, since the server may have to be built with the old metadata.
    let url = database_url()?;
    if directory.is_dir() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    // Only crates that are compiled are described, so these are marked as changed.
    for crate_root in ["app/src/lib.rs", "crates/http-server/src/lib.rs"] {
        File::options().append(true).open(root().join(crate_root))?.set_modified(SystemTime::now())?;
    }
    Progress::new("Build", 1).step("the descriptions of the queries", release::ALL_FOR_DEVELOPMENT, |log| {
        Step::new("", "cargo")
            .args(["check", "--package", "server"])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", directory)
            .env("DATABASE_URL", url)
            .logged(log)
    })
}

/// Returns the address of a database with the schema of `migrations/`, for its owner.
///
/// The last built server makes it if there is one: with a query that is not in `.sqlx` yet, none can be built.
fn database_url() -> Result<String> {
    if let Ok(url) = env::var("DATABASE_OWNER_URL") {
        return Ok(url);
    }
    let built = root().join("target/debug/server");
    let step = match built.to_str() {
        Some(built) if Path::new(built).is_file() => Step::new("", built).arg("scratch-database"),
        _ => server("", "scratch-database"),
    };
    println!("\n==> Make a database with the schema of the migrations");
    Ok(step.output()?.trim().to_owned())
}

fn content(directory: &Path) -> Result<BTreeMap<String, String>> {
    let files = fs::read_dir(directory).with_context(|| format!("{} is missing", directory.display()))?;
    files
        .map(|file| {
            let file = file?;
            Ok((file.file_name().to_string_lossy().into_owned(), text::read(file.path())?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::replacement;
    use std::collections::BTreeMap;

    #[test]
    fn only_what_differs_is_replaced() {
        let files = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
            files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
        };
        let there = files(&[("changed.json", "1"), ("gone.json", "1"), ("same.json", "1")]);
        let fresh = files(&[("changed.json", "2"), ("new.json", "2"), ("same.json", "1")]);
        let changes = replacement(&there, &fresh);
        assert_eq!(changes.written().collect::<Vec<_>>(), [(".sqlx/changed.json", "2"), (".sqlx/new.json", "2")]);
        assert_eq!(changes.deleted().collect::<Vec<_>>(), [".sqlx/gone.json"]);
    }
}
