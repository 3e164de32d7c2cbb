//! The tools for building and testing, apart from the machine's own programs.

use crate::cargo_tools;
use crate::command::Step;
use crate::folders::{root, tool_directory};
use crate::install::{Lane, State, Tool};
use crate::log_file::LogFile;
use crate::machine_report::rust;
use crate::versions::LIGHTHOUSE;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The options of npm. Ours are development packages, which NODE_ENV=production or npm's settings would leave out.
const NPM_ALL: [&str; 3] = ["--include=dev", "--no-audit", "--no-fund"];

/// Returns the tools for building and running the app.
pub fn for_building() -> Vec<Tool> {
    let mut tools = vec![wasm_target(), cargo_packages(), npm_packages()];
    tools.extend([cargo_tools::cargo_leptos(), cargo_tools::wasm_bindgen_cli()].map(Tool::from));
    tools
}

pub fn lighthouse_folder() -> PathBuf {
    tool_directory("lighthouse", LIGHTHOUSE)
}

/// Returns Lighthouse, which is installed only on demand, since it is larger than all other npm packages together.
pub fn lighthouse() -> Tool {
    let folder = lighthouse_folder();
    let package = folder.join("node_modules/lighthouse/package.json");
    let state = move || State::of(package.is_file());
    Tool::new(format!("Lighthouse {LIGHTHOUSE}"), Lane::Npm, 60, state, move |log| {
        fs::create_dir_all(&folder)?;
        npm_install("", &folder, &[format!("lighthouse@{LIGHTHOUSE}")]).logged(log)
    })
}

/// Installs npm packages into a folder of their own, without running their scripts.
pub fn npm_install(what: impl Into<String>, folder: &Path, packages: &[String]) -> Step {
    Step::new(what, "npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .arg(folder)
        .args(packages)
}

fn wasm_target() -> Tool {
    let state = || State::of(rust::compiles_to_wasm());
    Tool::new("Rust's standard library for wasm", Lane::Download, 20, state, |log| {
        let command = format!("rustup target add {}", rust::WASM);
        Step::new("", "rustup")
            .args(["target", "add", rust::WASM])
            .fix(format!("install rustup from https://rustup.rs, then run `{command}` in this folder"))
            .logged(log)
    })
}

/// Returns the dependencies of both halves at the versions of `Cargo.lock`, downloaded while tools are compiled.
fn cargo_packages() -> Tool {
    let install = |log: &LogFile| {
        FETCHED.installing(|| {
            let targets = ["--target", "host-tuple", "--target", rust::WASM];
            Step::new("", "cargo").args(["fetch", "--locked"]).args(targets).logged(log)
        })
    };
    Tool::new("packages from crates.io", Lane::Download, 60, || FETCHED.state(), install)
        .in_folder(root().join("target"))
}

/// Returns Tailwind CSS, wasm-opt, Playwright and the rest, at the versions of `package-lock.json`.
pub fn npm_packages() -> Tool {
    let install = |log: &LogFile| {
        INSTALLED.installing(|| {
            Step::new("", "npm")
                .arg("ci")
                .args(NPM_ALL)
                // Without browsers: the tests use the one of the machine.
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .fix("look at what npm says above, then run `npm ci` in this folder")
                .logged(log)
        })
    };
    Tool::new("packages from npm", Lane::Npm, 60, || INSTALLED.state(), install).in_folder(root().join("target"))
}

/// A copy of a lock file from when all its packages were installed. Both paths are relative to the project.
struct Stamp<'a> {
    path: &'a str,
    lock: &'a str,
}

const FETCHED: Stamp<'static> = Stamp { path: "target/.fetched-from", lock: "Cargo.lock" };
const INSTALLED: Stamp<'static> = Stamp { path: "node_modules/.installed-from", lock: "package-lock.json" };

impl Stamp<'_> {
    fn state(&self) -> State {
        let read = |path| fs::read(root().join(path)).ok();
        State::of(read(self.lock).is_some_and(|wanted| read(self.path) == Some(wanted)))
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
    use crate::install::State;
    use anyhow::bail;

    #[test]
    fn interrupted_installation_is_missing() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("stamp");
        let stamp = Stamp { path: path.to_str().unwrap(), lock: "Cargo.lock" };
        assert_eq!(stamp.state(), State::Missing);
        stamp.installing(|| Ok(())).unwrap();
        assert_eq!(stamp.state(), State::Installed);
        stamp.installing(|| bail!("interrupted")).unwrap_err();
        assert_eq!(stamp.state(), State::Missing);
        std::fs::write(&path, "of another time").unwrap();
        assert_eq!(stamp.state(), State::Missing);
    }

    #[test]
    fn npm_installs_development_packages_in_production_too() {
        let omitted = |arguments: &[&str]| {
            let config = Step::new("", "npm").args(["config", "get", "omit"]).args(arguments);
            config.env("NODE_ENV", "production").output().unwrap().trim().to_owned()
        };
        assert_eq!((omitted(&[]).as_str(), omitted(&NPM_ALL).as_str()), ("dev", ""));
    }
}
