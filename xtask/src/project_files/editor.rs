//! Tests that editors check what `cargo xtask lint` checks: both halves, in a target folder of their own.

use super::json;
use crate::checks::OPTIONAL;
use serde_json::Value;

fn words(command: &Value) -> Vec<&str> {
    command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

/// Returns whether `arguments` contains `wanted` as consecutive arguments.
fn has(arguments: &[&str], wanted: &[&str]) -> bool {
    arguments.windows(wanted.len()).any(|part| part == wanted)
}

#[test]
fn rust_analyzer_checks_both_halves_like_lint() {
    let settings = json(".vscode/settings.json");
    let check = words(&settings["rust-analyzer.check.overrideCommand"]);
    let (server, browser) = check[2].split_once("; ").expect("two commands");
    let (server, browser): (Vec<_>, Vec<_>) = (server.split(' ').collect(), browser.split(' ').collect());
    let build = words(&settings["rust-analyzer.cargo.buildScripts.overrideCommand"]);
    for command in [&server, &build] {
        assert!(has(command, &["--workspace", "--exclude", "frontend", "--all-targets"]), "{command:?}");
        assert!(has(command, &OPTIONAL), "{command:?}");
    }
    assert!(has(&browser, &["--package", "frontend", "--target", crate::machine_report::rust::WASM]), "{browser:?}");
    for command in [server, browser, build] {
        assert!(has(&command, &["--target-dir", "target/rust-analyzer"]), "{command:?}");
        assert!(has(&command, &["--message-format", "json"]) && command.contains(&"--keep-going"), "{command:?}");
    }
}
