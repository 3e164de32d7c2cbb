//! Takes a feature out: its folders, its places in the lists, and its table.

use crate::changes::Changes;
use crate::folders::root;
use crate::new_feature::FOLDERS;
use crate::registry::{self, FEATURES, LISTS, PAGES};
use crate::reserved::words_of;
use crate::{migrations, text};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::fs;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::path::Path;
use std::process::{Command, Stdio};
use walkdir::WalkDir;

/// The folders with sources that may name a feature.
const SOURCES: [&str; 5] = ["app", "pages", "server", "frontend", "end2end/tests"];

/// The descriptions of queries.
const QUERIES: &str = ".sqlx";

#[derive(Args, Debug)]
pub struct Options {
    /// The feature's name, as in the list of features in app/src/lib.rs
    name: String,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
}

/// What goes with a feature.
#[derive(Debug, Default)]
struct Removal {
    changes: Changes,
    /// The new migration that drops the table, if an old one stays.
    drop: Option<String>,
    /// Migrations that are deleted, since they are in no commit.
    uncommitted: Vec<String>,
    /// Files that name the feature and stay.
    naming: Vec<String>,
    /// Whether the start page is the feature's.
    start_page: bool,
}

/// The path of the start page, in the list of pages.
const START: &str = "path!(\"/\")";

pub fn run(options: &Options) -> Result<()> {
    let (root, name) = (root(), options.name.as_str());
    let removal = Removal::of(root, name, |file| is_committed(root, file))?;
    removal.announce(name);
    if !options.yes {
        ensure!(stdin().is_terminal(), "standard input is no terminal to ask in\n    Fix: add `--yes`");
        print!("Go on (yes or no) [no]: ");
        stdout().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        ensure!(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()), "nothing has changed");
    }
    removal.changes.make(root)?;
    println!("\n==> Done. `cargo xtask test` tests what is left");
    Ok(())
}

impl Removal {
    /// Looks for everything of a feature. `is_committed` tells whether a file is in a commit.
    fn of(root: &Path, name: &str, is_committed: impl Fn(&str) -> bool) -> Result<Self> {
        let features = text::read(root.join(FEATURES)).context(FEATURES)?;
        let there: Vec<_> =
            features.lines().filter_map(|line| line.trim().strip_suffix("::FEATURE,")).map(str::to_owned).collect();
        ensure!(
            there.iter().any(|feature| feature == name),
            "there is no feature {name:?}\n    Fix: one of {}",
            if there.is_empty() { "none".to_owned() } else { there.join(", ") }
        );
        let mut removal = Self::default();
        for (folder, ending) in FOLDERS {
            removal.delete_below(root, &format!("{folder}/{name}"))?;
            let file = format!("{folder}/{name}{ending}");
            if root.join(&file).is_file() {
                removal.changes.delete(file);
            }
        }
        for list in LISTS {
            let text = text::read(root.join(list)).context(list)?;
            if registry::names(&text, name) {
                let without = registry::without(&text, name);
                removal.start_page |= list == PAGES && text.contains(START) && !without.contains(START);
                removal.changes.write(list, without);
            }
        }
        removal.drop_table(root, name, is_committed)?;
        removal.delete_queries(root, name)?;
        removal.naming = removal.left(root, name)?;
        Ok(removal)
    }

    fn delete_below(&mut self, root: &Path, folder: &str) -> Result<()> {
        if root.join(folder).is_dir() {
            for entry in WalkDir::new(root.join(folder)) {
                let entry = entry?;
                if !entry.file_type().is_dir() {
                    self.changes.delete(entry.path().strip_prefix(root)?.to_string_lossy());
                }
            }
        }
        Ok(())
    }

    /// Deletes migrations that are in no commit. The table of one that is has to be dropped by another, since it has run
    /// wherever the app is deployed.
    fn drop_table(&mut self, root: &Path, name: &str, is_committed: impl Fn(&str) -> bool) -> Result<()> {
        let folder = root.join(migrations::FOLDER);
        let path = |file: &String| format!("{}/{file}", migrations::FOLDER);
        let made = migrations::creating(&folder, name)?;
        let naming = migrations::naming(&folder, name)?;
        for file in &naming {
            if migrations::drops(&text::read(folder.join(file))?, name) {
                return Ok(());
            }
        }
        let (kept, deleted): (Vec<_>, Vec<_>) = made.iter().map(path).partition(|file| is_committed(file));
        if kept.is_empty() {
            if let Some(other) = naming.iter().map(path).find(|file| !deleted.is_empty() && !deleted.contains(file)) {
                bail!(
                    "{other} needs the table {name}\n    Fix: delete it first, or commit and let the table be dropped"
                );
            }
        } else {
            let mut functions = Vec::new();
            for file in &kept {
                functions.extend(migrations::functions(&text::read(root.join(file))?));
            }
            let file = format!("{}/{}_drop_{name}.sql", migrations::FOLDER, migrations::next(root)?);
            self.changes.write(file.clone(), drop_statements(name, &functions));
            self.drop = Some(file);
        }
        deleted.iter().for_each(|file| self.changes.delete(file.clone()));
        self.uncommitted = deleted;
        Ok(())
    }

