//! What building and testing need beyond the machine's own programs: which versions, and where.
//! It must not install anything that is there already.

use crate::command::{Step, root, skip, tool_directory};
use crate::{cargo_tools, node, rustflags, text};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

/// 13 needs a newer Node.js than the one of Debian.
const LIGHTHOUSE: &str = "12.8.2";

/// What building and running the app needs.
pub fn for_building() -> Result<()> {
    // First: what is installed with an old one fails much later.
    node::check()?;
    rustflags::check()?;
    wasm_target()?;
    cargo_tools::cargo_leptos().ensure()?;
    cargo_tools::wasm_bindgen_cli().ensure()?;
    npm()
}

/// What the tests need beyond that, apart from the programs of the machine.
pub fn for_testing() -> Result<()> {
    cargo_tools::nextest().ensure()
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
    let target = "wasm32-unknown-unknown";
    let libraries = Step::new("", "rustc").args(["--print", "target-libdir", "--target", target]).output()?;
    if fs::read_dir(libraries.trim()).is_ok_and(|mut files| files.next().is_some()) {
        skip("Rust's standard library for wasm");
        return Ok(());
    }
    Step::new("Install Rust's standard library for wasm", "rustup")
        .args(["target", "add", target])
        .fix(format!("install rustup from https://rustup.rs, then run `rustup target add {target}` in this folder"))
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
        .args(["ci", "--no-audit", "--no-fund"])
        // Playwright would download browsers; the tests use the one of the machine.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .fix("look at what npm says above, then run `npm ci` in this folder")
        .run()?;
    fs::write(stamp, wanted).context("node_modules is not writable")
}

#[cfg(test)]
mod tests {
    use super::{locked_version, wasm_bindgen};

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
