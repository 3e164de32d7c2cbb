//! The version of a program that is already there. The file may be incomplete, or another program.

use semver::Version;
use std::path::Path;
use std::process::Command;

/// Returns the version, or what is wrong with the program.
pub fn version(program: &Path) -> Result<Version, String> {
    let output = Command::new(program).arg("--version").output();
    let output = output.map_err(|error| format!("does not run ({error})"))?;
    if !output.status.success() {
        return Err(format!("does not run ({})", output.status));
    }
    parse(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "does not say its version".to_owned())
}

/// Parses `wasm-bindgen 0.2.100 (0123abc 2025-01-01)` as 0.2.100.
fn parse(line: &str) -> Option<Version> {
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Returns whether `found` is `wanted` or a newer patch of it.
pub fn is_newer_patch(found: &Version, wanted: &Version) -> bool {
    let minor = |version: &Version| (version.major, version.minor);
    minor(found) == minor(wanted) && found.patch >= wanted.patch && found.pre.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_newer_patch, parse};
    use semver::Version;

    #[test]
    fn version_is_the_second_word() {
        for (line, version) in [
            ("cargo-leptos 0.3.10\n", Some("0.3.10")),
            ("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143\n", Some("0.9.143")),
            ("wasm-bindgen 0.2.100-rc.1", Some("0.2.100-rc.1")),
            ("", None),
            ("0.3.10", None),
            ("some-tool nonsense", None),
            ("Usage: something\n", None),
            ("x \u{1b}[2J", None),
            ("x 1\u{1b}[2J", None),
        ] {
            assert_eq!(parse(line).map(|version| version.to_string()).as_deref(), version, "{line:?}");
        }
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
        ] {
            assert_eq!(is_newer_patch(&found.parse().unwrap(), &Version::new(0, 3, 10)), fits, "{found}");
        }
    }
}
