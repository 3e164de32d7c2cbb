//! The local databases as seen from xtask: query metadata, and stopping them. Only the server speaks SQL.

use crate::command::{Step, server};
use crate::folders::root;
use crate::install;
use crate::progress::Progress;
use crate::{machine, release, text};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

/// Stops the PostgreSQL servers of the app and of the tests. Their data stays.
pub fn stop() -> Result<()> {
    server("Stop the local databases", "stop").run()
}

/// Writes the query metadata in `.sqlx`, from the schema of the migrations.
pub fn prepare() -> Result<()> {
    write_metadata(&root().join(".sqlx"))
}

pub fn check_prepared() -> Result<()> {
    let fresh = root().join("target/sqlx-check");
    write_metadata(&fresh)?;
    if content(&fresh)? != content(&root().join(".sqlx"))? {
        bail!("`.sqlx` does not match the queries\n    Fix: run `cargo xtask prepare` and commit `.sqlx`");
    }
    println!("    `.sqlx` is up to date");
    Ok(())
}

/// Compiles the query macros against a database, and writes the metadata to `directory`.
fn write_metadata(directory: &Path) -> Result<()> {
    install::all(&[machine::postgresql()])?;
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
