//! The tools for building and testing, apart from the machine's own programs.

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

/// The options of npm. Ours are development packages, which NODE_ENV=production or npm's settings would leave out.
const NPM_ALL: [&str; 3] = ["--include=dev", "--no-audit", "--no-fund"];

/// Returns the tools for building and running the app.
pub fn for_building() -> Parts {
    vec![
        Box::new(WasmTarget),
        Box::new(cargo_tools::cargo_leptos()),
        Box::new(cargo_tools::wasm_bindgen_cli()),
        Box::new(Packages),
        Box::new(Npm),
    ]
}

/// Returns the additional tools for tests, apart from the machine's own programs.
pub fn for_testing() -> Parts {
    vec![Box::new(cargo_tools::nextest())]
}

/// Lighthouse, which is installed only on demand, since it is larger than all other npm packages together.
pub struct Lighthouse;

impl Lighthouse {
    /// Returns the folder of Lighthouse.
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

/// Installs npm packages into a folder of their own, without running their scripts.
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

/// The dependencies of both halves at the versions of `Cargo.lock`, downloaded while tools are compiled.
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

/// Tailwind CSS, wasm-opt, Playwright and better-auth at the versions of `package-lock.json`.
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
                // Without browsers: the tests use the one of the machine.
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .fix("look at what npm says above, then run `npm ci` in this folder")
                .logged(log)
        })
    }
}

/// A copy of a lock file from when all its packages were installed. Both paths are relative to the project.
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
        // Removed first: an interrupted installation is incomplete, even if the lock file is reverted.
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
