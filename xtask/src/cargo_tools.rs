//! Tools from crates.io: uses what the machine has, else what cargo-binstall downloads, else compiles them.
//! Compiled tools are hardly optimised, since compiling them is the longest part of a first start.

mod found;
#[cfg(test)]
mod tests;

use crate::command::Step;
use crate::folders::{cache, tool_directory};
use crate::install::{Lane, Look, Part};
use crate::log_file::LogFile;
use crate::path::{find_in, path};
use crate::versions;
use anyhow::{Context, Result, bail};
use found::is_newer_patch;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct CargoTool {
    package: &'static str,
    program: &'static str,
    /// The version to install where none fits.
    version: &'static str,
    fits: fn(found: &str, wanted: &str) -> bool,
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

impl Part for CargoTool {
    fn name(&self) -> String {
        format!("{} {}", self.package, self.version)
    }

    fn lane(&self) -> Lane {
        Lane::Compile
    }

    fn seconds(&self) -> u64 {
        self.seconds
    }

    fn look(&self) -> Look {
        self.look_in(&path())
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        self.install_with(&path(), &cache().join("compiling"), &self.root(), log)
    }
}

impl CargoTool {
    fn root(&self) -> PathBuf {
        tool_directory(self.package, self.version)
    }

    /// Returns the state of the program that steps would run.
    fn look_in(&self, path: &OsStr) -> Look {
        find_in(self.program, path).map_or(Look::Missing, |program| self.judge(&program))
    }

    fn judge(&self, program: &Path) -> Look {
        match found::version(program) {
            Ok(version) if (self.fits)(&version, self.version) => Look::There,
            Ok(version) => Look::Unfit(format!("{} is {version}", program.display())),
            Err(why) => Look::Unfit(format!("{} {why}", program.display())),
        }
    }

    /// Installs the tool. Programs are looked up in `path`, cargo compiles in `target`, and the tool goes to `root`.
    fn install_with(&self, path: &OsStr, target: &Path, root: &Path, log: &LogFile) -> Result<()> {
        let program = root.join("bin").join(self.program);
        if find_in("cargo-binstall", path).is_some() {
            let fetched = self.fetch(path, root, log);
            if fetched.is_ok() && matches!(self.judge(&program), Look::There) {
                return Ok(());
            }
            log.note("cargo-binstall has brought none that runs, so it is compiled")?;
        }
        self.compile(path, target, root, log)?;
        if let Look::Unfit(why) = self.judge(&program) {
            bail!("{why}, although it was just compiled");
        }
        // It takes gigabytes. After an interruption it stays, and the next run continues from there.
        fs::remove_dir_all(target).with_context(|| format!("{} cannot be deleted", target.display()))
    }

    fn fetch(&self, path: &OsStr, root: &Path, log: &LogFile) -> Result<()> {
        Step::new("", "cargo-binstall")
            .env("PATH", path)
            .args(["--no-confirm", "--force", "--disable-strategies", "compile", "--root"])
            .args([root])
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
            .args([root])
            .args(["--target-dir"])
            .args([target])
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
    let mut asked = Command::new(pkg_config);
    asked.args(["--atleast-version=1.1.1", "openssl"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}
