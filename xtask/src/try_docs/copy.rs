//! What a copy of the project for trials has from it: compiled dependencies. Only finished libraries are linked.

use crate::files;
use crate::folders::root;
use crate::transaction;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};
use walkdir::{DirEntry, WalkDir};

/// The folders where cargo, cargo-leptos and Clippy compile for development.
const COMPILED: [&str; 3] = ["target/debug", "target/front/debug", "target/front/wasm32-unknown-unknown/debug"];

/// Links the compiled dependencies into the copy. Packages from npm are not: `npm ci` deletes what it finds, here as well.
pub fn share_dependencies(folder: &Path) -> Result<()> {
    let own = own_targets()?;
    for compiled in COMPILED {
        let (from, to) = (root().join(compiled), folder.join(compiled));
        if from.is_dir() && !to.exists() {
            // Libraries are replaced and never changed in place, so they can be linked.
            share(&own, &from.join("deps"), &to.join("deps"), link)?;
            for part in ["build", ".fingerprint"] {
                share(&own, &from.join(part), &to.join(part), copy_with_time)?;
            }
        }
    }
    Ok(())
}

/// Copies a built file, in the place of that of the last trial.
pub fn take_along(folder: &Path, file: &str) -> Result<()> {
    // Not over it, since cargo has linked it to where it compiles.
    transaction::delete(folder, &folder.join(file))?;
    fs::copy(root().join(file), folder.join(file)).with_context(|| format!("{file} was not built"))?;
    Ok(())
}

fn share(own: &BTreeSet<String>, from: &Path, to: &Path, file: fn(&Path, &Path) -> io::Result<()>) -> Result<()> {
    let is_own = |entry: &DirEntry| entry.depth() == 1 && is_made_of(own, &entry.file_name().to_string_lossy());
    for entry in WalkDir::new(from).follow_links(true).into_iter().filter_entry(|entry| !is_own(entry)) {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.path().strip_prefix(from)?));
        let shared = if entry.file_type().is_dir() { fs::create_dir_all(&to) } else { file(from, &to) };
        shared.with_context(|| format!("{} cannot be shared", from.display()))?;
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)
}

fn copy_with_time(from: &Path, to: &Path) -> io::Result<()> {
    let modified = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    fs::File::options().append(true).open(to)?.set_modified(modified)
}

/// Returns the names of the workspace's own crates in cargo's output. They are compiled again in the copy, since cargo
/// would confuse them.
fn own_targets() -> Result<BTreeSet<String>> {
    let packages = files::metadata(root())?.packages;
    let targets = packages.iter().flat_map(|package| &package.targets).map(|target| target.name.as_str());
    let names = packages.iter().map(|package| package.name.as_str()).chain(targets);
    Ok(names.map(|name| name.replace('-', "_")).collect())
}

/// Returns whether a file belongs to one of these crates: `libapp-0123.rlib` and `app-0123` belong to `app`,
/// `libapp_name-0123.rlib` does not.
fn is_made_of(names: &BTreeSet<String>, file: &str) -> bool {
    let name = file.strip_prefix("lib").unwrap_or(file);
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    let name = name.rsplit_once('-').map_or(name, |(name, _hash)| name);
    names.contains(&name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::{is_made_of, own_targets};

    #[test]
    fn own_crates_are_recognised_by_file_name() {
        let own = own_targets().unwrap();
        for file in [
            "libapp-0123.rlib",
            "app-0123.d",
            "neon-auth-01",
            "http-server-01",
            "libstand_ins-01.rmeta",
            "main-01",
            "bare_axum-01",
            "frontend.wasm",
        ] {
            assert!(is_made_of(&own, file), "{file}");
        }
        for file in ["libapp_dirs-01.rlib", "libaxum-01.rmeta", "server_fn-01", "libserver_fn-01.rlib", "CACHEDIR.TAG"]
        {
            assert!(!is_made_of(&own, file), "{file}");
        }
    }
}
