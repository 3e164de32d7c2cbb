//! Tools from crates.io: uses what the machine has, else what cargo-binstall downloads, else compiles them.
//! Compiled tools are hardly optimised, since compiling them is the longest part of a first start.

mod found;
#[cfg(test)]
mod tests;

use crate::command::Step;
use crate::folders::{cache, tool_directory};
use crate::install::{Lane, State, Tool};
use crate::log_file::LogFile;
use crate::path::{find_in, path};
use crate::versions;
use anyhow::{Context, Result, bail};
use found::is_newer_patch;
use semver::Version;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone)]
pub struct CargoTool {
    package: &'static str,
    program: &'static str,
    /// The version to install where none fits.
    version: &'static str,
    fits: fn(found: &Version, wanted: &Version) -> bool,
    /// The options of `cargo install` in addition to the version.
    options: &'static [&'static str],
    /// The `opt-level` of the release profile.
    opt_level: &'static str,
    /// The processor time for compiling it, in seconds.
    seconds: u64,
}

pub fn cargo_leptos() -> CargoTool {
    CargoTool {
        package: "cargo-leptos",
        program: "cargo-leptos",
        version: versions::CARGO_LEPTOS,
        fits: is_newer_patch,
        options: &["--locked"],
        opt_level: "0",
        seconds: 780,
    }
}

/// Describes the command line tool of wasm-bindgen. It has to match the version of the crate exactly, and is optimised
/// a little, since it processes megabytes after each edit.
pub fn wasm_bindgen_cli() -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: versions::wasm_bindgen(),
        fits: |found, wanted| found == wanted,
        // Without TLS, which only its test runner needs. Without its lock file, since that names a package that cannot
        // be downloaded.
        options: &["--no-default-features"],
        opt_level: "1",
        seconds: 180,
    }
}

pub fn nextest() -> CargoTool {
    CargoTool {
        package: "cargo-nextest",
        program: "cargo-nextest",
        version: versions::NEXTEST,
        fits: |_, _| true,
        options: &["--locked"],
        opt_level: "0",
        seconds: 300,
    }
}

impl From<CargoTool> for Tool {
    fn from(tool: CargoTool) -> Self {
        let (name, seconds) = (format!("{} {}", tool.package, tool.version), tool.seconds);
        let installed = tool.clone();
        Self::new(
            name,
            Lane::Compile,
            seconds,
            move || installed.state_in(&path()),
            move |log| tool.install(&path(), &cache().join("compiling"), &tool.root(), log),
        )
    }
}

impl CargoTool {
    fn root(&self) -> PathBuf {
        tool_directory(self.package, self.version)
    }

    /// Returns the state of the program that steps would run.
    fn state_in(&self, path: &OsStr) -> State {
        find_in(self.program, path).map_or(State::Missing, |program| self.state_of(&program))
    }

    fn state_of(&self, program: &Path) -> State {
        match found::version(program) {
            Ok(found) if self.version.parse().is_ok_and(|wanted| (self.fits)(&found, &wanted)) => State::Installed,
            Ok(version) => State::Unfit(format!("{} is {version}", program.display())),
            Err(why) => State::Unfit(format!("{} {why}", program.display())),
        }
    }

    /// Installs the tool. Programs are looked up in `path`, cargo compiles in `target`, and the tool goes to `root`.
    fn install(&self, path: &OsStr, target: &Path, root: &Path, log: &LogFile) -> Result<()> {
        let program = root.join("bin").join(self.program);
        if find_in("cargo-binstall", path).is_some() {
            let fetched = self.fetch(path, root, log);
            if fetched.is_ok() && matches!(self.state_of(&program), State::Installed) {
                return Ok(());
            }
            log.note("cargo-binstall has brought none that runs, so it is compiled")?;
        }
        self.compile(path, target, root, log)?;
        if let State::Unfit(why) = self.state_of(&program) {
            bail!("{why}, although it was just compiled");
        }
        // It takes gigabytes. After an interruption it stays, and the next run continues from there.
        fs::remove_dir_all(target).with_context(|| format!("{} cannot be deleted", target.display()))
    }

    fn fetch(&self, path: &OsStr, root: &Path, log: &LogFile) -> Result<()> {
        Step::new("", "cargo-binstall")
            .env("PATH", path)
            .args(["--no-confirm", "--force", "--disable-strategies", "compile", "--root"])
            .arg(root)
            .args([format!("{}@{}", self.package, self.version)])
            .logged(log)
    }

    fn compile(&self, path: &OsStr, target: &Path, root: &Path, log: &LogFile) -> Result<()> {
        let step = Step::new("", "cargo")
            .env("PATH", path)
            .args(["install", self.package, "--version", self.version, "--bin", self.program])
            .args(self.options)
            // Replaces a program that does not run.
            .args(["--force", "--root"])
            .arg(root)
            .arg("--target-dir")
            .arg(target)
            // Without the lock file, cargo picks dependencies that this Rust can compile.
            .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            // As above, so that what build scripts, macros and the program share is compiled once.
            .env("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .fix(format!(
                "look at the first error in {}, or install {} {} yourself",
                log.path().display(),
                self.package,
                self.version
            ));
        // Compiling OpenSSL takes minutes, and the machine's own is as good.
        if env::var_os("OPENSSL_NO_VENDOR").is_none() && has_openssl(path) {
            step.env("OPENSSL_NO_VENDOR", "1")
        } else {
            step
        }
        .logged(log)
    }
}

/// Returns whether the headers of OpenSSL can be found, in the way that its crate finds them.
fn has_openssl(path: &OsStr) -> bool {
    let Some(pkg_config) = find_in("pkg-config", path) else { return false };
    let asked = Command::new(pkg_config).args(["--atleast-version=1.1.1", "openssl"]).output();
    asked.is_ok_and(|output| output.status.success())
}
