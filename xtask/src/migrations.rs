//! The files in `migrations/`: which of them makes a table, and the number of the next one.

use crate::reserved::words_of;
use crate::text;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

pub const FOLDER: &str = "migrations";

/// The first number of features: those below it are the starter's, and later versions bring more of them.
const FIRST: u32 = 1000;

/// Returns the number of the next migration.
pub fn next(root: &Path) -> Result<u32> {
    let names = files(&root.join(FOLDER))?;
    let numbers = names.iter().filter_map(|name| name.split('_').next()?.parse::<u32>().ok());
    Ok(numbers.max().map_or(FIRST, |last| last + 1).max(FIRST))
}

/// Returns the names of the files in this folder that make a table, in their order.
pub fn creating(folder: &Path, table: &str) -> Result<Vec<String>> {
    matching(folder, |text| has_statement(text, &["create", "table"], table))
}

/// Returns the names of the files in this folder that name a table.
pub fn naming(folder: &Path, table: &str) -> Result<Vec<String>> {
    matching(folder, |text| words_of(text).any(|word| word == table))
}

/// Returns the names of the functions that a migration makes.
pub fn functions(text: &str) -> Vec<String> {
    let words: Vec<&str> = code(text);
    let made = words.windows(3).filter(|words| words[0] == "create" && words[1] == "function");
    made.map(|words| words[2].split('(').next().unwrap_or_default().to_owned()).collect()
}

/// Tells whether a migration drops a table.
pub fn drops(text: &str, table: &str) -> bool {
    has_statement(text, &["drop", "table"], table)
}

fn matching(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in files(folder)? {
        if is_wanted(&text::read(folder.join(&name))?.to_lowercase()) {
            found.push(name);
        }
    }
    Ok(found)
}

/// Returns the names of the migrations in a folder, in their order.
fn files(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_>>()?;
    names.retain(|name| name.ends_with(".sql"));
    names.sort_unstable();
    Ok(names)
}

/// Returns the words of a migration without its comments.
fn code(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split("--").next().unwrap_or_default().split_whitespace()).collect()
}

fn has_statement(text: &str, verb: &[&str], table: &str) -> bool {
    let words: Vec<&str> =
        code(text).into_iter().filter(|word| !["if", "not", "exists", "only"].contains(word)).collect();
    let name = |word: &str| word.split(['(', ';']).next().unwrap_or_default().trim_start_matches("public.").to_owned();
    words.windows(3).any(|words| words[..2] == *verb && name(words[2]) == table)
}

#[cfg(test)]
mod tests {
    use super::{creating, drops, functions, naming, next};
    use std::fs;

    #[test]
    fn own_migrations_count_from_a_thousand() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("migrations");
        fs::create_dir(&folder).unwrap();
        for (file, number) in [("README.md", 1000), ("0009_a.sql", 1000), ("1000_b.sql", 1001), ("1017_c.sql", 1018)] {
            fs::write(folder.join(file), "").unwrap();
            assert_eq!(next(scratch.path()).unwrap(), number, "after {file}");
        }
    }

    #[test]
    fn tables_and_functions_are_found_by_their_statements() {
        let scratch = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| fs::write(scratch.path().join(file), text).unwrap();
        write(
            "1_a.sql",
            "execute format($sql$ create table notes (\n id int) $sql$);\ncreate function f() returns int",
        );
        write("2_b.sql", "-- create table letters\nCREATE TABLE IF NOT EXISTS public.letters(id int)");
        write("3_c.sql", "drop table if exists notes;");
        for (table, file) in [("notes", "1_a.sql"), ("letters", "2_b.sql")] {
            assert_eq!(creating(scratch.path(), table).unwrap(), [file]);
        }
        assert_eq!(creating(scratch.path(), "note").unwrap(), [""; 0]);
        assert_eq!(naming(scratch.path(), "notes").unwrap(), ["1_a.sql", "3_c.sql"]);
        assert_eq!(functions("create function a() x;\n-- create function b()\ncreate function c (d int)"), ["a", "c"]);
        assert!(drops("drop table notes;", "notes") && !drops("drop table notes_old;", "notes"));
    }
}
