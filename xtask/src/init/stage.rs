//! Puts the changed project beside the old one, where cargo completes it, and then in its place.

use super::dependencies;
use super::project::Project;
use crate::command::Step;
use crate::transaction::{self, CREATE, DELETE, Stage, WRITE};
use anyhow::Result;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The file with secrets, which is no part of the project's files and never replaced.
const DOTENV: &str = ".env";

/// Lets the planned project take the place of the template, with these secrets where there are none yet. An error
/// leaves the template as it is.
pub fn put_in_place(root: &Path, before: &Project, after: &mut Project, dotenv: &str) -> Result<()> {
    transaction::make(root, |stage| {
        fill(stage, root, after)?;
        follow_lock(stage, after)?;
        format(stage, after)?;
        add_dotenv(stage, dotenv)?;
        Ok(steps(before, after))
    })
}

/// Writes the whole project. Programs stay programs.
fn fill(stage: &Stage, root: &Path, project: &Project) -> Result<()> {
    for (file, content) in project.files() {
        stage.write(file, content)?;
        if fs::metadata(root.join(file)).is_ok_and(|found| found.permissions().mode() & 0o100 != 0) {
            fs::set_permissions(stage.path(file), Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

/// Lets cargo remove what `Cargo.lock` does not need any more, and what follows from that.
fn follow_lock(stage: &Stage, project: &mut Project) -> Result<()> {
    let before = project.text("Cargo.lock")?.to_owned();
    Step::new("", "cargo")
        .args(["update", "--workspace", "--offline", "--quiet"])
        .directory(stage.path("."))
        .fix("run `cargo fetch`, then this again")
        .quietly()
        .run()?;
    project.write("Cargo.lock", fs::read_to_string(stage.path("Cargo.lock"))?);
    dependencies::follow_lock(&before, project)?;
    for file in ["Cargo.toml", "docs/licences.md"] {
        stage.write(file, project.text(file)?)?;
    }
    Ok(())
}

/// Lets rustfmt break the lines of what was changed.
fn format(stage: &Stage, project: &mut Project) -> Result<()> {
    Step::new("", "cargo").arg("fmt").directory(stage.path(".")).quietly().run()?;
    let sources: Vec<_> =
        project.files().map(|(file, _)| file.to_owned()).filter(|file| file.ends_with(".rs")).collect();
    for file in sources {
        let text = fs::read_to_string(stage.path(&file))?;
        project.write(&file, text);
    }
    Ok(())
}

/// Adds the file with secrets, for the owner's eyes alone.
fn add_dotenv(stage: &Stage, content: &str) -> Result<()> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(stage.path(DOTENV))?;
    Ok(file.write_all(content.as_bytes())?)
}

/// Returns the steps of the journal: a verb and a path in each. Between any two of them `cargo xtask` can still be
/// compiled, to do the rest.
pub fn steps(before: &Project, after: &Project) -> Vec<String> {
    let written = after.files().filter(|(file, content)| before.get(file) != Some(*content));
    let deleted = before.files().map(|(file, _)| file).filter(|file| after.get(file).is_none());
    let mut steps: Vec<_> = written.map(|(file, _)| (WRITE, file)).chain(deleted.map(|file| (DELETE, file))).collect();
    steps.sort_by_key(|(verb, file)| rank(verb, file));
    steps.push((CREATE, DOTENV));
    steps.into_iter().map(|(verb, file)| format!("{verb} {file}")).collect()
}

/// Returns when a step is done: a package leaves off naming something before that goes, and `xtask` is the last. The
/// manifest of the workspace follows that of `xtask`, which names dependencies in it until then.
fn rank(verb: &str, file: &str) -> u8 {
    let is_of_xtask = file.starts_with("xtask/");
    match file {
        "xtask/src/main.rs" => 3,
        "xtask/Cargo.toml" => 4,
        "Cargo.toml" => 5,
        "Cargo.lock" => 6,
        _ if verb == DELETE => {
            if is_of_xtask {
                7
            } else {
                2
            }
        }
        _ if file.ends_with("/Cargo.toml") => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{DOTENV, add_dotenv, fill, format, steps};
    use crate::init::project::Project;
    use crate::transaction;
    use std::fs::{self, Permissions};
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
            "xtask/src/checks.rs",
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
            "write xtask/src/checks.rs",
            "write a/Cargo.toml",
            "delete a/bench.rs",
            "write xtask/src/main.rs",
            "write xtask/Cargo.toml",
            "write Cargo.toml",
            "write Cargo.lock",
            "delete xtask/src/init/mod.rs",
            "create .env",
        ];
        assert_eq!(steps(&before, &after), expected);
    }

    #[test]
    fn sources_are_formatted_whatever_the_length_of_the_name() {
        for (name, gap) in [("a".to_owned(), " "), ("a".repeat(40), "\n    ")] {
            let scratch = tempfile::tempdir().unwrap();
            let mut after = project(scratch.path(), &[]);
            after.write("Cargo.toml", "[package]\nname = \"it\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            after.write("rustfmt.toml", "max_width = 60\n");
            after.write("src/lib.rs", format!("pub const NAME: &str  =  \"{name}\";\n"));
            let made = transaction::make(scratch.path(), |stage| {
                fill(stage, scratch.path(), &after)?;
                format(stage, &mut after)?;
                Ok(vec![])
            });
            made.unwrap();
            assert_eq!(after.text("src/lib.rs").unwrap(), format!("pub const NAME: &str ={gap}\"{name}\";\n"));
        }
    }

    #[test]
    fn the_new_project_takes_the_place_of_the_old_one() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let before = project(root, &["run", "old/a"]);
        fs::set_permissions(root.join("run"), Permissions::from_mode(0o755)).unwrap();
        let mut after = before.clone();
        after.write("run", "after");
        after.write("new/b", "after");
        after.remove("old").unwrap();

        take_place(root, &before, &after, "SECRET=1\n");
        let mode = |file: &str| fs::metadata(root.join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!((fs::read_to_string(root.join("run")).unwrap().as_str(), mode("run")), ("after", 0o755));
        assert_eq!((fs::read_to_string(root.join(DOTENV)).unwrap().as_str(), mode(DOTENV)), ("SECRET=1\n", 0o600));
        assert!(root.join("new/b").is_file() && !root.join("old").exists());
    }

    #[test]
    fn secrets_that_are_there_stay() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let project = project(root, &["a"]);
        fs::write(root.join(DOTENV), "MINE=1\n").unwrap();
        take_place(root, &project, &project, "SECRET=1\n");
        assert_eq!(fs::read_to_string(root.join(DOTENV)).unwrap(), "MINE=1\n");
    }

    /// Does what `put_in_place` does, without cargo.
    fn take_place(root: &Path, before: &Project, after: &Project, dotenv: &str) {
        let made = transaction::make(root, |stage| {
            fill(stage, root, after)?;
            add_dotenv(stage, dotenv)?;
            Ok(steps(before, after))
        });
        made.unwrap();
    }
}
