//! A copy of the project to try things in, with what its dependencies were compiled to.
//! It must not share anything that cargo changes: only finished libraries are linked.

use crate::command::Step;
use crate::folders::root;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

/// Our own crates, as cargo begins the names of what it makes of them. They are compiled anew in the copy: cargo would take
/// one for the other.
const OWN: [&str; 20] = [
    "app",
    "bare_axum",
    "environment",
    "frontend",
    "identity",
    "large_database",
    "main",
    "neon_auth",
    "pages",
    "program",
    "request",
    "rls",
    "round_trips",
    "server",
    "sessions",
    "sign_in",
    "stand_ins",
    "throughput",
    "two_users",
    "xtask",
];

/// Where cargo, cargo-leptos and Clippy put what they compile for development.
const COMPILED: [&str; 3] = ["target/debug", "target/front/debug", "target/front/wasm32-unknown-unknown/debug"];

/// Every file that is part of the project, whether it is committed or not.
pub fn files() -> Result<Vec<String>> {
    let list = Step::new("", "git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).output()?;
    Ok(list.lines().filter(|file| root().join(file).is_file()).map(str::to_owned).collect())
}

/// Brings the files in `folder` to what they are here. What is so already is not written: cargo goes by times.
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
        // Not the content alone: some are programs.
        fs::copy(root().join(file), &copy)?;
        fs::File::options().append(true).open(&copy)?.set_modified(SystemTime::now())?;
    }
    Ok(())
}

/// What is in the copy, without what was built there.
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

/// Spares the copy compiling everything that is not ours.
pub fn share_dependencies(folder: &Path) -> Result<()> {
    for compiled in COMPILED {
        let (from, to) = (root().join(compiled), folder.join(compiled));
        if from.is_dir() && !to.exists() {
            // Libraries are replaced and never changed, so they can be linked.
            share(&from.join("deps"), &to.join("deps"), link)?;
            for part in ["build", ".fingerprint"] {
                share(&from.join(part), &to.join(part), copy_with_time)?;
            }
        }
    }
    let modules = folder.join("node_modules");
    if !modules.exists() {
        std::os::unix::fs::symlink(root().join("node_modules"), modules)?;
    }
    Ok(())
}

/// One file that was built here, where the copy has none yet.
pub fn take_along(folder: &Path, file: &str) -> Result<()> {
    if !folder.join(file).exists() {
        fs::copy(root().join(file), folder.join(file)).with_context(|| format!("{file} was not built"))?;
    }
    Ok(())
}

fn share(from: &Path, to: &Path, file: fn(&Path, &Path) -> io::Result<()>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !is_own(&name.to_string_lossy()) {
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

/// `libapp-0123.rlib` and `app-0123` are, `libapp_name-0123.rlib` is not.
fn is_own(name: &str) -> bool {
    let name = name.strip_prefix("lib").unwrap_or(name).replace("stand-ins", "stand_ins");
    name.split_once(['-', '.']).is_some_and(|(crate_name, _)| OWN.contains(&crate_name))
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn our_own_crates_are_told_by_their_names() {
        for own in
            ["libapp-0123.rlib", "app-0123.d", "stand-ins-01", "libstand_ins-01.rmeta", "main-01", "frontend.wasm"]
        {
            assert!(is_own(own), "{own}");
        }
        for other in ["libapp_dirs-01.rlib", "libaxum-01.rmeta", "server_fn-01", "libserver_fn-01.rlib", "CACHEDIR.TAG"]
        {
            assert!(!is_own(other), "{other}");
        }
    }
}
