//! Takes a feature out: its folders, its places in the lists, and its table.

mod table;

use crate::changes::Changes;
use crate::folders::root;
use crate::migrations;
use crate::registry::{self, ARGUMENTS, FEATURE_OF_TESTS, FEATURES, FOLDERS, LISTS, PAGES};
use crate::reserved::words_of;
use crate::terminal::{Terminal, yes};
use crate::text;
use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{IsTerminal, stdin, stdout};
use std::path::Path;
use table::Table;
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
    table: Table,
    /// Files that name the feature and stay.
    naming: Vec<String>,
    /// Whether the start page is the feature's.
    start_page: bool,
}

/// The path of the start page, in the list of pages.
const START: &str = "path!(\"/\")";

pub fn run(options: &Options) -> Result<()> {
    let (root, name) = (root(), options.name.as_str());
    let removal = Removal::of(root, name, |file| table::is_committed(root, file))?;
    removal.announce(name);
    if !options.yes {
        ensure!(stdin().is_terminal(), "standard input is no terminal to ask in\n    Fix: add `--yes`");
        let mut terminal = Terminal { input: &mut stdin().lock(), output: &mut stdout() };
        ensure!(terminal.ask("Go on (yes or no)", "no", yes)?, "nothing has changed");
    }
    removal.changes.make(root)?;
    println!("\n==> Done. `cargo xtask test` tests what is left");
    Ok(())
}

impl Removal {
    /// Looks for everything of a feature. `is_committed` tells whether a file is in a commit.
    fn of(root: &Path, name: &str, is_committed: impl Fn(&str) -> bool) -> Result<Self> {
        let features = text::read(root.join(FEATURES)).context(FEATURES)?;
        let there: Vec<_> = registry::features(&features).collect();
        let fix = if there.is_empty() {
            "there is none to remove".to_owned()
        } else {
            format!("one of {}", there.join(", "))
        };
        ensure!(there.contains(&name), "there is no feature {name:?}\n    Fix: {fix}");
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
        removal.table = Table::without(root, name, is_committed)?;
        removal.table.uncommitted.iter().for_each(|file| removal.changes.delete(file.as_str()));
        if let Some((file, statements)) = &removal.table.drop {
            removal.changes.write(file.as_str(), statements.as_str());
        }
        removal.delete_queries(root, name)?;
        removal.forget_arguments(root)?;
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

    fn delete_queries(&mut self, root: &Path, name: &str) -> Result<()> {
        let folder = root.join(QUERIES);
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let description: Value = serde_json::from_str(&text::read(entry.path())?)
                .with_context(|| format!("{} cannot be read", entry.path().display()))?;
            if migrations::names_table(description["query"].as_str().unwrap_or_default(), name) {
                self.changes.delete(format!("{QUERIES}/{}", entry.file_name().to_string_lossy()));
            }
        }
        Ok(())
    }

    /// Takes the values for what only functions of the feature take out of the test that calls all functions.
    fn forget_arguments(&mut self, root: &Path) -> Result<()> {
        let text = text::read(root.join(ARGUMENTS)).context(ARGUMENTS)?;
        let (mut own, mut others) = (BTreeSet::new(), registry::around_arguments(&text)?);
        for folder in ["app/src", FEATURE_OF_TESTS].map(|folder| root.join(folder)) {
            for entry in WalkDir::new(folder) {
                let entry = entry?;
                if entry.path().extension().is_none_or(|ending| ending != "rs") {
                    continue;
                }
                let text = text::read(entry.path())?;
                let file = entry.path().strip_prefix(root)?.to_string_lossy();
                if self.changes.deleted().any(|deleted| deleted == file) {
                    own.extend(words_of(&text).map(str::to_owned));
                } else if text.contains("#[server") {
                    others += &text;
                }
            }
        }
        let others: BTreeSet<&str> = words_of(&others).collect();
        let without = registry::without_arguments(&text, |word| own.contains(word) && !others.contains(word))?;
        if without != text {
            self.changes.write(ARGUMENTS, without);
        }
        Ok(())
    }

