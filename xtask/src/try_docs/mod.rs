//! Does in a copy of the project what the documents tell people to do. The copy has to compile and work afterwards.
//!
//! Every stage is linted. A project that `init` has made runs its Rust tests; the other stages have the machinery that `cargo
//! xtask test` has tested in the template, and run what the change can break.

mod copy;
mod follow;
mod history;
mod steps;

use crate::checks::nextest;
use crate::command::Step;
use crate::folders::root;
use crate::progress::Progress;
use crate::{cargo_tools, files, install, release, text, tools};
use anyhow::{Context, Result, ensure};
use follow::follow;
use std::fs;
use std::path::Path;

/// Stages in one copy of the project, each on top of the last.
struct Trial {
    name: &'static str,
    stages: &'static [Stage],
}

/// A change of the project, with the tests of it afterwards.
struct Stage {
    change: Change,
    tests: Tests,
}

enum Change {
    /// Follow this document.
    Document(&'static str),
    /// Run these tasks of xtask, one after the other.
    Tasks(&'static [&'static str]),
}

/// The tests after a change: Rust tests, and the browser tests in these files, if any.
struct Tests {
    rust: Rust,
    specs: &'static [&'static str],
}

enum Rust {
    /// All that a change of a project can make fail: not those of the stand-ins themselves, and not those with the version
    /// of Better Auth that Neon does not run yet.
    All,
    /// Those of the server in these modules.
    Modules(&'static [&'static str]),
}

/// The server that is there before a change, and the folders of its databases.
const SERVER: &str = "target/debug/server";
const DATABASES: [&str; 2] = [".local", "target/end2end"];

/// The usual project: nothing of the sample.
const INIT_USUAL: &str = "init demo --neon-auth managed --without todos,posts --yes";
/// A project that keeps a personal feature of the sample, for features of its own.
const INIT_WITH_TODOS: &str = "init demo --neon-auth stack --without posts --yes";
const NOTES: &str = "new feature notes title:text body:longtext? done:bool due:date";
const ARTICLES: &str = "new feature articles --public title:text content:longtext";

const TRIALS: [Trial; 3] = [
    Trial {
        name: "add-a-feature",
        stages: &[Stage {
            change: Change::Document("docs/add-a-feature.md"),
            tests: Tests {
                // The notes, with which it begins, are tried below.
                rust: Rust::Modules(&["tags", "posts::whole_app", "http::server_functions", "rls::(catalog|matrix)"]),
                specs: &["tags", "posts/flows"],
            },
        }],
    },
    Trial {
        name: "init",
        stages: &[Stage {
            change: Change::Tasks(&[INIT_USUAL]),
            tests: Tests { rust: Rust::All, specs: &["sign-in", "account", "/accessible", "/keyboard", "theme"] },
        }],
    },
    Trial {
        name: "features",
        stages: &[
            Stage {
                change: Change::Tasks(&[INIT_WITH_TODOS, NOTES, ARTICLES]),
                tests: Tests { rust: Rust::All, specs: &["notes", "articles", "todos/flows", "account"] },
            },
            Stage {
                // Its migration is in a commit, so that another one drops the table.
                change: Change::Tasks(&["remove notes --yes"]),
                tests: Tests {
                    rust: Rust::Modules(&[
                        "articles",
                        "rls::(catalog|matrix|migrations)",
                        "under_the_hood",
                        "user_data",
                    ]),
                    specs: &[],
                },
            },
        ],
    },
];

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
        remove_databases(&folder)?;
        copy::take_along(&folder, SERVER)?;
        history::begin(&folder)?;
        for (stage, number) in trial.stages.iter().zip(1..) {
            stage.run(&folder).with_context(|| format!("{}, stage {number}, in {}", trial.name, folder.display()))?;
        }
    }
    Ok(())
}

/// Removes the databases that the last trial has left, whose migrations and generation of Neon Auth differ.
fn remove_databases(folder: &Path) -> Result<()> {
    for left in DATABASES.map(|left| folder.join(left)).into_iter().filter(|left| left.exists()) {
        stop(folder, &left)?;
        fs::remove_dir_all(&left)?;
    }
    Ok(())
}

/// Stops the databases in `left`, and those of the Rust tests.
fn stop(folder: &Path, left: &Path) -> Result<()> {
    Step::new("Stop the databases of the copy", folder.join(SERVER).to_string_lossy().as_ref())
        .arg("stop")
        .env("LOCAL_FOLDER", left)
        .directory(folder)
        .run()
}

impl Change {
    fn make(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Document(document) => follow(document, &steps(document)?, folder),
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

impl Stage {
    fn run(&self, folder: &Path) -> Result<()> {
        history::commit(folder)?;
        self.change.make(folder)?;
        let cargo = |what: &str, args: &[&str]| Step::new(what, "cargo").args(args).directory(folder).run();
        cargo("Lints", &["xtask", "lint"])?;
        cargo("Query metadata is up to date", &["xtask", "prepare", "--check"])?;
        // Browser tests come first: the server that the Rust tests build does not match the browser's half.
        let browser = self.tests.browser(folder);
        let rust = nextest("Rust tests", &self.tests.rust.filter())?.directory(folder).run();
        // The copy has databases of its own.
        for left in DATABASES {
            stop(folder, &folder.join(left))?;
        }
        rust.and(browser)
    }
}

impl Tests {
    fn browser(&self, folder: &Path) -> Result<()> {
        if self.specs.is_empty() {
            return Ok(());
        }
        Step::new("Build", "cargo").args(["leptos", "build"]).directory(folder).run()?;
        Step::new("Browser tests", "npx")
            .args(["playwright", "test"])
            .args(self.specs)
            .args(["--project=javascript", "--project=no-javascript"])
            .directory(folder.join("end2end"))
            .run()
    }
}

impl Rust {
    /// Returns the tests, for nextest.
    fn filter(&self) -> String {
        match self {
            Self::All => "not test(/::managed_next::|^(local|managed)_neon_auth::/)".to_owned(),
            Self::Modules(modules) => format!("package(server) & test(/^({})::/)", modules.join("|")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::steps::What;
    use super::{Change, Stage, TRIALS, files, follow, root, steps, text};
    use crate::Arguments;
    use clap::Parser;

    fn stages() -> impl Iterator<Item = &'static Stage> {
        TRIALS.iter().flat_map(|trial| trial.stages)
    }

    /// Checks the steps alone. That the result compiles and works takes minutes: `cargo xtask try-docs`.
    #[test]
    fn every_step_of_every_document_works() {
        for stage in stages() {
            let Change::Document(document) = stage.change else { continue };
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
    fn every_task_is_one_of_xtask() {
        for stage in stages() {
            let Change::Tasks(tasks) = stage.change else { continue };
            for task in tasks {
                let arguments = Arguments::try_parse_from(["xtask"].into_iter().chain(task.split(' ')));
                drop(arguments.unwrap_or_else(|error| panic!("{error}")));
            }
        }
    }

    #[test]
    fn add_a_feature_is_short() {
        let document = text::read(root().join("docs/add-a-feature.md")).unwrap();
        let words = document.split_whitespace().count();
        assert!(words <= 1_500, "{words} words, code included");
    }
}
