//! The files in `migrations/`: which of them makes a table, and the number of the next one.

use crate::reserved::words_of;
use crate::text;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

pub const FOLDER: &str = "migrations";

/// What a name of a table can be.
const KINDS: [&str; 2] = ["table", "view"];

/// The first number of features: those below it are the starter's, and later versions bring more of them.
const FIRST: u32 = 1000;

/// Returns the number of the next migration.
pub fn next(root: &Path) -> Result<u32> {
    let names = files(&root.join(FOLDER))?;
    let numbers = names.iter().filter_map(|name| name.split('_').next()?.parse::<u32>().ok());
    Ok(numbers.max().map_or(FIRST, |last| last + 1).max(FIRST))
}

/// Returns the names of the files in this folder that make a table of this name, or a view, and after which no other
/// one drops it.
pub fn creating(folder: &Path, table: &str) -> Result<Vec<String>> {
    let mut creating = Vec::new();
    for name in files(folder)? {
        let text = plain(&text::read(folder.join(&name))?);
        let words = code(&text);
        let does = |verb: &str| words.windows(3).any(|it| it[0] == verb && KINDS.contains(&it[1]) && it[2] == table);
        if does("drop") {
            creating.clear();
        }
        if does("create") {
            creating.push(name);
        }
    }
    Ok(creating)
}

/// Returns the names of the files in this folder that name a table.
pub fn naming(folder: &Path, table: &str) -> Result<Vec<String>> {
    let mut naming = Vec::new();
    for name in files(folder)? {
        if names_table(&text::read(folder.join(&name))?, table) {
            naming.push(name);
        }
    }
    Ok(naming)
}

/// Tells whether SQL names a table where one can stand.
pub fn names_table(sql: &str, table: &str) -> bool {
    const BEFORE: [&str; 7] = ["from", "into", "join", "on", "references", "table", "update"];
    code(&plain(sql)).windows(2).any(|pair| BEFORE.contains(&pair[0]) && pair[1] == table)
}

/// Returns the names of the functions that a migration makes.
pub fn functions(text: &str) -> Vec<String> {
    let text = plain(text);
    let words = code(&text);
    let made = words.windows(3).filter(|words| words[..2] == ["create", "function"]);
    made.map(|words| words[2].to_owned()).collect()
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

/// Returns SQL in small letters, without the usual schema.
fn plain(sql: &str) -> String {
    sql.to_lowercase().replace("public.", "")
}

/// Returns the words of SQL without its comments, and without those that may stand between a verb and a name.
fn code(sql: &str) -> Vec<&str> {
    const FILLERS: [&str; 7] = ["if", "not", "exists", "only", "or", "replace", "materialized"];
    let code = sql.lines().flat_map(|line| line.split("--").next());
    code.flat_map(words_of).filter(|word| !FILLERS.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::{creating, functions, names_table, naming, next};
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
        for (table, file) in [("letters", "2_b.sql"), ("people", "4_d.sql")] {
            assert_eq!(creating(scratch.path(), table).unwrap(), [file]);
        }
        for none in ["note", "notes"] {
            assert_eq!(creating(scratch.path(), none).unwrap(), [""; 0], "{none}");
        }
        write("5_e.sql", "create table notes (id int)");
        assert_eq!(creating(scratch.path(), "notes").unwrap(), ["5_e.sql"], "it is there again");
        assert_eq!(naming(scratch.path(), "notes").unwrap(), ["1_a.sql", "3_c.sql", "5_e.sql"]);
        let made = functions("create function a() x;\n-- create function b()\nCREATE OR REPLACE FUNCTION c (d int)");
        assert_eq!(made, ["a", "c"]);
    }

    #[test]
    fn a_table_is_named_where_one_can_stand() {
        for sql in [
            "SELECT a FROM notes",
            "select a\n  from public.notes n",
            "drop table if exists only notes",
            "create index a on notes (b)",
            "a int references notes(id)",
            "update notes set a = 1",
        ] {
            assert!(names_table(sql, "notes"), "{sql}");
        }
        for sql in ["select notes from orders", "create table orders (notes text)", "-- from notes", "from notes_old"] {
            assert!(!names_table(sql, "notes"), "{sql}");
        }
    }
}
