//! Writes `docs/licences.md`: the licences of all packages in the app, as their authors state them.

use crate::command::Step;
use crate::folders::root;
use crate::machine_report::rust;
use crate::release::GENERATIONS;
use crate::text;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

const HEAD: &str = "# Licences

What a release contains, by licence: the server with all of its parts on Linux, and the browser's half. `cargo xtask licences` writes this page,
`cargo xtask lint` compares it, and `deny.toml` says which licences may be here.
";

pub fn write() -> Result<()> {
    Ok(fs::write(file(), page()?)?)
}

pub fn check() -> Result<()> {
    println!("\n==> Licences");
    let kept = text::read(file()).context("docs/licences.md is missing")?;
    if kept != page()? {
        bail!(
            "`docs/licences.md` does not match `Cargo.lock`\n    Fix: run `cargo xtask licences` and commit the page"
        );
    }
    Ok(())
}

fn file() -> PathBuf {
    root().join("docs/licences.md")
}

/// Returns a line for each dependency of a package when it is compiled for `target`.
pub fn dependencies(package: &[&str], target: &str, format: &str) -> Result<String> {
    Step::new("", "cargo")
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", format])
        .args(["--target", target])
        .args(package)
        .output()
}

fn page() -> Result<String> {
    let mut by_licence: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let features = format!("{GENERATIONS},metrics,otlp");
    let program = ["--package", "server", "--no-default-features", "--features", &features];
    for (of, target) in [(&program[..], "x86_64-unknown-linux-gnu"), (&["--package", "frontend"], rust::WASM)] {
        let tree = dependencies(of, target, "{l}\t{p}")?;
        // The workspace's own crates have a path after their name.
        for (licence, package) in
            tree.lines().filter(|line| !line.contains("(/")).filter_map(|line| line.split_once('\t'))
        {
            let name = package.split_whitespace().next().unwrap_or(package);
            by_licence.entry(licence.replace(" / ", "/").replace('/', " OR ")).or_default().insert(name.to_owned());
        }
    }
    let lists = by_licence.into_iter().map(|(licence, names)| {
        let names: Vec<String> = names.into_iter().collect();
        format!("\n## {licence}\n\n{}\n", names.join(", "))
    });
    Ok(lists.fold(HEAD.to_owned(), |page, list| page + &list))
}