    /// Returns the sources that will still name the feature.
    fn left(&self, root: &Path, name: &str) -> Result<Vec<String>> {
        let mut left = Vec::new();
        let folders = SOURCES.iter().map(|folder| root.join(folder)).filter(|folder| folder.is_dir());
        for entry in folders.flat_map(|folder| WalkDir::new(folder).sort_by_file_name()) {
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
        for file in &self.table.uncommitted {
            println!("    {file} goes, since it is in no commit");
            println!("    Where it has run, as in local mode, the app says how to begin anew");
        }
        if let Some((file, _)) = &self.table.drop {
            println!("    Warning: {file} drops the table. All its rows are gone wherever it runs");
            for other in &self.table.others {
                println!("    {other} names the table: what it has made of it has to be dropped before");
            }
        }
        if self.start_page {
            println!("    The start page goes: give the path / to another one in {PAGES}");
        }
        for file in &self.naming {
            println!("    {file} still has the word {name}: look at it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ARGUMENTS, Removal, Table};
    use std::fs;
    use std::path::Path;
    use tempfile::TempDir;

    pub const CREATE: &str = "migrations/1000_create_teas.sql";

    /// Makes a project with the features `teas`, whose table a migration makes, and `tests`, which has none.
    pub fn project() -> TempDir {
        let scratch = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("app/src/lib.rs", "pub mod teas;\npub mod ui;\n\n    teas::FEATURE,\n    tests::FEATURE,\n"),
            ("app/src/teas/mod.rs", "teas: fn c(id: i64, hot: bool, cup: String, sort: String, task: String)"),
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
            (".sqlx/query-3.json", "{\"query\": \"select teas from tests\", \"describe\": {\"parameters\": []}}"),
            (ARGUMENTS, "const ARGUMENTS: &str = \"id=1&hot=true&cup=x&sort=x&task=x\";\n#[server] fn a(task: String)"),
            ("server/tests/support/feature/cups.rs", "#[server]\nfn b(cup: String)"),
        ] {
            write(scratch.path(), file, text);
        }
        scratch
    }

    pub fn write(root: &Path, file: &str, text: &str) {
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
        assert_eq!(removal.table, Table { uncommitted: vec![CREATE.to_owned()], ..Table::default() });
        removal.changes.make(root).unwrap();
        for gone in ["app/src/teas", "pages/src/teas.rs", "server/tests/teas", "end2end/tests/teas", CREATE] {
            assert!(!root.join(gone).exists(), "{gone}");
        }
        let queries = [1, 2, 3].map(|number| root.join(format!(".sqlx/query-{number}.json")).exists());
        assert_eq!(queries, [false, true, true]);
        assert!(read(root, ARGUMENTS).starts_with("const ARGUMENTS: &str = \"id=1&cup=x&task=x\";"));
        assert_eq!(read(root, "app/src/lib.rs"), "pub mod ui;\n\n    tests::FEATURE,\n");
        assert_eq!((read(root, "pages/src/lib.rs"), read(root, "server/tests/main.rs")), Default::default());
    }

    #[test]
    fn the_start_page_may_go_with_its_feature() {
        let scratch = project();
        let root = scratch.path();
        write(root, "pages/src/lib.rs", "use crate::teas::TeasPage;\n<Route path=path!(\"/\") view=TeasPage />\n");
        assert!(Removal::of(root, "teas", |_| true).unwrap().start_page);
    }

    #[test]
    fn what_is_no_feature_is_refused() {
        let scratch = project();
        let root = scratch.path();
        for name in ["ui", "tea", "", "..", "teas/rls", "TEAS"] {
            let error = Removal::of(root, name, |_| false).unwrap_err().to_string();
            assert!(error.contains("Fix: one of teas, tests"), "{name}: {error}");
        }
        write(root, "app/src/lib.rs", "");
        let error = Removal::of(root, "teas", |_| false).unwrap_err().to_string();
        assert!(error.contains("Fix: there is none"), "{error}");
    }
}