    fn delete_queries(&mut self, root: &Path, name: &str) -> Result<()> {
        let folder = root.join(QUERIES);
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if words_of(&text::read(entry.path())?).any(|word| word == name) {
                self.changes.delete(format!("{QUERIES}/{}", entry.file_name().to_string_lossy()));
            }
        }
        Ok(())
    }

    /// Returns the sources that will still name the feature.
    fn left(&self, root: &Path, name: &str) -> Result<Vec<String>> {
        let mut left = Vec::new();
        for entry in SOURCES.iter().flat_map(|folder| WalkDir::new(root.join(folder)).sort_by_file_name()) {
            let entry = entry?;
            let is_source = entry.path().extension().is_some_and(|ending| ending == "rs" || ending == "ts");
            let file = entry.path().strip_prefix(root)?.to_string_lossy().into_owned();
            if !is_source || self.changes.deleted().any(|deleted| deleted == file) {
                continue;
            }
            let changed = self.changes.written().find(|(written, _)| *written == file).map(|(_, text)| text.to_owned());
            let text = changed.map_or_else(|| text::read(entry.path()), Ok)?;
            if words_of(&text).any(|word| word == name) {
                left.push(file);
            }
        }
        Ok(left)
    }

    fn announce(&self, name: &str) {
        println!("\n==> Remove {name}: {} files go", self.changes.deleted().count());
        self.changes.written().for_each(|(file, _)| println!("    {file} changes"));
        for file in &self.uncommitted {
            println!("    {file} goes, since it is in no commit");
            println!("    Where it has run, as in local mode, the app says how to begin anew");
        }
        if let Some(file) = &self.drop {
            println!("    Warning: {file} drops the table. All its rows are gone wherever it runs");
        }
        if self.start_page {
            println!("    The start page goes: give the path / to another one in {PAGES}");
        }
        for file in &self.naming {
            println!("    {file} still has the word {name}: look at it");
        }
    }
}

fn drop_statements(name: &str, functions: &[String]) -> String {
    let mut text = format!("-- The feature {name} is gone, and every row of it.\ndrop table {name};\n");
    if !functions.is_empty() {
        text += &format!("drop function {};\n", functions.join(", "));
    }
    text
}

