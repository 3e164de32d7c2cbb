//! Does in a copy of the project what the documents tell people to do. The copy has to compile and work afterwards.

mod copy;
mod follow;
mod steps;

use crate::command::Step;
use crate::folders::root;
use crate::progress::Progress;
use crate::{cargo_tools, files, install, release, text, tools};
use anyhow::{Context, Result, ensure};
use follow::follow;
use std::fs;
use std::path::Path;

/// A change of the project, with the tests of it afterwards.
struct Trial {
    name: &'static str,
    change: Change,
    /// The filter of the Rust tests, for nextest.
    tests: &'static str,
    /// The filters of the browser tests, for Playwright.
    specs: &'static [&'static str],
}

enum Change {
    /// Follow this document.
    Document(&'static str),
    /// Make the copy a project of its own, without these features of the sample.
    Init(&'static str),
    /// Run these tasks of xtask, one after the other.
    Tasks(&'static [&'static str]),
}

/// A project without the sample's public feature, for features of its own.
const INIT: &str = "init demo --without posts --yes";
const NOTES: &str = "new feature notes title:text body:longtext? done:bool due:date";
const ARTICLES: &str = "new feature articles --public title:text content:longtext";

const TRIALS: [Trial; 6] = [
    Trial {
        name: "add-a-feature",
        change: Change::Document("docs/add-a-feature.md"),
        tests: "test(/^(notes|tags|error|rls::(catalog|matrix|migrations)|http|posts|todos::(rls|whole_app))::/)",
        specs: &["notes", "tags", "posts/flows"],
    },
    Trial {
        name: "new-features",
        change: Change::Tasks(&[INIT, NOTES, ARTICLES]),
        tests: "test(/^(notes|articles|contract::account|conditional|user_data|forms|http|rls::(catalog|deletion|matrix))::/)",
        specs: &["notes", "articles", "account"],
    },
    Trial {
        name: "remove-a-feature",
        change: Change::Tasks(&[INIT, NOTES, ARTICLES, "remove notes --yes"]),
        tests: "test(/^(articles|user_data|http|rls::(catalog|deletion|matrix))::/)",
        specs: &["articles"],
    },
    init("init-without-todos", "todos", &["account", "posts/flows"]),
    init("init-without-posts", "posts", &["account", "todos/flows"]),
    init("init-without-both", "todos,posts", &["sign-in", "account", "/accessible", "/keyboard", "theme"]),
];

const fn init(name: &'static str, without: &'static str, specs: &'static [&'static str]) -> Trial {
    // The tests of what uses features: the rules of the database, the HTTP side, accounts, and checks of all features.
    let tests = "test(/^(contract::account|conditional|user_data|forms|http|local_environment|posts|todos::(rls|whole_app|under_the_hood)|rls::(catalog|deletion|matrix)|under_the_hood)::/)";
    Trial { name, change: Change::Init(without), tests, specs }
}

/// Follows all trials, or the one with this `name`.
pub fn all(name: Option<&str>) -> Result<()> {
    let mut tools = tools::for_building();
    tools.push(cargo_tools::nextest().into());
    install::all(&tools)?;
    let wanted: Vec<_> = TRIALS.iter().filter(|trial| name.is_none_or(|name| name == trial.name)).collect();
    ensure!(
        name.is_none() || !wanted.is_empty(),
        "no such trial; there are: {}",
        TRIALS.each_ref().map(|trial| trial.name).join(", ")
    );
    // A reader has built the server, too: it makes the database that new queries are checked against.
    Progress::new("Build", 1).step("the server", release::ALL_FOR_DEVELOPMENT, |log| {
        Step::new("", "cargo").args(["build", "--bin", "server"]).logged(log)
    })?;
    let folder = root().join("target/try-docs");
    for trial in wanted {
        println!("\n##### {}", trial.name);
        files::copy_to(&folder)?;
        copy::share_dependencies(&folder)?;
        copy::take_along(&folder, "target/debug/server")?;
        remove_databases(&folder)?;
        trial.change.make(&folder)?;
        trial.run(&folder).with_context(|| format!("{} in {}", trial.name, folder.display()))?;
    }
    Ok(())
}

/// Removes the databases that the last trial has left, whose migrations differ.
fn remove_databases(folder: &Path) -> Result<()> {
    let left = folder.join("target/end2end");
    if left.exists() {
        stop(folder, &left)?;
        fs::remove_dir_all(&left)?;
    }
    Ok(())
}

/// Stops the databases in `left`, and those of the Rust tests.
fn stop(folder: &Path, left: &Path) -> Result<()> {
    Step::new("Stop the databases of the copy", folder.join("target/debug/server").to_string_lossy().as_ref())
        .arg("stop")
        .env("LOCAL_FOLDER", left)
        .directory(folder)
        .run()
}

impl Change {
    fn make(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Document(document) => follow(document, &steps(document)?, folder),
            Self::Init(without) => Step::new("Make it a project of its own", "cargo")
                .args(["xtask", "init", "demo", "--without", without, "--yes"])
                .directory(folder)
                .run(),
            Self::Tasks(tasks) => tasks.iter().try_for_each(|task| {
                Step::new(format!("cargo xtask {task}"), "cargo")
                    .arg("xtask")
                    .args(task.split(' '))
                    .directory(folder)
                    .run()
            }),
        }
    }
}

fn steps(document: &'static str) -> Result<Vec<steps::Step>> {
    steps::read(&text::read(root().join(document))?).context(document)
}

impl Trial {
    fn run(&self, folder: &Path) -> Result<()> {
        let cargo = |what: &str, args: &[&str]| Step::new(what, "cargo").args(args).directory(folder).run();
        cargo("Lints", &["xtask", "lint"])?;
        cargo("Query metadata is up to date", &["xtask", "prepare", "--check"])?;
        cargo("Build", &["leptos", "build"])?;
        // Browser tests come first: the server that the Rust tests build does not match the browser's half.
        let browser = Step::new("Browser tests", "npx")
            .args(["playwright", "test"])
            .args(self.specs)
            .args(["--project=javascript", "--project=no-javascript"])
            .directory(folder.join("end2end"))
            .run();
        let tests =
            ["nextest", "run", "--workspace", "--exclude", "frontend", "--exclude", "xtask", "--filterset", self.tests];
        let rust = cargo("Rust tests", &tests);
        // The copy has databases of its own.
        for left in [".local", "target/end2end"] {
            stop(folder, &folder.join(left))?;
        }
        rust.and(browser)
    }
}

#[cfg(test)]
mod tests {
    use super::steps::What;
    use super::{Change, TRIALS, files, follow, root, steps, text};

    /// Checks the steps alone. That the result compiles and works takes minutes: `cargo xtask try-docs`.
    #[test]
    fn every_step_of_every_document_works() {
        for trial in &TRIALS {
            let Change::Document(document) = trial.change else { continue };
            let (scratch, mut steps) = (tempfile::tempdir().unwrap(), steps(document).unwrap());
            files::copy_to(scratch.path()).unwrap();
            for step in &mut steps {
                if let What::Run { script } = &mut step.what {
                    *script = script.lines().filter(|line| !line.starts_with("cargo ")).collect::<Vec<_>>().join("\n");
                }
            }
            follow(document, &steps, scratch.path()).unwrap_or_else(|error| panic!("{error:#}"));
        }
    }

    #[test]
    fn add_a_feature_is_short() {
        let document = text::read(root().join("docs/add-a-feature.md")).unwrap();
        let words = document.split_whitespace().count();
        assert!(words <= 1_500, "{words} words, code included");
    }
}
