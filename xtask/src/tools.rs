//! What building and testing need beyond the machine's own programs.
//! It must not install anything that is there already.

use crate::cargo_tools;
use crate::command::Step;
use crate::folders::{root, tool_directory};
use crate::install::{Lane, Look, Part, Parts};
use crate::log_file::LogFile;
use crate::machine_report::rust;
use crate::versions::LIGHTHOUSE;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

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
        npm_install("", &Self::folder(), &[format!("lighthouse@{LIGHTHOUSE}")]).logged(log)
    }
}

/// Installs packages of npm into a folder of their own, without running what they bring.
pub fn npm_install(what: impl Into<String>, folder: &Path, packages: &[String]) -> Step {
    Step::new(what, "npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .args([folder])
        .args(packages)
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
        FETCHED.look()
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        FETCHED.installing(|| {
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
        INSTALLED.look()
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        INSTALLED.installing(|| {
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

/// A file that holds what a lock file held when everything in that had been installed. Both paths are the project's.
struct Stamp<'a> {
    path: &'a str,
    lock: &'a str,
}

const FETCHED: Stamp<'static> = Stamp { path: "target/.fetched-from", lock: "Cargo.lock" };
const INSTALLED: Stamp<'static> = Stamp { path: "node_modules/.installed-from", lock: "package-lock.json" };

impl Stamp<'_> {
    fn look(&self) -> Look {
        let read = |path| fs::read(root().join(path)).ok();
        if read(self.lock).is_some_and(|wanted| read(self.path) == Some(wanted)) { Look::There } else { Look::Missing }
    }

    fn installing(&self, install: impl FnOnce() -> Result<()>) -> Result<()> {
        let (path, lock) = (root().join(self.path), self.lock);
        let wanted = fs::read(root().join(lock)).with_context(|| format!("{lock} is part of the project"))?;
        // What is interrupted has not been installed, even where the lock file goes back to what it was.
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("{} cannot be deleted", path.display()))?;
        }
        install()?;
        fs::write(&path, wanted).with_context(|| format!("{} cannot be written", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NPM_ALL, Stamp, Step};
    use crate::install::Look;
    use crate::scratch::Scratch;
    use anyhow::bail;

    #[test]
    fn what_is_interrupted_is_missing_until_it_was_installed() {
        let scratch = Scratch::new("stamp");
        let path = scratch.0.join("stamp");
        let stamp = Stamp { path: path.to_str().unwrap(), lock: "Cargo.lock" };
        let is_there = || matches!(stamp.look(), Look::There);
        assert!(!is_there());
        stamp.installing(|| Ok(())).unwrap();
        assert!(is_there());
        stamp.installing(|| bail!("interrupted")).unwrap_err();
        assert!(!is_there());
        std::fs::write(&path, "of another time").unwrap();
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
}
