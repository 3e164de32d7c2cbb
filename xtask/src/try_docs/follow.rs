//! Follows the steps of a document in a folder, and reports one that no longer works.

use super::steps::{Step, What};
use crate::{command, text};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// Follows the steps. `document` is its name for messages.
pub fn follow(document: &str, steps: &[Step], folder: &Path) -> Result<()> {
    for Step { line, what } in steps {
        let done = match what {
            What::Write { file, content } => write(&folder.join(file), content),
            What::Change { file, parts } => change(&folder.join(file), parts),
            What::Run { script } => run(script, folder),
        };
        done.with_context(|| format!("{document}, line {line}: this step cannot be done"))?;
    }
    Ok(())
}

fn write(path: &Path, content: &str) -> Result<()> {
    ensure!(!path.exists(), "{} is there already", path.display());
    fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
    Ok(fs::write(path, content)?)
}

fn change(path: &Path, parts: &[(String, String)]) -> Result<()> {
    let mut text = text::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    for (before, after) in parts {
        text = replace(&text, before, after).with_context(|| path.display().to_string())?;
    }
    Ok(fs::write(path, text)?)
}

/// Replaces whole lines, which have to occur exactly once.
fn replace(text: &str, before: &str, after: &str) -> Result<String> {
    let mut places = text.match_indices(before).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
    let (at, _) = places.next().with_context(|| format!("these lines are not there:\n{before}"))?;
    ensure!(places.next().is_none(), "these lines are there more than once:\n{before}");
    Ok(format!("{}{after}{}", &text[..at], &text[at + before.len()..]))
}

fn run(script: &str, folder: &Path) -> Result<()> {
    script.lines().try_for_each(|line| command::Step::new(line, "sh").args(["-euc", line]).directory(folder).run())
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn unique_lines_are_replaced() {
        assert_eq!(replace("a\nb\nc\n", "b\n", "d\ne\n").unwrap(), "a\nd\ne\nc\n");
        assert_eq!(replace("a\nb\n", "b\n", "").unwrap(), "a\n");
        assert_eq!(replace("aa\na\n", "a\n", "b\n").unwrap(), "aa\nb\n");
        assert!(replace("a\n", "b\n", "").unwrap_err().to_string().contains("not there"));
        assert!(replace("a\nb\na\n", "a\n", "").unwrap_err().to_string().contains("more than once"));
    }
}
