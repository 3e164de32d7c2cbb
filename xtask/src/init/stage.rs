//! Puts the changed project beside the old one, where cargo completes it, and then in its place.

use super::dependencies;
use super::project::Project;
use crate::command::Step;
use crate::transaction::{CREATE, DELETE, FILES, FOLDER, JOURNAL, WRITE, finish};
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The file with secrets, which is no part of the project's files and never replaced.
const DOTENV: &str = ".env";

/// A project beside the one that it is going to be.
pub struct Stage<'a> {
    root: &'a Path,
    folder: PathBuf,
}

impl<'a> Stage<'a> {
    pub fn new(root: &'a Path) -> Self {
        Self { root, folder: root.join(FOLDER) }
    }

    /// Writes the whole project. `is_program` tells which files can be run.
    pub fn fill(&self, project: &Project, is_program: impl Fn(&str) -> bool) -> Result<()> {
        self.discard()?;
        fs::create_dir(&self.folder)?;
        // Git does not see the folder then.
        fs::write(self.folder.join(".gitignore"), "*\n")?;
        for (file, content) in project.files() {
            self.write(file, content)?;
            if is_program(file) {
                fs::set_permissions(self.path(file), fs::Permissions::from_mode(0o755))?;
            }
        }
        Ok(())
    }

    /// Lets cargo remove what `Cargo.lock` does not need any more, and what follows from that.
    pub fn follow_lock(&self, project: &mut Project) -> Result<()> {
        let before = project.text("Cargo.lock")?.to_owned();
        Step::new("", "cargo")
            .args(["update", "--workspace", "--offline", "--quiet"])
            .directory(self.folder.join(FILES))
            .fix("run `cargo fetch`, then this again: nothing has changed")
            .quietly()
            .run()?;
        project.write("Cargo.lock", fs::read_to_string(self.path("Cargo.lock"))?);
        dependencies::follow_lock(&before, project)?;
        for file in ["Cargo.toml", "docs/licences.md"] {
            self.write(file, project.text(file)?.as_bytes())?;
        }
        Ok(())
    }

    /// Adds the file with secrets, for the owner's eyes alone.
    pub fn add_dotenv(&self, content: &str) -> Result<()> {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(self.path(DOTENV))?;
        Ok(file.write_all(content.as_bytes())?)
    }

    /// Moves what differs from `before` into its place. From here on a run that is cut off is finished by the next.
    pub fn take_place(self, before: &Project, after: &Project) -> Result<()> {
        let journal = self.folder.join(JOURNAL);
        let new = journal.with_extension("new");
        fs::write(&new, steps(before, after).join("\n"))?;
        fs::rename(new, journal)?;
        finish(self.root)?;
        Ok(())
    }

    /// Removes what was staged.
    pub fn discard(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())?;
        }
        Ok(())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(FILES).join(file)
    }

    fn write(&self, file: &str, content: &[u8]) -> Result<()> {
        let path = self.path(file);
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(&path, content).with_context(|| path.display().to_string())
    }
}

/// Returns the steps of the journal. Between any two of them `cargo xtask` can still be compiled, to do the rest.
fn steps(before: &Project, after: &Project) -> Vec<String> {
    let written = after.files().filter(|(file, content)| before.get(file) != Some(*content));
    let deleted = before.files().map(|(file, _)| file).filter(|file| after.get(file).is_none());
    let mut steps: Vec<_> = written.map(|(file, _)| (WRITE, file)).chain(deleted.map(|file| (DELETE, file))).collect();
    steps.sort_by_key(|(verb, file)| rank(verb, file));
    steps.push((CREATE, DOTENV));
    steps.into_iter().map(|(verb, file)| format!("{verb} {file}")).collect()
}

/// Returns when a step is done: a package leaves off naming something before that goes, and `xtask` is the last.
fn rank(verb: &str, file: &str) -> u8 {
    let is_of_xtask = file.starts_with("xtask/");
    match file {
        "Cargo.toml" => 2,
        "xtask/src/main.rs" => 4,
        "xtask/Cargo.toml" => 5,
        "Cargo.lock" => 6,
        _ if verb == DELETE => {
            if is_of_xtask {
                7
            } else {
                3
            }
        }
        _ if file.ends_with("/Cargo.toml") => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{DOTENV, Stage, steps};
    use crate::init::project::Project;
    use crate::transaction::FOLDER;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn project(root: &Path, files: &[&str]) -> Project {
        for file in files {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "before").unwrap();
        }
        Project::read(root, files.iter().map(|file| (*file).to_owned()).collect()).unwrap()
    }

    #[test]
    fn packages_stop_naming_what_goes_and_xtask_comes_last() {
        let scratch = tempfile::tempdir().unwrap();
        let files = [
            "Cargo.lock",
            "Cargo.toml",
            "a/Cargo.toml",
            "a/bench.rs",
            "same",
            "text",
            "xtask/Cargo.toml",
            "xtask/src/init/mod.rs",
            "xtask/src/main.rs",
            "xtask/src/tests.rs",
        ];
        let before = project(scratch.path(), &files);
        let mut after = before.clone();
        for file in files.into_iter().filter(|file| *file != "same") {
            after.write(file, "after");
        }
        after.remove("a/bench.rs").unwrap();
        after.remove("xtask/src/init").unwrap();
        let expected = [
            "write text",
            "write xtask/src/tests.rs",
            "write a/Cargo.toml",
            "write Cargo.toml",
            "delete a/bench.rs",
            "write xtask/src/main.rs",
            "write xtask/Cargo.toml",
            "write Cargo.lock",
            "delete xtask/src/init/mod.rs",
            "create .env",
        ];
        assert_eq!(steps(&before, &after), expected);
    }

    #[test]
    fn the_new_project_takes_the_place_of_the_old_one() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let before = project(root, &["run", "old/a"]);
        let mut after = before.clone();
        after.write("run", "after");
        after.write("new/b", "after");
        after.remove("old").unwrap();
        fs::create_dir(root.join(FOLDER)).unwrap();
        fs::write(root.join(FOLDER).join("left"), "of a run that was cut off").unwrap();

        let stage = Stage::new(root);
        stage.fill(&after, |file| file == "run").unwrap();
        assert_eq!(fs::read_to_string(root.join("run")).unwrap(), "before");
        stage.add_dotenv("SECRET=1\n").unwrap();
        stage.take_place(&before, &after).unwrap();
        let mode = |file: &str| fs::metadata(root.join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!((fs::read_to_string(root.join("run")).unwrap().as_str(), mode("run")), ("after", 0o755));
        assert_eq!((fs::read_to_string(root.join(DOTENV)).unwrap().as_str(), mode(DOTENV)), ("SECRET=1\n", 0o600));
        assert!(root.join("new/b").is_file() && !root.join("old").exists() && !root.join(FOLDER).exists());
    }

    #[test]
    fn secrets_that_are_there_stay() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let project = project(root, &["a"]);
        fs::write(root.join(DOTENV), "MINE=1\n").unwrap();
        let stage = Stage::new(root);
        stage.fill(&project, |_| false).unwrap();
        stage.add_dotenv("SECRET=1\n").unwrap();
        stage.take_place(&project, &project).unwrap();
        assert_eq!(fs::read_to_string(root.join(DOTENV)).unwrap(), "MINE=1\n");
    }

    #[test]
    fn what_cannot_be_staged_changes_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let mut after = project(root, &["a"]);
        after.write("a", "after");
        after.write("a/b", "a file below a file");
        assert!(Stage::new(root).fill(&after, |_| false).is_err());
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "before");
    }
}
