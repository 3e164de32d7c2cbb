//! `cargo xtask …`: installs the tools, and runs the app and its tests.

mod benches;
mod cargo_tools;
mod changes;
mod checks;
mod command;
mod database;
mod estimate;
mod failure;
mod files;
mod folders;
mod generation;
mod git;
mod image;
mod init;
mod install;
mod licences;
mod lock;
mod log_file;
mod machine;
mod machine_report;
mod migrations;
mod new_feature;
mod path;
mod progress;
#[cfg(test)]
mod project_files;
mod registry;
mod release;
mod remove_feature;
mod reserved;
mod sizes;
mod terminal;
mod text;
mod tools;
mod transaction;
mod try_docs;
mod upgrade;
mod versions;
mod workspace_dependencies;

use anyhow::{Result, ensure};
use benches::Bench;
use clap::{Parser, Subcommand};
use command::{Step, server};
use machine_report::{Purpose, local_mode};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Installs the tools, runs the app and its tests")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make this copy of the starter your own project: give it a name, and leave out what you do not want
    Init(init::Options),
    /// Write something new that works
    New {
        #[command(subcommand)]
        what: New,
    },
    /// Take a feature out: its folders, its places in the lists, and its table
    Remove(remove_feature::Options),
    /// Take up a later version of the starter: what comes as a whole, and what that needs. CHANGELOG.md says the rest
    Upgrade(upgrade::Options),
    /// Install what is missing, then run the app at http://localhost:3000 and reload it at every change
    Dev(generation::Choice),
    /// Install what is missing, then run the tests: Rust, database, contract, browser
    Test {
        /// Also what takes a second pass: through PgBouncer, and on PostgreSQL 17 and 18
        #[arg(long)]
        all: bool,
    },
    /// Look at everything that the server depends on, and name the fix of what is wrong
    Doctor {
        /// Look at this machine instead: what the other tasks need. Builds nothing
        #[arg(long)]
        machine: bool,
        /// One JSON document instead of a line per check
        #[arg(long)]
        json: bool,
    },
    /// Stop the local PostgreSQL of the app and of the tests
    Stop,
    /// Write the metadata of the SQL queries to `.sqlx`
    Prepare {
        /// Only say whether it is up to date
        #[arg(long)]
        check: bool,
    },
    /// Write the licences of what a release contains to `docs/licences.md`
    Licences,
    /// Run Clippy on both halves, and rustfmt, fail on any warning, and compare the list of licences
    Lint,
    /// Follow the documents that change the project, each in a copy, and test what comes out
    TryDocs {
        /// Only this one
        name: Option<String>,
    },
    /// Measure the app, on a machine that does nothing else
    Bench {
        #[arg(value_enum, default_value = "speed")]
        what: Bench,
    },
    /// Make one folder to copy to a server: the program without stand-ins, and the files for browsers
    Release {
        /// How cargo compiles the server; `dev` is quick, for tests
        #[arg(long, default_value = "release")]
        profile: String,
        /// What the server has beyond the usual: metrics, otlp, or both with a comma between
        #[arg(long, default_value = "")]
        features: String,
        /// Compile only what it depends on
        #[arg(long)]
        dependencies: bool,
    },
    /// Build the container image with the engine of this machine, and try it as strictly as a host may run it
    Image {
        /// Build only its last stage, around this folder that `release` has made
        #[arg(long, value_name = "FOLDER")]
        release: Option<PathBuf>,
    },
    /// Build the browser's half as for production and print what a page loads
    Sizes,
    /// Only install what is missing
    Setup {
        /// For building only: no PostgreSQL, no browser, no test runner
        #[arg(long)]
        build: bool,
    },
}

#[derive(Subcommand)]
enum New {
    /// A table with policies, its pages with forms, and the tests of both, to go on from
    #[command(after_help = "Example: cargo xtask new feature notes title:text 'body:longtext?' done:bool due:date")]
    Feature(new_feature::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nError: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Task {
    /// Returns what this machine has to be ready for, or `None` if the task needs no check.
    fn purpose(&self) -> Option<Purpose> {
        match self {
            Self::Init(_) | Self::Remove(_) | Self::Upgrade(_) => None,
            Self::Dev(_) => Some(Purpose::Run),
            Self::New { .. } | Self::Prepare { .. } | Self::Test { .. } | Self::TryDocs { .. } | Self::Bench { .. } => {
                Some(Purpose::Test)
            }
            Self::Release { .. } | Self::Sizes => Some(Purpose::Release),
            Self::Setup { build: false } => Some(Purpose::Setup),
            Self::Setup { build: true } | Self::Lint => Some(Purpose::Build),
            Self::Doctor { .. } | Self::Image { .. } | Self::Stop | Self::Licences => None,
        }
    }
}

fn run(task: Task) -> Result<()> {
    let root = folders::root();
    ensure!(
        !transaction::finish(root)?,
        "a run was cut off half-way, and its files are all in place now\n    Fix: see `git status`, then commit, or run this again if you still want it"
    );
    if let Some(purpose) = task.purpose() {
        machine_report::check(purpose)?;
    }
    match task {
        Task::Init(options) => init::run(root, options),
        Task::New { what: New::Feature(options) } => new_feature::run(options),
        Task::Remove(options) => remove_feature::run(&options),
        Task::Upgrade(options) => upgrade::run(root, &options),
        Task::Dev(choice) => dev(&choice),
        Task::Test { all } => checks::run(all),
        Task::Doctor { machine: true, json } => machine_report::print(json),
        Task::Doctor { machine: false, json } => doctor(json),
        Task::Stop => database::stop(),
        Task::Prepare { check: false } => database::prepare(),
        Task::Prepare { check: true } => database::check_prepared(),
        Task::Licences => licences::write(),
        Task::Lint => checks::lint(),
        Task::TryDocs { name } => try_docs::all(name.as_deref()),
        Task::Bench { what } => benches::run(what),
        Task::Release { profile, features, dependencies: false } => release::build(&profile, &features),
        Task::Release { profile, features, dependencies: true } => release::dependencies(&profile, &features),
        Task::Image { release } => image::build_and_try(release.as_deref()),
        Task::Sizes => sizes::print(),
        Task::Setup { build: true } => install::all(&tools::for_building()),
        Task::Setup { build: false } => install::all(&checks::tools()),
    }
}

fn dev(choice: &generation::Choice) -> Result<()> {
    let mut tools = tools::for_building();
    if local_mode::is_on() {
        tools.push(machine::postgresql());
    } else {
        choice.check_unused()?;
        println!("==> PostgreSQL: not needed, local mode is off");
    }
    install::all(&tools)?;
    let what = if folders::root().join("target/debug/server").is_file() {
        "Run the app (Ctrl-C ends it)".to_owned()
    } else {
        format!(
            "Build and run the app (Ctrl-C ends it): the first time, {} here",
            estimate::wait(release::ALL_FOR_DEVELOPMENT)
        )
    };
    let step = Step::new(what, "cargo").args(["leptos", "watch"]);
    let Err(error) = choice.tell(step).replace_this_process();
    Err(error)
}

/// Runs the server's doctor. Without a heading, since with `--json` standard output is one document.
fn doctor(json: bool) -> Result<()> {
    // Like `dev`, with the files that cargo-leptos has just built.
    let step = server("Examine the set-up", "doctor").args(json.then_some("--json")).env("LEPTOS_WATCH", "true");
    step.fix("see the lines above").quietly().run()
}
