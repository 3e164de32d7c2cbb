//! What tasks ask Git about the project.

use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::{Command, Stdio};

/// The remote of the starter in a project that `init` has made.
pub const REMOTE: &str = "starter";

/// Returns what Git prints, or `None` where it fails or is not there.
pub fn output(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(root).stderr(Stdio::null()).output().ok()?;
    let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
    Some(text.trim_end_matches('\n').to_owned())
}

/// Refuses changes that are not committed: they could not be told from those of the task afterwards.
pub fn check_clean(root: &Path) -> Result<()> {
    let changes = output(root, &["status", "--porcelain", "--untracked-files=normal"]);
    let changes = changes.context("git status failed\n    Fix: `git status` says why")?;
    let shown: Vec<_> = changes.lines().take(5).collect();
    ensure!(
        changes.is_empty(),
        "there are changes that are not committed:\n{}\n    Fix: commit them, or `git stash --include-untracked`",
        shown.join("\n")
    );
    Ok(())
}
