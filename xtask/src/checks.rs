//! The checks: lints and every test.

use crate::command::Step;
use crate::install::{self, Tool};
use crate::machine_report::rust;
use crate::progress::Progress;
use crate::{cargo_tools, licences, machine, release, tools};
use anyhow::Result;
use std::thread;

/// The tests that use the database like the server does; of the contract, those of one generation. Migrations and
/// other logins connect directly, and those of [`OWN_PGBOUNCER`] start their own. Without `--package`, which would make
/// cargo compile shared packages again with other features.
const THROUGH_PGBOUNCER: &str = "package(server) \
    & test(/^([a-z]+::)?(rls|auth|whole_app|instances|outages)::|^contract::[a-z_]+::stack::/) \
    - test(/^rls::(migrations|move_to_managed|login|pooler|limits)::/)";

/// The tests that start PgBouncer themselves.
const OWN_PGBOUNCER: &str = "package(server) & test(/^rls::(pooler|limits)::/)";

const ROW_LEVEL_SECURITY: &str = "package(server) & test(/^([a-z]+::)?rls::/) - test(/^rls::pooler::/)";

/// The versions of PostgreSQL that Neon offers and Debian 12 lacks. Debian's version 15 runs everything else.
const VERSIONS: [u32; 2] = [17, 18];

/// The optional features, which are tested, too. Browser tests and releases use a server without them.
pub const OPTIONAL: [&str; 2] = ["--features", "server/metrics,server/otlp"];

/// Returns the tools for one pass of all tests.
pub fn tools() -> Vec<Tool> {
    let mut tools = tools::for_building();
    tools.extend([cargo_tools::nextest().into(), machine::postgresql(), machine::chromium()]);
    tools
}

/// Runs the tests in one pass: Rust, doctests, browser. With `all`, those that need PgBouncer or another PostgreSQL
/// run as well, and the browser tests reach the release's database as a deployment does, through PgBouncer.
///
/// Stops at the first failing runner, so that the failed tests are in the last lines.
pub fn run(all: bool) -> Result<()> {
    let mut tools = tools();
    if all {
        tools.push(machine::pgbouncer());
        tools.extend(VERSIONS.map(machine::postgresql_from_npm));
    }
    install::all(&tools)?;
    let build = Progress::new("Build", release::STEPS + 1);
    let release = release::assemble("dev", "", &build)?;
    let filter = if all { "all()".to_owned() } else { one_pass() };
    nextest("Rust tests: units, database, contract, HTTP", &filter)?.run()?;
    // nextest does not run doctests.
    Step::new("Examples in the documentation of crates", "cargo").args(["test", "--doc"]).args(OPTIONAL).run()?;
    if all {
        second_pass()?;
    }
    // Not earlier, since the Rust tests leave a server with other features in its place.
    build.step("the app as the browser tests use it", release::ALL_FOR_DEVELOPMENT, |log| {
        Step::new("", "cargo").args(["leptos", "build"]).logged(log)
    })?;
    let browser = Step::new("Browser tests", "npx").args(["playwright", "test"]).env("RELEASE_FOLDER", release);
    let browser = if all { browser.env("THROUGH_PGBOUNCER", "1") } else { browser };
    browser.directory("end2end").run()
}

/// Returns the Rust tests that need nothing beyond [`tools`].
fn one_pass() -> String {
    format!("not ({OWN_PGBOUNCER})")
}

/// Runs the tests of the database again: behind PgBouncer, and on other versions of PostgreSQL.
fn second_pass() -> Result<()> {
    nextest("The database suite and whole flows once more, through PgBouncer", THROUGH_PGBOUNCER)?
        .env("THROUGH_PGBOUNCER", "1")
        .run()?;
    for major in VERSIONS {
        nextest(&format!("Migrations and row-level security on PostgreSQL {major}"), ROW_LEVEL_SECURITY)?
            .env("PG_BIN", machine::programs_from_npm(major))
            .env("TEST_CLUSTER", major.to_string())
            .run()?;
    }
    Ok(())
}

/// Returns a run of Rust tests. All runs have the same features, so that they share what is compiled.
pub fn nextest(what: &str, filter: &str) -> Result<Step> {
    // Most tests wait for a database or for a deadline: with one test per core, a third of the time is used.
    let threads = (2 * thread::available_parallelism()?.get()).to_string();
    let step = Step::new(what, "cargo").args(["nextest", "run", "--test-threads", &threads, "--filterset", filter]);
    Ok(step.args(OPTIONAL))
}

pub fn lint() -> Result<()> {
    install::all(&tools::for_building())?;
    Step::new("rustfmt", "cargo").args(["fmt", "--check"]).fix("run `cargo fmt`").run()?;
    licences::check()?;
    let deny = ["--", "-D", "warnings"];
    Step::new("Clippy on the server's half", "cargo")
        .args(["clippy", "--workspace", "--exclude", "frontend", "--all-targets"])
        .args(OPTIONAL)
        .args(deny)
        .run()?;
    for generation in release::GENERATIONS.split(',') {
        let what = format!("Clippy on the server with the generation `{generation}` alone, and no optional parts");
        Step::new(what, "cargo")
            .args(["clippy", "--package", "server", "--all-targets", "--no-default-features", "--features"])
            .arg(format!("local,{generation}"))
            .args(deny)
            .run()?;
    }
    Step::new("TypeScript of the browser tests", "npx").args(["tsc", "--project", "end2end"]).run()?;
    // In cargo-leptos' folder, so that nothing is compiled twice.
    Step::new("Clippy on the browser's half", "cargo")
        .args(["clippy", "-p", "frontend", "--target", rust::WASM, "--target-dir", "target/front"])
        .args(deny)
        .run()
}
