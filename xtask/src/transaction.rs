//! Changes many files of the project as one: a run that is cut off half-way is finished by the next one.
//!
//! The new files wait in a folder of their own until a journal says what becomes of them. Without a journal nothing has
//! happened yet; with one, each of its lines can be done again.

use anyhow::{Context, Result, anyhow, bail, ensure};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder for what is not done yet, inside the project so that moving a file is renaming it.
pub const FOLDER: &str = ".unfinished";

/// The new files, inside that folder, under the paths that they get.
const FILES: &str = "files";

/// The journal, inside that folder. A line is a verb and a path.
const JOURNAL: &str = "journal";

/// Moves the new file to its path, over what is there.
pub const WRITE: &str = "write";

/// Moves the new file to its path unless there is one.
pub const CREATE: &str = "create";

/// Deletes the file, and folders that are empty then.
pub const DELETE: &str = "delete";

const ANOTHER_RUN: &str = "another `cargo xtask` has come between\n    Fix: wait for it, then run this again";

/// The folder in which new files wait.
pub struct Stage(PathBuf);

impl Stage {
    /// Returns where a new file waits, or a folder of them.
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path(file);
        let folder = path.parent().context("a file is in a folder")?;
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, content));
        written.with_context(|| path.display().to_string())
    }
}

/// Changes the project. `fill` writes the new files, and returns the steps: a verb and a path in each line. An error
/// before the first step changes nothing, and from then on a run that is cut off is finished by the next.
pub fn make(root: &Path, fill: impl FnOnce(&Stage) -> Result<Vec<String>>) -> Result<()> {
    let staged = stage(root, fill);
    if staged.is_err() {
        // What is left of it goes with the next run.
        _ = discard(root);
    }
    staged.context("nothing has changed")?;
    finish(root)?;
    Ok(())
}

fn stage(root: &Path, fill: impl FnOnce(&Stage) -> Result<Vec<String>>) -> Result<()> {
    ensure!(!finish(root)?, ANOTHER_RUN);
    let folder = root.join(FOLDER);
    // Git does not see the folder then.
    let made = fs::create_dir(&folder).and_then(|()| fs::write(folder.join(".gitignore"), "*\n"));
    made.with_context(|| format!("{} cannot be written", folder.display()))?;
    let stage = Stage(folder.join(FILES));
    let steps = fill(&stage)?;
    // Another run removes what waits without a journal.
    let mut moved = steps.iter().filter_map(|step| step.split_once(' ')).filter(|(verb, _)| *verb != DELETE);
    ensure!(moved.all(|(_, file)| stage.path(file).exists()), ANOTHER_RUN);
    let (new, journal) = (folder.join("journal.new"), folder.join(JOURNAL));
    let written = fs::write(&new, steps.join("\n")).and_then(|()| fs::rename(&new, &journal));
    written.with_context(|| journal.display().to_string())
}

/// Does what a journal in the project says, and removes what waits without one. Returns whether there was a journal.
pub fn finish(root: &Path) -> Result<bool> {
    let journal = match fs::read_to_string(root.join(FOLDER).join(JOURNAL)) {
        Ok(journal) => Some(journal),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(format!("{FOLDER}/{JOURNAL}")),
    };
    for line in journal.iter().flat_map(|journal| journal.lines()) {
        step(root, line).map_err(|error| {
            anyhow!("{FOLDER}/{JOURNAL}, {line}: {error:#}\n    Fix: see to that, then run this again, which goes on")
        })?;
    }
    discard(root)?;
    Ok(journal.is_some())
}

fn discard(root: &Path) -> Result<()> {
    match fs::remove_dir_all(root.join(FOLDER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context(format!("{FOLDER} cannot be deleted")),
        _ => Ok(()),
    }
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

/// Deletes a file, if it is there, with the folders that it leaves empty: Git knows none.
pub fn delete(root: &Path, path: &Path) -> Result<()> {
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
    use super::{CREATE, FILES, FOLDER, JOURNAL, WRITE, finish, make, step};
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
    fn new_files_take_their_places_together() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        write(root, &format!("{FOLDER}/left"), "of a run that was cut off");
        write(root, "a", "before");
        let steps = || vec![format!("{WRITE} a"), format!("{CREATE} new/b")];
        make(root, |stage| {
            stage.write("a", "after")?;
            stage.write("new/b", "after")?;
            assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "before");
            Ok(steps())
        })
        .unwrap();
        let expected = ["a", "new/b"].map(|file| (file.to_owned(), "after".to_owned()));
        assert_eq!(files(root, root), BTreeMap::from(expected));
    }

    #[test]
    fn what_cannot_be_staged_changes_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        write(root, "a", "before");
        let error = make(root, |stage| {
            stage.write("a", "after")?;
            stage.write("a/b", "a file below a file")?;
            Ok(vec![format!("{WRITE} a")])
        });
        let error = format!("{:#}", error.unwrap_err());
        assert!(error.starts_with("nothing has changed: ") && error.contains("a/b"), "{error}");
        assert_eq!(files(root, root), BTreeMap::from([("a".to_owned(), "before".to_owned())]));

        let error = make(root, |stage| {
            stage.write("a", "after")?;
            assert!(!finish(root).unwrap(), "another run");
            stage.write("b", "after")?;
            Ok(vec![format!("{WRITE} a"), format!("{WRITE} b")])
        });
        assert!(format!("{:#}", error.unwrap_err()).contains("come between"));
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "before");

        write(root, &format!("{FOLDER}/{JOURNAL}"), "");
        let error = make(root, |_| Ok(vec![])).unwrap_err();
        assert!(format!("{error:#}").contains("come between"));

        // Where nothing can be written at all.
        let missing = root.join("missing");
        let error = format!("{:#}", make(&missing, |_| Ok(vec![])).unwrap_err());
        assert!(error.contains("nothing has changed") && error.contains("cannot be written"), "{error}");
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
