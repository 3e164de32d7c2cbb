//! What building and testing need beyond the machine's own programs: which versions, and where.
//! It must not install anything that is there already.

use crate::command::{Step, root, tool_directory};
use crate::install::{Lane, Look, Part, Parts};
use crate::log_file::LogFile;
use crate::machine_report::rust;
use crate::{cargo_tools, text};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// 13 needs a newer Node.js than the one of Debian.
const LIGHTHOUSE: &str = "12.8.2";

/// A shell that says NODE_ENV=production, or an npm that omits packages for development, would leave out all of ours.
const NPM_ALL: [&str; 3] = ["--include=dev", "--no-audit", "--no-fund"];

/// What building and running the app needs.
pub fn for_building() -> Parts {
    vec![
        Box::new(WasmTarget),
        Box::new(cargo_tools::cargo_leptos()),
        Box::new(cargo_tools::wasm_bindgen_cli()),
        Box::new(Packages),
        Box::new(Npm),
    ]
}

/// What the tests need beyond that, apart from the programs of the machine.
pub fn for_testing() -> Parts {
    vec![Box::new(cargo_tools::nextest())]
}

/// Few people want it, and it is larger than everything else from npm.
pub struct Lighthouse;

impl Lighthouse {
    /// The folder that it is installed in.
    pub fn folder() -> PathBuf {
        tool_directory("lighthouse", LIGHTHOUSE)
    }
}

impl Part for Lighthouse {
    fn name(&self) -> String {
        format!("Lighthouse {LIGHTHOUSE}")
    }

    fn lane(&self) -> Lane {
        Lane::Npm
    }

    fn seconds(&self) -> u64 {
        60
    }

    fn look(&self) -> Look {
        let package = Self::folder().join("node_modules/lighthouse/package.json");
        if package.is_file() { Look::There } else { Look::Missing }
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        fs::create_dir_all(Self::folder())?;
        Step::new("", "npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
            .args([Self::folder()])
            .args([format!("lighthouse@{LIGHTHOUSE}")])
            .logged(log)
    }
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

struct WasmTarget;

impl Part for WasmTarget {
    fn name(&self) -> String {
        "Rust's standard library for wasm".to_owned()
    }

    fn lane(&self) -> Lane {
        Lane::Download
    }

    fn seconds(&self) -> u64 {
        20
    }

    fn look(&self) -> Look {
        if rust::compiles_to_wasm() { Look::There } else { Look::Missing }
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        Step::new("", "rustup")
            .args(["target", "add", rust::WASM])
            .fix(format!(
                "install rustup from https://rustup.rs, then run `rustup target add {}` in this folder",
                rust::WASM
            ))
            .logged(log)
    }
}

/// What both halves depend on, at the versions of `Cargo.lock`: it is fetched while tools are compiled.
struct Packages;

impl Part for Packages {
    fn name(&self) -> String {
        "packages from crates.io".to_owned()
    }

    fn lane(&self) -> Lane {
        Lane::Download
    }

    fn seconds(&self) -> u64 {
        60
    }

    fn folder(&self) -> PathBuf {
        root().join("target")
    }

    fn look(&self) -> Look {
        look_at(&root().join("target/.fetched-from"), "Cargo.lock")
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        installing(&root().join("target/.fetched-from"), "Cargo.lock", || {
            let targets = ["--target", "host-tuple", "--target", rust::WASM];
            Step::new("", "cargo").args(["fetch", "--locked"]).args(targets).logged(log)
        })
    }
}

/// Tailwind CSS, wasm-opt, Playwright and better-auth, at the versions of `package-lock.json`.
struct Npm;

impl Part for Npm {
    fn name(&self) -> String {
        "packages from npm".to_owned()
    }

    fn lane(&self) -> Lane {
        Lane::Npm
    }

    fn seconds(&self) -> u64 {
        60
    }

    fn folder(&self) -> PathBuf {
        root().join("target")
    }

    fn look(&self) -> Look {
        look_at(&root().join("node_modules/.installed-from"), "package-lock.json")
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        installing(&root().join("node_modules/.installed-from"), "package-lock.json", || {
            Step::new("", "npm")
                .args(["ci"])
                .args(NPM_ALL)
                // Playwright would download browsers; the tests use the one of the machine.
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .fix("look at what npm says above, then run `npm ci` in this folder")
                .logged(log)
        })
    }
}

/// `stamp` holds what `lock` held when everything in it had been installed.
fn look_at(stamp: &Path, lock: &str) -> Look {
    let wanted = fs::read(root().join(lock)).ok();
    if wanted.is_some() && wanted == fs::read(stamp).ok() { Look::There } else { Look::Missing }
}

fn installing(stamp: &Path, lock: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read(root().join(lock)).with_context(|| format!("{lock} is part of the project"))?;
    // What is interrupted has not been installed, even where the lock file goes back to what it was.
    if stamp.exists() {
        fs::remove_file(stamp).with_context(|| format!("{} cannot be deleted", stamp.display()))?;
    }
    install()?;
    fs::write(stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::{NPM_ALL, Step, installing, locked_version, look_at, wasm_bindgen};
    use crate::install::Look;
    use crate::scratch::Scratch;
    use anyhow::bail;

    #[test]
    fn what_is_interrupted_is_missing_until_it_was_installed() {
        let scratch = Scratch::new("stamp");
        let stamp = scratch.0.join("stamp");
        let is_there = || matches!(look_at(&stamp, "Cargo.lock"), Look::There);
        assert!(!is_there());
        installing(&stamp, "Cargo.lock", || Ok(())).unwrap();
        assert!(is_there());
        installing(&stamp, "Cargo.lock", || bail!("interrupted")).unwrap_err();
        assert!(!is_there());
        std::fs::write(&stamp, "of another time").unwrap();
        assert!(!is_there());
    }

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
