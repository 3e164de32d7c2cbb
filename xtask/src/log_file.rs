//! The log of one step, which is shown only if the step fails.

use crate::folders::root;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub struct LogFile {
    path: PathBuf,
}

impl LogFile {
    /// Makes an empty log in place of the last run's.
    pub fn new(what: &str) -> Result<Self> {
        Self::at(root().join("target/xtask").join(file_name(what)))
    }

    pub fn at(path: PathBuf) -> Result<Self> {
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create(&path));
        made.with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the log for appending.
    pub fn open(&self) -> Result<File> {
        let opened = File::options().append(true).open(&self.path);
        opened.with_context(|| format!("{} cannot be written", self.path.display()))
    }

    /// Appends a line of xtask's own.
    pub fn note(&self, line: &str) -> Result<()> {
        writeln!(self.open()?, "==> {line}").with_context(|| format!("{} cannot be written", self.path.display()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.path).unwrap_or_default()).into_owned()
    }

    /// Returns the log without cargo's progress lines, of which there are hundreds.
    pub fn without_progress(&self) -> String {
        let progress = ["Compiling ", "Downloaded ", "Adding ", "Locking ", "Checking ", "Fresh "];
        let tells =
            |line: &&str| !progress.iter().any(|verb| line.starts_with(' ') && line.trim_start().starts_with(verb));
        self.text().lines().filter(tells).fold(String::new(), |text, line| text + line + "\n")
    }
}

/// Returns the file name for a step, such as `cargo-leptos-0-3-10.log` for `cargo-leptos 0.3.10`.
fn file_name(what: &str) -> String {
    let words = what.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase() + ".log"
}

#[cfg(test)]
mod tests {
    use super::{LogFile, file_name};
    use std::io::Write;

    #[test]
    fn progress_lines_of_cargo_are_left_out() {
        let scratch = tempfile::tempdir().unwrap();
        let log = LogFile::at(scratch.path().join("folder/x.log")).unwrap();
        let error = "error[E0425]: cannot find value\n --> src/lib.rs:1:1\n  |\nwarning: Compiling is a word\n";
        write!(log.open().unwrap(), "   Compiling syn v2.0.0\n  Downloaded quote v1.0.0\n{error}").unwrap();
        log.note("second").unwrap();
        assert_eq!(log.without_progress(), format!("{error}==> second\n"));
        assert_eq!(LogFile::at(log.path().to_owned()).unwrap().text(), "", "that of the last run is gone");
    }

    #[test]
    fn file_name_is_portable() {
        assert_eq!(file_name("cargo-leptos 0.3.10"), "cargo-leptos-0-3-10.log");
        assert_eq!(file_name("../the browser's half: <é>"), "the-browser-s-half.log");
    }
}
