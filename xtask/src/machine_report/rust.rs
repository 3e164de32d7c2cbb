//! The check that the Rust of `rust-toolchain.toml` runs and can compile for browsers.

use super::programs::first_line;
use crate::folders::root;
use crate::path::find;
use crate::text;
use environment::Check;
use std::fs;

const NAME: &str = "Rust";

pub const WASM: &str = "wasm32-unknown-unknown";

const FIX: &str =
    "install rustup from https://rustup.rs and remove the other Rust: it takes what rust-toolchain.toml says";

struct Found {
    /// The output of `rustc --version`.
    version: Option<String>,
    rustup: bool,
    wasm: bool,
}

pub fn check() -> Check {
    let wanted = text::read(root().join("rust-toolchain.toml")).ok().and_then(|file| channel(&file));
    let rustc = first_line("rustc", &["--version"]);
    judge(&Found { version: rustc, rustup: find("rustup").is_some(), wasm: compiles_to_wasm() }, wanted.as_deref())
}

/// Returns whether the standard library for browsers is installed.
pub fn compiles_to_wasm() -> bool {
    let folder = first_line("rustc", &["--print", "target-libdir", "--target", WASM]);
    folder.is_some_and(|folder| fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
}

fn channel(file: &str) -> Option<String> {
    let file: toml::Table = file.parse().ok()?;
    Some(file.get("toolchain")?.get("channel")?.as_str()?.to_owned())
}

fn judge(found: &Found, wanted: Option<&str>) -> Check {
    let version = found.version.as_deref().and_then(|line| line.strip_prefix("rustc ")?.split(' ').next());
    let Some(version) = version else {
        return Check::failure(NAME, "rustc was not found, or prints no version", FIX);
    };
    if !found.wasm && !found.rustup {
        return Check::failure(NAME, format!("{version} without rustup has no standard library for {WASM}"), FIX);
    }
    // A fork of the project may name a channel in place of a version.
    let numbered = wanted.filter(|wanted| wanted.starts_with(|first: char| first.is_ascii_digit()));
    if let Some(wanted) = numbered.filter(|wanted| !version.starts_with(*wanted)) {
        let seen = format!("{version} runs, rust-toolchain.toml names {wanted}: this combination is untested");
        let fix = if found.rustup { "run cargo without `+…` and without RUSTUP_TOOLCHAIN" } else { FIX };
        return Check::warning(NAME, seen, fix);
    }
    Check::ok(NAME, if found.wasm { format!("{version}, also for {WASM}") } else { version.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Found, channel, judge};
    use environment::{Check, CheckOutcome};

    fn judged(version: &str, rustup: bool, wasm: bool, wanted: Option<&str>) -> Check {
        judge(&Found { version: Some(version.to_owned()), rustup, wasm }, wanted)
    }

    #[test]
    fn rustup_installs_what_is_missing() {
        let line = "rustc 1.95.0 (59807616e 2026-04-14)";
        for (rustup, wasm) in [(true, true), (true, false), (false, true)] {
            assert_eq!(judged(line, rustup, wasm, Some("1.95.0")).outcome, CheckOutcome::Ok, "{rustup} {wasm}");
        }
    }

    #[test]
    fn toolchain_without_wasm_and_rustup_is_a_failure() {
        let check = judged("rustc 1.95.0", false, false, Some("1.95.0"));
        assert_eq!(check.outcome, CheckOutcome::Failure);
        assert!(check.seen.contains("wasm32-unknown-unknown") && check.fix.unwrap().contains("https://rustup.rs"));
    }

    #[test]
    fn other_version_is_a_warning() {
        let line = "rustc 1.96.0-nightly (0 2026-05-01)";
        for (wanted, outcome) in [
            (Some("1.95.0"), CheckOutcome::Warning),
            (Some("1.96"), CheckOutcome::Ok),
            (Some("stable"), CheckOutcome::Ok),
            (Some(""), CheckOutcome::Ok),
            (None, CheckOutcome::Ok),
        ] {
            assert_eq!(judged(line, true, true, wanted).outcome, outcome, "{wanted:?}");
        }
        let with_rustup = judged(line, true, true, Some("1.95.0")).fix.unwrap();
        let without = judged(line, false, true, Some("1.95.0")).fix.unwrap();
        assert!(with_rustup.contains("RUSTUP_TOOLCHAIN") && without.contains("https://rustup.rs"));
    }

    #[test]
    fn unreadable_version_is_a_failure() {
        for version in [None, Some(""), Some("cargo 1.95.0"), Some("rustc")] {
            let found = Found { version: version.map(str::to_owned), rustup: true, wasm: true };
            assert_eq!(judge(&found, None).outcome, CheckOutcome::Failure, "{version:?}");
        }
    }

    #[test]
    fn channel_is_parsed() {
        assert_eq!(channel("[toolchain]\nchannel = \"1.95.0\"\n").as_deref(), Some("1.95.0"));
        for other in ["", "1.95.0", "[toolchain]\nchannel = 1\n"] {
            assert_eq!(channel(other), None, "{other}");
        }
    }
}
