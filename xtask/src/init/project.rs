//! The project's files in memory, and the edits of them. An edit that no longer fits says which file it is about.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files by their paths from the root.
#[derive(Clone)]
pub struct Project {
    files: BTreeMap<String, Vec<u8>>,
}

/// A change of one file that has to fit.
pub enum Edit {
    /// Deletes every line that contains this text.
    Lines(&'static str),
    /// Replaces a text that is there once.
    Replace(&'static str, &'static str),
    /// Deletes the section below this heading, up to the next heading of the same level.
    Section(&'static str),
    /// Deletes the paragraph or the item of a list that begins so, up to the next one.
    Item(&'static str),
    /// Deletes the lines from the one that begins so to this one.
    Block(&'static str, &'static str),
}

impl Project {
    /// Reads these files of the project at `root`.
    pub fn read(root: &Path, files: Vec<String>) -> Result<Self> {
        let read = |file: String| {
            let content = fs::read(root.join(&file)).with_context(|| format!("{file} cannot be read"))?;
            Ok((file, content))
        };
        Ok(Self { files: files.into_iter().map(read).collect::<Result<_>>()? })
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(file, content)| (file.as_str(), content.as_slice()))
    }

    pub fn get(&self, file: &str) -> Option<&[u8]> {
        self.files.get(file).map(Vec::as_slice)
    }

    /// Returns every file that is text, with its path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter_map(|(file, content)| Some((file, str::from_utf8(content).ok()?)))
    }

    pub fn text(&self, file: &str) -> Result<&str> {
        let content = self.files.get(file).with_context(|| format!("init cannot find {file}"))?;
        str::from_utf8(content).with_context(|| format!("{file} is no text"))
    }

    pub fn write(&mut self, file: &str, text: impl Into<String>) {
        self.files.insert(file.to_owned(), text.into().into_bytes());
    }

    /// Deletes a file, or all files of a folder.
    pub fn remove(&mut self, path: &str) -> Result<()> {
        let before = self.files.len();
        self.files.retain(|file, _| !Path::new(file).starts_with(path));
        ensure!(self.files.len() < before, "init cannot find {path}");
        Ok(())
    }

    /// Deletes the descriptions of the queries that contain this text.
    pub fn remove_queries(&mut self, part: &str) -> Result<()> {
        let queries = self.texts().filter(|(file, text)| file.starts_with(".sqlx/") && text.contains(part));
        let queries: Vec<String> = queries.map(|(file, _)| file.to_owned()).collect();
        ensure!(!queries.is_empty(), "init cannot find `{part}` in .sqlx");
        queries.iter().try_for_each(|file| self.remove(file))
    }

    pub fn edit(&mut self, file: &str, edit: &Edit) -> Result<()> {
        let text = self.text(file)?;
        let edited = match edit {
            Edit::Lines(part) => without_lines(text, |line| line.contains(part)),
            Edit::Replace(before, after) => {
                let times = text.matches(before).count();
                ensure!(times <= 1, "init finds `{before}` {times} times in {file}");
                text.replacen(before, after, 1)
            }
            Edit::Section(heading) => without(text, heading, |_, next| is_heading(next, heading)),
            Edit::Item(beginning) => without(text, beginning, |_, next| next.is_empty() || next.starts_with("- ")),
            Edit::Block(beginning, end) => without(text, beginning, |last, _| last == *end),
        };
        let (Edit::Lines(sought)
        | Edit::Replace(sought, _)
        | Edit::Section(sought)
        | Edit::Item(sought)
        | Edit::Block(sought, _)) = edit;
        ensure!(edited != text, "init cannot find `{}` in {file}", sought.trim());
        self.write(file, edited);
        Ok(())
    }

    /// Replaces a word in all texts and paths.
    pub fn rename(&mut self, before: &str, after: &str) {
        let renamed = std::mem::take(&mut self.files).into_iter().map(|(file, content)| {
            let content = match String::from_utf8(content) {
                Ok(text) => text.replace(before, after).into_bytes(),
                Err(binary) => binary.into_bytes(),
            };
            (file.replace(before, after), content)
        });
        self.files = renamed.collect();
    }
}

fn without_lines(text: &str, is_gone: impl Fn(&str) -> bool) -> String {
    text.split_inclusive('\n').filter(|line| !is_gone(line)).collect()
}

/// Returns the text without the line that begins so and those that follow it, until `ends` is true of a line and the
/// next one. Of two blank lines around the gap one is left.
fn without(text: &str, beginning: &str, ends: impl Fn(&str, &str) -> bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with(beginning) {
            kept.push(line);
            continue;
        }
        let mut last = line;
        while let Some(next) = lines.next_if(|next| !ends(last, next)) {
            last = next;
        }
        if kept.last().is_none_or(|before| before.is_empty()) {
            lines.next_if(|next| next.is_empty());
        }
    }
    format!("{}\n", kept.join("\n").trim_end())
}

