//! The measurements. They are not tests, since machines are noisy; docs/performance.md judges the figures.

use crate::command::Step;
use crate::machine::{CHROMIUM, PostgreSql};
use crate::progress::Progress;
use crate::tools::Lighthouse;
use crate::{install, release, tools};
use anyhow::Result;
use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub enum Bench {
    /// Round trips to PostgreSQL, requests per second, memory, start-up
    Speed,
    /// The wait from an edit to the reloaded page
    Edit,
    /// Pages on a database of 100,000 people who have written a lot
    Large,
    /// Lighthouse's scores for a phone
    Lighthouse,
}

pub fn run(bench: Bench) -> Result<()> {
    let mut parts = tools::for_building();
    parts.push(Box::new(PostgreSql));
    if matches!(bench, Bench::Lighthouse) {
        parts.push(Box::new(CHROMIUM));
        parts.push(Box::new(Lighthouse));
    }
    install::all(&parts)?;
    match bench {
        Bench::Speed => {
            release::build("release", "")?;
            programs("Measure", &["round_trips", "throughput"])
        }
        Bench::Edit => Step::new("Edit, build, reload", "node").args(["end2end/edit-to-reload.mjs"]).run(),
        Bench::Large => programs("Measure, fill, and measure again", &["large_database"]),
        Bench::Lighthouse => {
            Progress::new("Build", 1).step("the app for production", release::ALL_FOR_PRODUCTION, |log| {
                // With local mode, so that it needs no other services.
                Step::new("", "cargo").args(["leptos", "build", "--release", "--precompress"]).logged(log)
            })?;
            let lighthouse = Lighthouse::folder();
            Step::new("Ask Lighthouse", "node").args(["end2end/lighthouse.mjs"]).env("LIGHTHOUSE", lighthouse).run()
        }
    }
}

fn programs(what: &str, names: &[&str]) -> Result<()> {
    let names = names.iter().flat_map(|name| ["--bench", name]);
    Step::new(what, "cargo").args(["bench", "--package", "server"]).args(names).run()
}
