//! A copy of the project for trials, which shares compiled dependencies. Only finished libraries are linked.

use crate::command::Step;
use crate::files::files;
use crate::folders::root;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

/// The folders where cargo, cargo-leptos and Clippy compile for development.
const COMPILED: [&str; 3] = ["target/debug", "target/front/debug", "target/front/wasm32-unknown-unknown/debug"];

/// Updates the copy in `folder`. Unchanged files are not written, since cargo compares times.
pub fn refresh(folder: &Path) -> Result<()> {
    let wanted: BTreeSet<String> = files()?.into_iter().collect();
    for file in present(folder, folder)? {
        if !wanted.contains(&file) {
            fs::remove_file(folder.join(file))?;
        }
    }
    for file in &wanted {
        let (content, copy) = (fs::read(root().join(file))?, folder.join(file));
        if fs::read(&copy).is_ok_and(|there| there == content) {
            continue;
        }
        fs::create_dir_all(copy.parent().context("a file is in a folder")?)?;
        // Copies the permissions, too, since some files are programs.
        fs::copy(root().join(file), &copy)?;
        fs::File::options().append(true).open(&copy)?.set_modified(SystemTime::now())?;
    }
    Ok(())
}

/// Returns the files of the copy, without build output.
fn present(folder: &Path, copy: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(files) };
    for entry in entries {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && !["target", "node_modules", ".local"].iter().any(|built| entry.file_name() == *built) {
            files.extend(present(&path, copy)?);
        } else if kind.is_file() {
            files.push(path.strip_prefix(copy)?.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

/// Links the compiled dependencies into the copy.
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
    let modules = folder.join("node_modules");
    if !modules.exists() {
        std::os::unix::fs::symlink(root().join("node_modules"), modules)?;
    }
    Ok(())
}

/// Copies a built file, if the copy does not have it yet.
pub fn take_along(folder: &Path, file: &str) -> Result<()> {
    if !folder.join(file).exists() {
        fs::copy(root().join(file), folder.join(file)).with_context(|| format!("{file} was not built"))?;
    }
    Ok(())
}

fn share(own: &BTreeSet<String>, from: &Path, to: &Path, file: fn(&Path, &Path) -> io::Result<()>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !is_made_of(own, &name.to_string_lossy()) {
            all(&entry.path(), &to.join(name), file)?;
        }
    }
    Ok(())
}

fn all(from: &Path, to: &Path, file: fn(&Path, &Path) -> io::Result<()>) -> Result<()> {
    if !from.is_dir() {
        return file(from, to).with_context(|| format!("{} cannot be shared", from.display()));
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        all(&entry.path(), &to.join(entry.file_name()), file)?;
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
    let metadata = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let metadata: Value = serde_json::from_str(&Step::new("", "cargo").args(metadata).output()?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let targets = packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
    let names = packages.iter().chain(targets).filter_map(|named| named["name"].as_str());
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
    fn our_own_crates_are_told_by_their_names() {
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
