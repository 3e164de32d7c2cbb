//! Files of the project to write and to delete: all of them change, or none.

use crate::transaction::{DELETE, FILES, FOLDER, JOURNAL, WRITE, finish};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
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

    /// Changes the project. From the moment that there is a journal, a run that is cut off is finished by the next.
    pub fn make(&self, root: &Path) -> Result<()> {
        let folder = root.join(FOLDER);
        discard(&folder)?;
        let staged = self.stage(&folder);
        if staged.is_err() {
            discard(&folder)?;
        }
        staged.context("nothing has changed")?;
        finish(root)?;
        Ok(())
    }

    fn stage(&self, folder: &Path) -> Result<()> {
        fs::create_dir(folder)?;
        // Git does not see the folder then.
        fs::write(folder.join(".gitignore"), "*\n")?;
        for (file, text) in self.written() {
            let path = folder.join(FILES).join(file);
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        let written = self.written().map(|(file, _)| format!("{WRITE} {file}\n"));
        let deleted = self.deleted().map(|file| format!("{DELETE} {file}\n"));
        let journal = folder.join(JOURNAL);
        let new = journal.with_extension("new");
        fs::write(&new, written.chain(deleted).collect::<String>())?;
        Ok(fs::rename(new, journal)?)
    }
}

fn discard(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Changes;
    use crate::transaction::FOLDER;
    use std::fs;

    #[test]
    fn files_are_written_and_deleted_together() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir(root.join("old")).unwrap();
        fs::write(root.join("old/a"), "before").unwrap();
        fs::write(root.join("b"), "before").unwrap();
        fs::create_dir(root.join(FOLDER)).unwrap();
        fs::write(root.join(FOLDER).join("left"), "of a run that was cut off").unwrap();
        let mut changes = Changes::default();
        changes.write("b", "after");
        changes.write("new/c", "after");
        changes.delete("old/a");
        changes.make(root).unwrap();
        assert_eq!(fs::read_to_string(root.join("b")).unwrap(), "after");
        assert!(root.join("new/c").is_file() && !root.join("old").exists() && !root.join(FOLDER).exists());
    }

    #[test]
    fn what_cannot_be_staged_changes_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::write(root.join("a"), "before").unwrap();
        let mut changes = Changes::default();
        changes.write("a", "after");
        changes.write("a/b", "a file below a file");
        assert!(changes.make(root).unwrap_err().to_string().contains("nothing has changed"));
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "before");
        assert!(!root.join(FOLDER).exists());
    }
}
