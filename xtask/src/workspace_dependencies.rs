//! The dependencies of the workspace in `Cargo.toml`, where later `crates/` have to find what they inherit.

use anyhow::{Context, Result};
use toml::Table;

const SECTION: &str = "[workspace.dependencies]";

/// Returns `ours` with those dependencies of `theirs` that manifests inherit in these lines. A package of the workspace
/// keeps the line that it has, in which a project may have switched features off.
pub fn merge(ours: &str, theirs: &str, inheriting: &str) -> Result<String> {
    let (our_version, their_version) = (version(ours)?, version(theirs)?);
    let is_inherited = |key: &str| inheriting.lines().any(|line| key_of(line) == key);
    let mut lines: Vec<String> = ours.lines().map(str::to_owned).collect();
    let start =
        1 + lines.iter().position(|line| line == SECTION).context("Cargo.toml has no [workspace.dependencies]")?;
    // Where the next line belongs, if it is new.
    let mut next = start;
    for line in section(theirs) {
        let key = key_of(line);
        let is_package = line.contains("path = ");
        let there =
            lines[start..].iter().take_while(|line| !line.starts_with('[')).position(|line| key_of(line) == key);
        match there.map(|at| start + at) {
            Some(at) => {
                if is_inherited(key) && !is_package {
                    lines[at] = line.to_owned();
                }
                next = at + 1;
            }
            None if is_inherited(key) => {
                let line = if is_package { line.replace(their_version, our_version) } else { line.to_owned() };
                lines.insert(next, line);
                next += 1;
            }
            None => {}
        }
    }
    let text = lines.join("\n") + "\n";
    toml::from_str::<Table>(&text).context("a dependency in Cargo.toml, here or there, is not one line")?;
    Ok(text)
}

/// Returns the lines of the section that name a dependency.
fn section(manifest: &str) -> impl Iterator<Item = &str> {
    let lines = manifest.lines().skip_while(|line| *line != SECTION).skip(1).take_while(|line| !line.starts_with('['));
    lines.filter(|line| line.starts_with(|letter: char| letter.is_ascii_alphanumeric()))
}

/// Returns the name of the dependency that a line of a manifest is about.
pub fn key_of(line: &str) -> &str {
    line.split(['.', ' ', '=']).next().unwrap_or_default()
}

/// Returns the version that the packages of a workspace have together, in quotes.
fn version(manifest: &str) -> Result<&str> {
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = "))
        .context("the packages of Cargo.toml have no version")
}

#[cfg(test)]
mod tests {
    use super::{SECTION, merge};

    const OURS: &str = r#"[workspace.package]
version = "3.0.0"

[workspace.dependencies]
app = { path = "app" }
rls = { path = "crates/rls", version = "3.0.0", default-features = false }

# The wire.
leptos = "0.8"
mine = "1"

[profile.dev.package]
new = { opt-level = 3 }
"#;

    #[test]
    fn what_crates_inherit_comes_and_the_rest_stays() {
        let theirs = r#"[workspace.package]
version = "2.0.0"

[workspace.dependencies]
app = { path = "app", version = "2.0.0" }
other = { path = "crates/other", version = "2.0.0" }
rls = { path = "crates/rls", version = "2.0.0" }

# The wire.
leptos = { version = "0.9", features = ["islands"] }
new = "0.1"
mine = "2"
unused = "1"

[profile.release]
lto = true
"#;
        let inheriting = "version.workspace = true\nother.workspace = true\nrls.workspace = true\n\
                          leptos = { workspace = true, optional = true }\nnew.workspace = true\nworkspace = true\n";
        let expected = r#"[workspace.package]
version = "3.0.0"

[workspace.dependencies]
app = { path = "app" }
other = { path = "crates/other", version = "3.0.0" }
rls = { path = "crates/rls", version = "3.0.0", default-features = false }

# The wire.
leptos = { version = "0.9", features = ["islands"] }
new = "0.1"
mine = "1"

[profile.dev.package]
new = { opt-level = 3 }
"#;
        let merged = merge(OURS, theirs, inheriting).unwrap();
        assert_eq!(merged, expected);
        assert_eq!(merge(&merged, theirs, inheriting).unwrap(), expected, "it can be done again");
    }

    #[test]
    fn what_is_no_line_is_refused() {
        let theirs =
            OURS.replace("leptos = \"0.8\"", "leptos = { version = \"0.9\", features = [\n    \"islands\",\n] }");
        let error = merge(OURS, &theirs, "leptos.workspace = true").unwrap_err().to_string();
        assert!(error.contains("is not one line"), "{error}");
        for lacking in [SECTION, "version = "] {
            assert!(merge(&OURS.replace(lacking, ""), OURS, "").is_err(), "{lacking}");
        }
    }
}
