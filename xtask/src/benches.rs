//! The measurements. They are not tests, since machines are noisy; docs/performance.md judges the figures.

use crate::command::Step;
use crate::progress::Progress;
use crate::{install, machine, release, tools};
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
    let mut tools = tools::for_building();
    tools.push(machine::postgresql());
    if matches!(bench, Bench::Lighthouse) {
        tools.extend([machine::chromium(), tools::lighthouse()]);
    }
    install::all(&tools)?;
    match bench {
        Bench::Speed => {
            release::build("release", "")?;
            programs("Measure", &["round_trips", "throughput"])
        }
        Bench::Edit => Step::new("Edit, build, reload", "node").arg("end2end/edit-to-reload.mjs").run(),
        Bench::Large => programs("Measure, fill, and measure again", &["large_database"]),
        Bench::Lighthouse => {
            Progress::new("Build", 1).step("the app for production", release::ALL_FOR_PRODUCTION, |log| {
                // With local mode, so that it needs no other services.
                Step::new("", "cargo").args(["leptos", "build", "--release", "--precompress"]).logged(log)
            })?;
            let lighthouse = tools::lighthouse_folder();
            Step::new("Ask Lighthouse", "node").arg("end2end/lighthouse.mjs").env("LIGHTHOUSE", lighthouse).run()
        }
    }
}

fn programs(what: &str, names: &[&str]) -> Result<()> {
    let names = names.iter().flat_map(|name| ["--bench", name]);
    Step::new(what, "cargo").args(["bench", "--package", "server"]).args(names).run()
}
