//! The files of the project, and copies of them.

use crate::folders::root;
use crate::{git, transaction};
use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use walkdir::{DirEntry, WalkDir};

/// The folders of a copy with what was built or installed there, and with its history.
const OF_COPY: [&str; 4] = ["target", "node_modules", ".local", ".git"];

/// Returns every file that Git knows or would add.
pub fn known_to_git(root: &Path) -> Option<Vec<String>> {
    // Separated by zeros, since Git would quote names with other characters.
    let list = git::output(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let is_file = |file: &&str| root.join(file).symlink_metadata().is_ok_and(|found| found.is_file());
    Some(list.split('\0').filter(is_file).map(str::to_owned).collect())
}

/// Returns every file of the project, committed or not.
pub fn list() -> Result<Vec<String>> {
    known_to_git(root()).context("Git cannot list the files of the project\n    Fix: `git status` says why")
}

/// Copies the project to `folder`. Unchanged files are not written, since cargo compares times.
pub fn copy_to(folder: &Path) -> Result<()> {
    let wanted: BTreeSet<String> = list()?.into_iter().collect();
    fs::create_dir_all(folder)?;
    for file in present(folder)? {
        if !wanted.contains(&file) {
            transaction::delete(folder, &folder.join(file))?;
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

/// Returns the files of the copy that may be the project's.
fn present(copy: &Path) -> Result<Vec<String>> {
    let is_of_copy = |entry: &DirEntry| OF_COPY.iter().any(|folder| entry.file_name() == *folder);
    let mut files = Vec::new();
    for entry in WalkDir::new(copy).min_depth(1).into_iter().filter_entry(|entry| !is_of_copy(entry)) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.path().strip_prefix(copy)?.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

/// Returns what cargo knows about the packages in `folder`, without their dependencies.
pub fn metadata(folder: &Path) -> Result<Metadata> {
    let offline = vec!["--offline".to_owned()];
    Ok(MetadataCommand::new().current_dir(folder).no_deps().other_options(offline).exec()?)
}
