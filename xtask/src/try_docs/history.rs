//! The history of a copy, as people have one: `init` commits, and what is in a commit may have run somewhere.

use crate::command::Step;
use anyhow::Result;
use std::fs;
use std::path::Path;

const SETTINGS: [[&str; 2]; 3] =
    [["user.name", "trial"], ["user.email", "trial@example.com"], ["commit.gpgsign", "false"]];

/// Begins a history that knows nothing of the last trial.
pub fn begin(folder: &Path) -> Result<()> {
    let history = folder.join(".git");
    if history.exists() {
        fs::remove_dir_all(history)?;
    }
    git(folder, &["init", "--quiet"])?;
    for [name, value] in SETTINGS {
        git(folder, &["config", name, value])?;
    }
    Ok(())
}

/// Commits everything that has changed.
pub fn commit(folder: &Path) -> Result<()> {
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "The last stage"])
}

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    Step::new("", "git").args(arguments).directory(folder).quietly().run()
}
