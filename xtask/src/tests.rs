//! The checks: lints and every test.

use crate::command::Step;
use crate::install::{self, Parts};
use crate::machine::{CHROMIUM, PGBOUNCER, PostgreSql, PostgreSqlFromNpm};
use crate::machine_report::rust;
use crate::progress::Progress;
use crate::{licences, release, tools};
use anyhow::Result;
use std::thread;

/// The tests that use the database like the server does. Migrations and other logins connect directly, and two have a
/// pooler of their own. Without `--package`, which would make cargo compile shared packages again with other features.
const THROUGH_PGBOUNCER: &str = "package(server) & test(/^([a-z]+::)?(rls|auth|whole_app|instances|outages)::/) \
    - test(/^rls::(migrations|move_to_managed|login|pooler|limits)::/)";

const ROW_LEVEL_SECURITY: &str = "package(server) & test(/^([a-z]+::)?rls::/) - test(/^rls::pooler::/)";

/// The versions of PostgreSQL that Neon offers and Debian 12 lacks. Debian's version 15 runs everything else.
const VERSIONS: [u32; 2] = [17, 18];

/// The optional features, which are tested, too. Browser tests and releases use a server without them.
pub const OPTIONAL: [&str; 2] = ["--features", "server/metrics,server/otlp"];

/// Returns the tools for all tests, except other versions of PostgreSQL.
pub fn parts() -> Parts {
    let mut parts = tools::for_building();
    parts.extend(tools::for_testing());
    parts.push(Box::new(PostgreSql));
    parts.push(Box::new(PGBOUNCER));
    parts.push(Box::new(CHROMIUM));
    parts
}

/// Runs every test. Stops at the first failing runner, so that the failed tests are in the last lines.
pub fn all() -> Result<()> {
    let mut parts = parts();
    for major in VERSIONS {
        parts.push(Box::new(PostgreSqlFromNpm(major)));
    }
    install::all(&parts)?;
    let build = Progress::new("Build", release::STEPS + 1);
    let release = release::folder_of("dev", "", &build)?;
    rust_tests()?;
    // Not earlier, since the Rust tests leave a server with other features in its place.
    build.step("the app as the browser tests use it", release::ALL_FOR_DEVELOPMENT, |log| {
        Step::new("", "cargo").args(["leptos", "build"]).logged(log)
    })?;
    Step::new("Browser tests", "npx")
        .args(["playwright", "test"])
        .env("RELEASE_FOLDER", release)
        // The flows on the release are those of a deployment.
        .env("THROUGH_PGBOUNCER", "1")
        .directory("end2end")
        .run()
}

fn rust_tests() -> Result<()> {
    // Most tests wait for a database or for a deadline: with one test per core, a third of the time is used.
    let threads = (2 * thread::available_parallelism()?.get()).to_string();
    let nextest = |what: &str| Step::new(what, "cargo").args(["nextest", "run", "--test-threads", &threads]);
    nextest("Rust tests: units, database, contract, HTTP").args(OPTIONAL).run()?;
    // nextest does not run doctests.
    Step::new("Examples in the documentation of crates", "cargo").args(["test", "--doc"]).args(OPTIONAL).run()?;
    nextest("The database suite and whole flows once more, through PgBouncer")
        .args(["--filterset", THROUGH_PGBOUNCER])
        .args(OPTIONAL)
        .env("THROUGH_PGBOUNCER", "1")
        .run()?;
    for major in VERSIONS {
        nextest(&format!("Migrations and row-level security on PostgreSQL {major}"))
            .args(["--filterset", ROW_LEVEL_SECURITY])
            .args(OPTIONAL)
            .env("PG_BIN", PostgreSqlFromNpm(major).programs())
            .env("TEST_CLUSTER", major.to_string())
            .run()?;
    }
    Ok(())
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
    Step::new("Clippy on the server without its optional parts", "cargo")
        .args(["clippy", "--package", "server"])
        .args(deny)
        .run()?;
    Step::new("TypeScript of the browser tests", "npx").args(["tsc", "--project", "end2end"]).run()?;
    // In cargo-leptos' folder, so that nothing is compiled twice.
    Step::new("Clippy on the browser's half", "cargo")
        .args(["clippy", "-p", "frontend", "--target", rust::WASM, "--target-dir", "target/front"])
        .args(deny)
        .run()
}
