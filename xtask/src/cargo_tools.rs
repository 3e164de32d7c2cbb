//! Programs that come from crates.io: what the machine has is used, then what cargo-binstall fetches, then they are compiled.
//! It must not optimise what hardly runs: compiling it is the longest part of a first start.

use crate::command::{Step, find, skip, tool_directory};
use crate::tools::wasm_bindgen;
use anyhow::Result;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub struct CargoTool {
    package: &'static str,
    program: &'static str,
    /// The one that is installed where there is none that fits.
    version: String,
    fits: fn(found: &str, wanted: &str) -> bool,
    /// As cargo's profiles have it.
    opt_level: &'static str,
    /// Whether the dependencies that the package was tested with fit the Rust of `rust-toolchain.toml`.
    is_locked: bool,
}

/// 0.3.11 needs a newer Rust than `rust-toolchain.toml` names.
pub fn cargo_leptos() -> CargoTool {
    CargoTool {
        package: "cargo-leptos",
        program: "cargo-leptos",
        version: "0.3.10".to_owned(),
        fits: is_newer_patch,
        opt_level: "0",
        is_locked: true,
    }
}

/// It runs after each edit, on megabytes, and refuses to work with any other version of its crate.
pub fn wasm_bindgen_cli() -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: wasm_bindgen(),
        fits: |found, wanted| found == wanted,
        opt_level: "1",
        is_locked: false,
    }
}

pub fn nextest() -> CargoTool {
    CargoTool {
        package: "cargo-nextest",
        program: "cargo-nextest",
        version: "0.9.143".to_owned(),
        fits: |_, _| true,
        opt_level: "0",
        is_locked: true,
    }
}

impl CargoTool {
    /// The folder of the program that this project has installed, whether it is there or not.
    pub fn folder(&self) -> PathBuf {
        tool_directory(self.package, &self.version).join("bin")
    }

    /// Installs the program, unless one that fits runs on this machine.
    pub fn ensure(&self) -> Result<()> {
        if let Some(version) = self.found() {
            skip(&format!("{} {version}", self.package));
            return Ok(());
        }
        if find("cargo-binstall").is_some() && self.fetch().is_ok() && self.found().is_some() {
            return Ok(());
        }
        self.compile()
    }

    /// Returns the version of the program that steps find first, if it runs and fits.
    fn found(&self) -> Option<String> {
        let output = Command::new(find(self.program)?).arg("--version").stderr(Stdio::null()).output().ok()?;
        let version = version(&String::from_utf8_lossy(&output.stdout))?;
        (output.status.success() && (self.fits)(&version, &self.version)).then_some(version)
    }

    fn fetch(&self) -> Result<()> {
        Step::new(format!("Fetch {} {} with cargo-binstall", self.package, self.version), "cargo")
            .args(["binstall", "--no-confirm", "--force", "--disable-strategies", "compile", "--root"])
            .args([tool_directory(self.package, &self.version)])
            .args([format!("{}@{}", self.package, self.version)])
            .run()
    }

    fn compile(&self) -> Result<()> {
        let root = tool_directory(self.package, &self.version);
        let what = format!("Build {} {} into {} (once, some minutes)", self.package, self.version, root.display());
        let step = Step::new(what, "cargo")
            .args(["install", self.package, "--version", &self.version, "--bin", self.program])
            // One that does not run is replaced.
            .args(["--force", "--root"])
            .args([&root])
            .args(self.is_locked.then_some("--locked"))
            // Without the lock file, cargo picks dependencies that fit.
            .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .fix(format!(
                "run `cargo install {} --version {}` and look at its first error",
                self.package, self.version
            ));
        // Compiling OpenSSL takes minutes, and the machine's own does as well.
        if env::var_os("OPENSSL_NO_VENDOR").is_none() && has_openssl() {
            step.env("OPENSSL_NO_VENDOR", "1")
        } else {
            step
        }
        .run()
    }
}

/// Whether the headers of OpenSSL are there, and found as its crate finds them.
fn has_openssl() -> bool {
    let mut pkg_config = Command::new("pkg-config");
    let asked = pkg_config.args(["--atleast-version=1.1.1", "openssl"]).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// `wasm-bindgen 0.2.100 (0123abc 2025-01-01)` → 0.2.100
fn version(printed: &str) -> Option<String> {
    printed.split_whitespace().nth(1).map(str::to_owned)
}

/// Whether only the last number is larger, or nothing is.
fn is_newer_patch(found: &str, wanted: &str) -> bool {
    let parts = |version: &str| {
        let (minor, patch) = version.rsplit_once('.')?;
        Some((minor.to_owned(), patch.parse::<u32>().ok()?))
    };
    match (parts(found), parts(wanted)) {
        (Some((found_minor, found)), Some((wanted_minor, wanted))) => found_minor == wanted_minor && found >= wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_newer_patch, version};

    #[test]
    fn a_version_is_the_second_word_that_a_program_prints() {
        for printed in ["cargo-leptos 0.3.10\n", "cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143\n"] {
            let version = version(printed).unwrap();
            assert!(["0.3.10", "0.9.143"].contains(&&*version), "{version}");
        }
        assert_eq!(version(""), None);
    }

    #[test]
    fn later_patches_fit_and_nothing_else() {
        for (found, fits) in [
            ("0.3.10", true),
            ("0.3.11", true),
            ("0.3.9", false),
            ("0.4.10", false),
            ("1.3.10", false),
            ("0.3.10-rc1", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_newer_patch(found, "0.3.10"), fits, "{found}");
        }
    }
}
