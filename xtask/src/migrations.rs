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

/// Returns the names of the files in this folder that make a table of this name, or a view, in their order.
pub fn creating(folder: &Path, table: &str) -> Result<Vec<String>> {
    let makes = |text: &str| ["table", "view"].iter().any(|kind| has_statement(text, ["create", *kind], table));
    matching(folder, makes)
}

/// Returns the names of the files in this folder that name a table.
pub fn naming(folder: &Path, table: &str) -> Result<Vec<String>> {
    matching(folder, |text| words_of(text).any(|word| word == table))
}

/// Returns the names of the functions that a migration makes.
pub fn functions(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = code(&text);
    let made = words.windows(3).filter(|words| words[..2] == ["create", "function"]);
    made.map(|words| name(words[2]).to_owned()).collect()
}

/// Tells whether a migration drops a table.
pub fn drops(text: &str, table: &str) -> bool {
    has_statement(&text.to_lowercase(), ["drop", "table"], table)
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

/// Returns the words of a migration without its comments, and without those that may stand between a verb and a name.
fn code(text: &str) -> Vec<&str> {
    const BETWEEN: [&str; 7] = ["if", "not", "exists", "only", "or", "replace", "materialized"];
    let words = text.lines().flat_map(|line| line.split("--").next().unwrap_or_default().split_whitespace());
    // A statement may be the text of another one.
    words.map(|word| word.trim_start_matches('\'')).filter(|word| !BETWEEN.contains(word)).collect()
}

/// Returns the name that a word of a statement is, or begins with.
fn name(word: &str) -> &str {
    word.split(['(', ';']).next().unwrap_or_default().trim_start_matches("public.")
}

/// Tells whether a migration, in small letters, has a statement that begins so.
fn has_statement(text: &str, verb: [&str; 2], table: &str) -> bool {
    code(text).windows(3).any(|words| words[..2] == verb && name(words[2]) == table)
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
        write("4_d.sql", "execute format(\n 'create or replace view people as select id from %s', directory)");
        for (table, file) in [("notes", "1_a.sql"), ("letters", "2_b.sql"), ("people", "4_d.sql")] {
            assert_eq!(creating(scratch.path(), table).unwrap(), [file]);
        }
        assert_eq!(creating(scratch.path(), "note").unwrap(), [""; 0]);
        assert_eq!(naming(scratch.path(), "notes").unwrap(), ["1_a.sql", "3_c.sql"]);
        let made = functions("create function a() x;\n-- create function b()\nCREATE OR REPLACE FUNCTION c (d int)");
        assert_eq!(made, ["a", "c"]);
        assert!(drops("DROP TABLE notes;", "notes") && !drops("drop table notes_old;", "notes"));
    }
}
