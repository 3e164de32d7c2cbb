//! The tools that cargo and npm install: which versions, and where.
//! It must not install anything that is there already.

use crate::command::{Step, find, root, skip, tool_directory};
use crate::machine_report::rust;
use crate::text;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

/// 0.3.11 needs a newer Rust than `rust-toolchain.toml` names.
pub const CARGO_LEPTOS: &str = "0.3.10";
pub const NEXTEST: &str = "0.9.143";

/// 13 needs a newer Node.js than the one of Debian.
const LIGHTHOUSE: &str = "12.8.2";

/// A shell that says NODE_ENV=production, or an npm that omits packages for development, would leave out all of ours.
const NPM_ALL: [&str; 3] = ["--include=dev", "--no-audit", "--no-fund"];

/// What building and running the app needs.
pub fn for_building() -> Result<()> {
    wasm_target()?;
    cargo_tool("cargo-leptos", CARGO_LEPTOS, Build::Quick)?;
    // It runs after each edit, so it is worth optimising.
    cargo_tool("wasm-bindgen-cli", &wasm_bindgen(), Build::Optimised)?;
    npm()
}

/// What the tests need beyond that, apart from the programs of the machine.
pub fn for_testing() -> Result<()> {
    if find("cargo-nextest").is_some() {
        skip("Test runner cargo-nextest");
        return Ok(());
    }
    cargo_tool("cargo-nextest", NEXTEST, Build::Quick)
}

/// Returns the folder that it is installed in. Few people want it, and it is larger than everything else from npm.
pub fn lighthouse() -> Result<PathBuf> {
    let folder = tool_directory("lighthouse", LIGHTHOUSE);
    if folder.join("node_modules/lighthouse/package.json").is_file() {
        skip("Lighthouse");
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    Step::new("Install Lighthouse from npm", "npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .args([&folder])
        .args([format!("lighthouse@{LIGHTHOUSE}")])
        .run()?;
    Ok(folder)
}

/// The version of the crate in `Cargo.lock`: wasm-bindgen refuses to work with any other version of its tool.
pub fn wasm_bindgen() -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    let read = || locked_version(&text::read(root().join("Cargo.lock")).ok()?, "wasm-bindgen").map(str::to_owned);
    VERSION.get_or_init(|| read().expect("Cargo.lock names a version of wasm-bindgen")).clone()
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| line.strip_prefix("name = ").is_some_and(|name| name.trim_matches('"') == package))?;
    Some(lines.next()?.strip_prefix("version = ")?.trim_matches('"'))
}

fn wasm_target() -> Result<()> {
    if rust::compiles_to_wasm() {
        skip("Rust's standard library for wasm");
        return Ok(());
    }
    Step::new("Install Rust's standard library for wasm", "rustup")
        .args(["target", "add", rust::WASM])
        .fix(format!("run `rustup target add {}` in this folder", rust::WASM))
        .run()
}

enum Build {
    /// Compiles in half the time and runs fast enough.
    Quick,
    Optimised,
}

fn cargo_tool(name: &str, version: &str, build: Build) -> Result<()> {
    let directory = tool_directory(name, version);
    if directory.join(".crates.toml").is_file() {
        skip(&format!("{name} {version}"));
        return Ok(());
    }
    let what = format!("Build {name} {version} into {} (once, some minutes)", directory.display());
    let step = Step::new(what, "cargo")
        .args(["install", name, "--version", version, "--root"])
        .args([&directory])
        // Where a tool's own lock file does not fit this Rust, cargo picks dependencies that do.
        .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
        .fix(format!("run `cargo install {name} --version {version}` and look at its first error"));
    match build {
        Build::Quick => step
            .args(["--locked"])
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"),
        Build::Optimised => step,
    }
    .run()
}

/// Tailwind CSS, wasm-opt, Playwright and better-auth, at the versions of `package-lock.json`.
fn npm() -> Result<()> {
    let wanted = fs::read(root().join("package-lock.json")).context("package-lock.json is part of the project")?;
    let stamp = root().join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        skip("Tools from npm");
        return Ok(());
    }
    Step::new("Install Tailwind CSS, wasm-opt, Playwright and better-auth from npm", "npm")
        .args(["ci"])
        .args(NPM_ALL)
        // Playwright would download browsers; the tests use the one of the machine.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .fix("look at what npm says above, then run `npm ci` in this folder")
        .run()?;
    fs::write(stamp, wanted).context("node_modules is not writable")
}

#[cfg(test)]
mod tests {
    use super::{NPM_ALL, Step, locked_version, wasm_bindgen};

    #[test]
    fn npm_leaves_nothing_out_whatever_a_shell_says() {
        let omitted = |arguments: &[&str]| {
            let config = Step::new("", "npm").args(["config", "get", "omit"]).args(arguments);
            config.env("NODE_ENV", "production").output().unwrap().trim().to_owned()
        };
        assert_eq!((omitted(&[]).as_str(), omitted(&NPM_ALL).as_str()), ("dev", ""));
    }

    #[test]
    fn the_version_of_a_package_is_read_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\nsource = \"registry\"\n";
        for lock in [lock.to_owned(), lock.replace('\n', "\r\n")] {
            assert_eq!(locked_version(&lock, "wasm-bindgen"), Some("0.2.100"));
            assert_eq!(locked_version(&lock, "wasm"), None);
        }
        assert!(wasm_bindgen().starts_with("0.2."));
    }
}