/// Tells whether a line is a heading that ends the section below `heading`.
fn is_heading(line: &str, heading: &str) -> bool {
    let level = |line: &str| line.chars().take_while(|letter| *letter == '#').count();
    (1..=level(heading)).contains(&level(line))
}

#[cfg(test)]
mod tests {
    use super::{Edit, Project};
    use std::collections::BTreeMap;

    fn project(text: &str) -> Project {
        Project { files: BTreeMap::from([("a.md".to_owned(), text.into())]) }
    }

    #[test]
    fn edits_change_what_they_name() {
        for (edit, before, after) in [
            (Edit::Lines("todo"), "a\ntodos\nb\nno todo\n", "a\nb\n"),
            (Edit::Replace("b", "c"), "a b\n", "a c\n"),
            (Edit::Section("## B"), "# A\n\n## B\n\nb\n\n### C\n\n## D\nd\n", "# A\n\n## D\nd\n"),
            (Edit::Section("## B"), "# A\n\na\n\n## B\n\nb\n", "# A\n\na\n"),
            (Edit::Item("- b"), "- a\n- b\n  more\n- c\n", "- a\n- c\n"),
            (Edit::Item("- b"), "- a\n- b\n  more\n\nc\n", "- a\n\nc\n"),
            (Edit::Item("b"), "a\n\nb\nmore\n\nc\n", "a\n\nc\n"),
            (
                Edit::Block("fn b(", "}"),
                "fn a() {\n}\n\nfn b() {\n  b\n}\n\nfn c() {\n}\n",
                "fn a() {\n}\n\nfn c() {\n}\n",
            ),
            (Edit::Block("fn b(", "}"), "a\nfn b() {\n}\nc\n", "a\nc\n"),
        ] {
            let mut project = project(before);
            project.edit("a.md", &edit).unwrap();
            assert_eq!(project.text("a.md").unwrap(), after, "{before:?}");
        }
    }

    #[test]
    fn edits_that_do_not_fit_name_the_file() {
        let edits = [
            Edit::Lines("x"),
            Edit::Replace("x", "y"),
            Edit::Section("## x"),
            Edit::Item("- x"),
            Edit::Block("x", "y"),
        ];
        for edit in edits {
            let error = project("a\n").edit("a.md", &edit).unwrap_err().to_string();
            assert!(error.starts_with("init cannot find `") && error.ends_with("x` in a.md"), "{error}");
        }
        let error = project("a a\n").edit("a.md", &Edit::Replace("a", "b")).unwrap_err().to_string();
        assert_eq!(error, "init finds `a` 2 times in a.md");
        assert!(project("").edit("b.md", &Edit::Lines("x")).unwrap_err().to_string().contains("init cannot find b.md"));
        assert!(project("").remove("b").unwrap_err().to_string().contains("init cannot find b"));
    }

    #[test]
    fn a_name_changes_in_texts_and_paths_and_not_in_pictures() {
        let mut project = project("old and old-er");
        project.files.insert("deploy/old.service".to_owned(), b"old\xff".to_vec());
        project.rename("old", "new");
        assert_eq!(project.text("a.md").unwrap(), "new and new-er");
        assert_eq!(project.files["deploy/new.service"], b"old\xff");
    }
}