/// Tells whether a file is in a commit. Where there is no history nobody knows, and so it may have run.
fn is_committed(root: &Path, file: &str) -> bool {
    let git =
        |arguments: &[&str]| Command::new("git").args(arguments).current_dir(root).stderr(Stdio::null()).output().ok();
    let has_history = git(&["rev-parse", "--is-inside-work-tree"]).is_some_and(|output| output.status.success());
    !has_history
        || git(&["log", "--all", "--max-count=1", "--format=%h", "--", file])
            .is_none_or(|output| !output.stdout.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Removal, drop_statements, is_committed};
    use std::fs;
    use std::path::Path;
    use std::process::Command;
    use tempfile::TempDir;

    const CREATE: &str = "migrations/1000_create_teas.sql";

    /// Makes a project with the features `teas`, whose table a migration makes, and `tests`, which has none.
    fn project() -> TempDir {
        let scratch = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("app/src/lib.rs", "pub mod teas;\npub mod ui;\n\n    teas::FEATURE,\n    tests::FEATURE,\n"),
            ("app/src/teas/mod.rs", "teas"),
            ("app/src/ui/mod.rs", "// Not of teas_and_more."),
            (
                "pages/src/lib.rs",
                "mod teas;\nuse crate::teas::TeasPage;\n<Route path=path!(\"/teas\") view=TeasPage />\n",
            ),
            ("pages/src/teas.rs", "teas"),
            ("server/tests/main.rs", "mod teas;\n"),
            ("server/tests/teas/rls/mod.rs", "teas"),
            ("server/benches/a.rs", "select * from teas"),
            ("frontend/src/lib.rs", ""),
            ("end2end/tests/teas/flows.spec.ts", "teas"),
            (CREATE, "create table teas (id int);\ncreate function teas_were_edited() returns trigger"),
            (".sqlx/query-1.json", "{\"query\": \"select id from teas\"}"),
            (".sqlx/query-2.json", "{\"query\": \"select id from teas_and_more\"}"),
        ] {
            write(scratch.path(), file, text);
        }
        scratch
    }

    fn write(root: &Path, file: &str, text: &str) {
        fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        fs::write(root.join(file), text).unwrap();
    }

    fn read(root: &Path, file: &str) -> String {
        fs::read_to_string(root.join(file)).unwrap()
    }

    #[test]
    fn everything_of_a_feature_goes_and_nothing_else() {
        let scratch = project();
        let root = scratch.path();
        let removal = Removal::of(root, "teas", |_| false).unwrap();
        assert_eq!(removal.naming, ["server/benches/a.rs"]);
        assert!(!removal.start_page);
        assert_eq!((removal.uncommitted.as_slice(), &removal.drop), ([CREATE.to_owned()].as_slice(), &None));
        removal.changes.make(root).unwrap();
        for gone in ["app/src/teas", "pages/src/teas.rs", "server/tests/teas", "end2end/tests/teas", CREATE] {
            assert!(!root.join(gone).exists(), "{gone}");
        }
        assert!(!root.join(".sqlx/query-1.json").exists() && root.join(".sqlx/query-2.json").exists());
        assert_eq!(read(root, "app/src/lib.rs"), "pub mod ui;\n\n    tests::FEATURE,\n");
        assert_eq!((read(root, "pages/src/lib.rs"), read(root, "server/tests/main.rs")), Default::default());
    }

    #[test]
    fn a_committed_migration_stays_and_another_drops_the_table() {
        let scratch = project();
        let root = scratch.path();
        let removal = Removal::of(root, "teas", |_| true).unwrap();
        assert_eq!(removal.drop.as_deref(), Some("migrations/1001_drop_teas.sql"));
        removal.changes.make(root).unwrap();
        let dropped = read(root, "migrations/1001_drop_teas.sql");
        assert!(dropped.ends_with("\ndrop table teas;\ndrop function teas_were_edited;\n"), "{dropped}");
        assert!(root.join(CREATE).exists());
        assert!(!drop_statements("teas", &[]).contains("function"));

        // Of a table that is dropped already there is nothing left to do.
        write(root, "app/src/lib.rs", "pub mod teas;\n    teas::FEATURE,\n");
        write(root, "pages/src/lib.rs", "use crate::teas::TeasPage;\n<Route path=path!(\"/\") view=TeasPage />\n");
        let again = Removal::of(root, "teas", |_| true).unwrap();
        assert_eq!((again.drop, again.start_page), (None, true));
    }

    #[test]
    fn what_is_no_feature_is_refused() {
        let scratch = project();
        let root = scratch.path();
        for name in ["ui", "tea", "", "..", "teas/rls", "TEAS"] {
            let error = Removal::of(root, name, |_| false).unwrap_err().to_string();
            assert!(error.contains("Fix: one of teas, tests"), "{name}: {error}");
        }
        write(root, "migrations/1001_count_teas.sql", "alter table teas add column count int;");
        let error = Removal::of(root, "teas", |_| false).unwrap_err().to_string();
        assert!(error.contains("1001_count_teas.sql needs the table"), "{error}");
        assert!(Removal::of(root, "teas", |_| true).unwrap().drop.is_some());
    }

    #[test]
    fn a_file_is_committed_if_any_commit_has_it() {
        let scratch = project();
        let root = scratch.path();
        assert!(is_committed(root, CREATE), "without history it may have run");
        let git = |arguments: &str| {
            let status = Command::new("git").args(arguments.split(' ')).current_dir(root).status().unwrap();
            assert!(status.success(), "git {arguments}");
        };
        git("init --quiet");
        assert!(!is_committed(root, CREATE));
        git("add .");
        assert!(!is_committed(root, CREATE));
        git("-c user.name=test -c user.email=test@example.com -c commit.gpgsign=false commit --quiet --message all");
        assert!(is_committed(root, CREATE));
        assert!(!is_committed(root, "migrations/1001_other.sql"));
    }
}
