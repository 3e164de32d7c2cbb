//! Changes many files of the project as one: a run that is cut off half-way is finished by the next one.
//!
//! The new files wait in a folder of their own until a journal says what becomes of them. Without a journal nothing has
//! happened yet; with one, each of its lines can be done again.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The folder for what is not done yet, inside the project so that moving a file is renaming it.
pub const FOLDER: &str = ".unfinished";

/// The new files, inside that folder, under the paths that they get.
pub const FILES: &str = "files";

/// The journal, inside that folder. A line is a verb and a path.
pub const JOURNAL: &str = "journal";

/// Moves the new file to its path, over what is there.
pub const WRITE: &str = "write";

/// Moves the new file to its path unless there is one.
pub const CREATE: &str = "create";

/// Deletes the file, and folders that are empty then.
pub const DELETE: &str = "delete";

/// Does what a journal in the project says, and removes what waits without one. Returns whether there was a journal.
pub fn finish(root: &Path) -> Result<bool> {
    let folder = root.join(FOLDER);
    let journal = match fs::read_to_string(folder.join(JOURNAL)) {
        Ok(journal) => Some(journal),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(format!("{FOLDER}/{JOURNAL}")),
    };
    for line in journal.iter().flat_map(|journal| journal.lines()) {
        step(root, line).with_context(|| format!("{FOLDER}/{JOURNAL}: {line}\n    Fix: run this again"))?;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(journal.is_some())
}

/// Does one line of a journal, if it is not done yet.
fn step(root: &Path, line: &str) -> Result<()> {
    let (verb, file) = line.split_once(' ').context("this is no step")?;
    let (new, path) = (root.join(FOLDER).join(FILES).join(file), root.join(file));
    match verb {
        WRITE if new.exists() => put(&new, &path),
        CREATE if new.exists() && !path.exists() => put(&new, &path),
        WRITE | CREATE => Ok(()),
        DELETE => delete(root, &path),
        _ => bail!("this is no step"),
    }
}

fn put(new: &Path, path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::rename(new, path)?)
}

fn delete(root: &Path, path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    // Fails where something is left, which ends it.
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != root);
    folders.map_while(|folder| fs::remove_dir(folder).ok()).for_each(drop);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{FILES, FOLDER, JOURNAL, finish, step};
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;
    use tempfile::TempDir;

    const STEPS: [&str; 6] =
        ["write a", "write new/b", "create kept", "create fresh", "delete old/c", "delete old/deep/d"];

    fn write(root: &Path, file: &str, text: &str) {
        fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        fs::write(root.join(file), text).unwrap();
    }

    fn files(folder: &Path, root: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = entries.flat_map(|path| {
            if path.is_dir() {
                return files(&path, root);
            }
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            BTreeMap::from([(name, fs::read_to_string(path).unwrap())])
        });
        files.collect()
    }

    /// Makes a project with a journal that was not begun.
    fn project() -> TempDir {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        for file in ["a", "kept", "old/c", "old/deep/d", "other"] {
            write(root, file, "before");
        }
        for file in ["a", "new/b", "kept", "fresh"] {
            write(root, &format!("{FOLDER}/{FILES}/{file}"), "after");
        }
        write(root, &format!("{FOLDER}/{JOURNAL}"), &STEPS.join("\n"));
        scratch
    }

    #[test]
    fn a_run_that_was_cut_off_anywhere_is_finished_by_the_next() {
        for done in 0..=STEPS.len() {
            let scratch = project();
            let root = scratch.path();
            for line in &STEPS[..done] {
                step(root, line).unwrap();
            }
            assert!(finish(root).unwrap());
            let expected =
                [("a", "after"), ("fresh", "after"), ("kept", "before"), ("new/b", "after"), ("other", "before")];
            let expected = expected.map(|(file, text)| (file.to_owned(), text.to_owned()));
            assert_eq!(files(root, root), BTreeMap::from(expected), "after {done} steps");
            assert!(!root.join("old").exists() && !root.join(FOLDER).exists());
            assert!(!finish(root).unwrap(), "there is nothing left to do");
        }
    }

    #[test]
    fn without_a_journal_nothing_happens() {
        let scratch = project();
        fs::remove_file(scratch.path().join(FOLDER).join(JOURNAL)).unwrap();
        assert!(!finish(scratch.path()).unwrap());
        assert_eq!(fs::read_to_string(scratch.path().join("a")).unwrap(), "before");
        assert!(!scratch.path().join(FOLDER).exists(), "secrets may wait there");
    }

    #[test]
    fn a_step_that_fails_is_named_and_tried_again() {
        let scratch = project();
        let root = scratch.path();
        write(root, "new", "a file where a folder has to be");
        let error = format!("{:#}", finish(root).unwrap_err());
        assert!(error.contains("write new/b") && error.contains("run this again"), "{error}");
        fs::remove_file(root.join("new")).unwrap();
        assert!(finish(root).unwrap());
        assert_eq!(fs::read_to_string(root.join("new/b")).unwrap(), "after");
    }
}
