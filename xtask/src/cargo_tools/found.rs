//! The version of a program that is already there. The file may be incomplete, or another program.

use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the version, or what is wrong with the program.
pub fn version(program: &Path) -> Result<String, String> {
    let asked = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = asked.map_err(|error| format!("does not run ({error})"))?;
    if !output.status.success() {
        return Err(format!("does not run ({})", output.status));
    }
    printed(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "does not say its version".to_owned())
}

/// Parses `wasm-bindgen 0.2.100 (0123abc 2025-01-01)` as 0.2.100.
fn printed(line: &str) -> Option<String> {
    let version = line.split_whitespace().nth(1)?;
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-+".contains(letter));
    is_version.then(|| version.to_owned())
}

/// Returns whether `found` is `wanted` or a newer patch of it.
pub fn is_newer_patch(found: &str, wanted: &str) -> bool {
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
    use super::{is_newer_patch, printed};

    #[test]
    fn a_version_is_the_second_word_that_a_program_prints() {
        for (line, version) in [
            ("cargo-leptos 0.3.10\n", Some("0.3.10")),
            ("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143\n", Some("0.9.143")),
            ("wasm-bindgen 0.2.100-rc.1", Some("0.2.100-rc.1")),
            ("", None),
            ("0.3.10", None),
            ("Usage: something\n", None),
            ("x \u{1b}[2J", None),
            ("x 1\u{1b}[2J", None),
        ] {
            assert_eq!(printed(line).as_deref(), version, "{line:?}");
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
            ("nonsense", false),
        ] {
            assert_eq!(is_newer_patch(found, "0.3.10"), fits, "{found}");
        }
    }
}
