//! What becomes of the table of a feature that goes: its migration goes, too, or another one drops it.

use crate::{git, migrations, text};
use anyhow::{Result, bail};
use std::path::Path;

/// The migrations that go and come.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Those that are deleted, since they are in no commit.
    pub uncommitted: Vec<String>,
    /// The one that drops the table, with its statements, where another one stays.
    pub drop: Option<(String, String)>,
    /// Others that name the table, and may have made what keeps it from being dropped.
    pub others: Vec<String>,
}

impl Table {
    /// Looks for the migrations of a table. That of one which is in a commit has to be dropped by another, since it has
    /// run wherever the app is deployed.
    pub fn without(root: &Path, name: &str, is_committed: impl Fn(&str) -> bool) -> Result<Self> {
        let folder = root.join(migrations::FOLDER);
        let path = |file: &String| format!("{}/{file}", migrations::FOLDER);
        let made = migrations::creating(&folder, name)?;
        // Migrations that come before it are about an earlier table of that name.
        let naming = migrations::naming(&folder, name)?;
        let later = naming.iter().filter(|file| made.first().is_some_and(|first| first < *file));
        let others = later.filter(|file| !made.contains(file)).map(path).collect::<Vec<_>>();
        let (kept, uncommitted): (Vec<_>, Vec<_>) = made.iter().map(path).partition(|file| is_committed(file));
        if kept.is_empty() {
            if let Some(other) = others.first() {
                bail!(
                    "{other} needs the table {name}\n    Fix: delete it first, or commit and let the table be dropped"
                );
            }
            return Ok(Self { uncommitted, ..Self::default() });
        }
        let mut functions = Vec::new();
        for file in &kept {
            functions.extend(migrations::functions(&text::read(root.join(file))?));
        }
        let file = format!("{}/{}_drop_{name}.sql", migrations::FOLDER, migrations::next(root)?);
        Ok(Self { uncommitted, drop: Some((file, drop_statements(name, &functions))), others })
    }
}

fn drop_statements(name: &str, functions: &[String]) -> String {
    let mut text = format!("-- The feature {name} is gone, and every row of it.\ndrop table {name};\n");
    if !functions.is_empty() {
        text += &format!("drop function {};\n", functions.join(", "));
    }
    text
}

/// Tells whether a file is in a commit, beside those of the starter, whose sample may have had a file of that name.
/// Where there is no history nobody knows, and so it may have run.
pub fn is_committed(root: &Path, file: &str) -> bool {
    let has_history = git::output(root, &["rev-parse", "--is-inside-work-tree"]).is_some();
    let starter = format!("--remotes={}", git::REMOTE);
    let added = ["log", "--all", "--max-count=1", "--format=%h", "--diff-filter=AM", "--not", &starter, "--", file];
    let commit = || git::output(root, &added);
    !has_history || commit().is_none_or(|commit| !commit.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Table, drop_statements, is_committed};
    use crate::remove_feature::tests::{CREATE, project, write};
    use std::path::Path;
    use std::process::Command;

    #[test]
    fn a_committed_migration_stays_and_another_drops_the_table() {
        let scratch = project();
        let root = scratch.path();
        let (file, statements) = Table::without(root, "teas", |_| true).unwrap().drop.unwrap();
        assert_eq!(file, "migrations/1001_drop_teas.sql");
        assert!(statements.ends_with("\ndrop table teas;\ndrop function teas_were_edited;\n"), "{statements}");
        assert!(!drop_statements("teas", &[]).contains("function"));

        write(root, &file, &statements);
        let again = Table::without(root, "teas", |_| true).unwrap();
        assert_eq!(again, Table::default(), "it is dropped already");

        write(root, "migrations/1002_create_teas.sql", "create table teas (id int)");
        let anew = Table::without(root, "teas", |file| file == CREATE).unwrap();
        assert_eq!(anew.uncommitted, ["migrations/1002_create_teas.sql"]);
        let (file, _) = Table::without(root, "teas", |_| true).unwrap().drop.unwrap();
        assert_eq!(file, "migrations/1003_drop_teas.sql");
    }

    #[test]
    fn a_table_that_another_migration_needs_stays() {
        let scratch = project();
        let root = scratch.path();
        write(root, "migrations/1001_count_teas.sql", "alter table teas add column count int;");
        let error = Table::without(root, "teas", |_| false).unwrap_err().to_string();
        assert!(error.contains("1001_count_teas.sql needs the table") && error.contains("Fix:"), "{error}");
        let dropped = Table::without(root, "teas", |_| true).unwrap();
        assert!(dropped.drop.is_some());
        assert_eq!(dropped.others, ["migrations/1001_count_teas.sql"]);
        write(root, "migrations/1001_count_teas.sql", "alter table cups add column teas int;");
        assert!(Table::without(root, "teas", |_| false).is_ok(), "a column is no table");
    }

    #[test]
    fn a_file_is_committed_if_any_commit_has_it() {
        let scratch = project();
        let root = scratch.path();
        assert!(is_committed(root, CREATE), "without history it may have run");
        git(root, "init --quiet");
        assert!(!is_committed(root, CREATE));
        git(root, "add .");
        assert!(!is_committed(root, CREATE));
        git(
            root,
            "-c user.name=test -c user.email=test@example.com -c commit.gpgsign=false commit --quiet --message all",
        );
        assert!(is_committed(root, CREATE));
        assert!(!is_committed(root, "migrations/1001_other.sql"));
        git(root, "update-ref refs/remotes/starter/main HEAD");
        assert!(!is_committed(root, CREATE), "it is the starter's");
    }

    fn git(root: &Path, arguments: &str) {
        let status = Command::new("git").args(arguments.split(' ')).current_dir(root).status().unwrap();
        assert!(status.success(), "git {arguments}");
    }
}
