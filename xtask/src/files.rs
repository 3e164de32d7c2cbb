//! The files of the project.

use crate::command::Step;
use crate::folders::root;
use anyhow::Result;

/// Returns every file of the project, committed or not.
pub fn files() -> Result<Vec<String>> {
    let list = Step::new("", "git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).output()?;
    Ok(list.lines().filter(|file| root().join(file).is_file()).map(str::to_owned).collect())
}
