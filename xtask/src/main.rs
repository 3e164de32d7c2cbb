//! `cargo xtask …`: installs the tools, runs the app and its tests.
//! It must not hold any logic of the product: what runs in production lives in `server`.

mod benches;
#[cfg(test)]
mod checkout;
mod command;
mod database;
mod image;
mod licences;
mod local_mode;
mod machine;
mod node;
mod release;
mod rustflags;
#[cfg(test)]
mod scratch;
mod sizes;
mod tests;
mod text;
mod tools;
mod try_docs;

use anyhow::Result;
use benches::Bench;
use clap::{Parser, Subcommand};
use command::Step;
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
    /// Install what is missing, then run the app at http://localhost:3000 and reload it at every change
    Dev,
    /// Install what is missing, then run every test
    Test,
    /// Look at everything that the server depends on, and name the fix of what is wrong
    Doctor {
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
    /// Make one folder that runs anywhere: the server without stand-ins, and the files for browsers
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

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nError: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Dev => {
            tools::for_building()?;
            match local_mode::off() {
                None => machine::postgresql()?,
                Some(off) => println!("==> PostgreSQL: not needed. {off}."),
            }
            Step::new("Run the app (Ctrl-C ends it)", "cargo").args(["leptos", "watch"]).run()
        }
        Task::Test => tests::all(),
        Task::Doctor { json } => doctor(json),
        Task::Stop => database::stop(),
        Task::Prepare { check: false } => database::prepare(),
        Task::Prepare { check: true } => database::check_prepared(),
        Task::Licences => licences::write(),
        Task::Lint => tests::lint(),
        Task::TryDocs { name } => try_docs::all(name.as_deref()),
        Task::Bench { what } => benches::run(what),
        Task::Release { profile, features, dependencies: false } => release::build(&profile, &features).map(drop),
        Task::Release { profile, features, dependencies: true } => release::dependencies(&profile, &features),
        Task::Image { release } => image::build_and_try(release.as_deref()),
        Task::Sizes => sizes::print(),
        Task::Setup { build: true } => tools::for_building(),
        Task::Setup { build: false } => {
            tools::for_building()?;
            tools::for_testing()?;
            machine::postgresql()?;
            machine::pgbouncer()?;
            machine::chromium()?;
            if let Some(off) = local_mode::off() {
                println!("==> Local mode: {off}.");
            }
            Ok(())
        }
    }
}

/// Without a heading: with `--json`, standard output is one document.
fn doctor(json: bool) -> Result<()> {
    let arguments = ["run", "--quiet", "--bin", "server", "--", "doctor"];
    let arguments = arguments.into_iter().chain(json.then_some("--json"));
    // As `dev` runs the server: with files that cargo-leptos has just built.
    let step = Step::new("Examine the set-up", "cargo").args(arguments).env("LEPTOS_WATCH", "true");
    step.fix("see the lines above").quietly().run()
}
