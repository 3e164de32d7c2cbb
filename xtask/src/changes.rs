//! Files of the project to write and to delete: all of them change, or none.

use crate::transaction::{self, DELETE, WRITE};
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// The new texts of files by their paths from the root. A file without one is deleted.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<String, Option<String>>);

impl Changes {
    pub fn write(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.0.insert(file.into(), Some(text.into()));
    }

    pub fn delete(&mut self, file: impl Into<String>) {
        self.0.insert(file.into(), None);
    }

    /// Returns the files that are written, with their texts.
    pub fn written(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(file, text)| Some((file.as_str(), text.as_deref()?)))
    }

    /// Returns the files that are deleted.
    pub fn deleted(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, text)| text.is_none()).map(|(file, _)| file.as_str())
    }

    /// Changes the project.
    pub fn make(&self, root: &Path) -> Result<()> {
        transaction::make(root, |stage| {
            self.written().try_for_each(|(file, text)| stage.write(file, text))?;
            let written = self.written().map(|(file, _)| format!("{WRITE} {file}"));
            Ok(written.chain(self.deleted().map(|file| format!("{DELETE} {file}"))).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;
    use std::fs;

    #[test]
    fn files_are_written_and_deleted_together() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir(root.join("old")).unwrap();
        fs::write(root.join("old/a"), "before").unwrap();
        fs::write(root.join("b"), "before").unwrap();
        let mut changes = Changes::default();
        changes.write("b", "after");
        changes.write("new/c", "after");
        changes.delete("old/a");
        changes.make(root).unwrap();
        assert_eq!(fs::read_to_string(root.join("b")).unwrap(), "after");
        assert!(root.join("new/c").is_file() && !root.join("old").exists());
    }
}
