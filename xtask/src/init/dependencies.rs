//! Takes dependencies out of manifests, and what follows from it out of profiles and the list of licences.

use super::project::Project;
use crate::workspace_dependencies::key_of;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use toml::{Table, Value};

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Deletes these dependencies of the package in `folder`.
pub fn remove(project: &mut Project, folder: &str, names: &[&str]) -> Result<()> {
    let file = format!("{folder}/Cargo.toml");
    let manifest = project.text(&file)?;
    for name in names {
        let is_there = dependencies(manifest)?.contains(*name);
        ensure!(is_there, "init cannot find the dependency `{name}` in {file}");
    }
    let mut text = manifest.to_owned();
    for kind in KINDS {
        text = without_keys(&text, kind, |key| names.contains(&key));
    }
    for name in names {
        text = without_feature(&text, name);
    }
    project.write(&file, text);
    Ok(())
}

/// Lets a feature of the packages in `crates` bring nothing any more, and deletes the dependencies that only it had.
pub fn empty_feature(project: &mut Project, feature: &str) -> Result<()> {
    let crates: Vec<_> = manifests(project).filter(|file| file.starts_with("crates/")).map(str::to_owned).collect();
    for file in crates {
        let text = project.text(&file)?;
        let start = format!("\n{feature} = [");
        let Some((before, rest)) = text.split_once(&start) else { continue };
        let (parts, after) = rest.split_once(']').with_context(|| format!("{file} has a list without an end"))?;
        let emptied = format!("{before}{start}]{after}");
        let gone: Vec<_> = parts.split('"').filter_map(|part| part.strip_prefix("dep:")).collect();
        let is_gone = |key: &str| gone.contains(&key) && !emptied.contains(&format!("\"dep:{key}\""));
        let text = without_keys(&emptied, "dependencies", is_gone);
        project.write(&file, text);
    }
    Ok(())
}

/// Deletes the dependencies of the workspace that packages had in `before` and have no longer.
pub fn remove_unused(before: &Project, after: &mut Project) -> Result<()> {
    let (used_before, used) = (used(before)?, used(after)?);
    let is_unused = |key: &str| used_before.contains(key) && !used.contains(key);
    let text = without_keys(after.text("Cargo.toml")?, "workspace.dependencies", is_unused);
    after.write("Cargo.toml", text);
    Ok(())
}

/// Returns the dependencies of all packages.
fn used(project: &Project) -> Result<BTreeSet<String>> {
    let mut used = BTreeSet::new();
    for file in manifests(project) {
        used.append(&mut dependencies(project.text(file)?)?);
    }
    Ok(used)
}

/// Returns the dependencies of a package, of every kind.
fn dependencies(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: Table = toml::from_str(manifest)?;
    let tables = KINDS.iter().filter_map(|kind| manifest.get(*kind)?.as_table());
    Ok(tables.flat_map(|table| table.keys().cloned()).collect())
}

/// Deletes the profiles of packages that `Cargo.lock` does not list any more, and their names from the list of
/// licences.
pub fn follow_lock(before: &str, project: &mut Project) -> Result<()> {
    let kept = locked(project.text("Cargo.lock")?)?;
    let gone: BTreeSet<String> = locked(before)?.difference(&kept).cloned().collect();
    let text = without_keys(project.text("Cargo.toml")?, "profile.dev.package", |key| gone.contains(key));
    project.write("Cargo.toml", text);

    let licences = project.text("docs/licences.md")?;
    let (head, lists) = licences.split_once("\n## ").unwrap_or((licences, ""));
    let kept = lists.split("\n## ").filter_map(|section| {
        let (licence, packages) = section.split_once("\n\n")?;
        let packages: Vec<_> = packages.trim().split(", ").filter(|name| !gone.contains(*name)).collect();
        (!packages.is_empty()).then(|| format!("\n## {licence}\n\n{}\n", packages.join(", ")))
    });
    let text = format!("{head}{}", kept.collect::<String>());
    project.write("docs/licences.md", text);
    Ok(())
}

/// Returns the names of all packages in a `Cargo.lock`.
pub fn locked(text: &str) -> Result<BTreeSet<String>> {
    let lock: Table = toml::from_str(text)?;
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    Ok(packages.filter_map(|package| package.get("name")?.as_str().map(str::to_owned)).collect())
}

/// Returns the manifests of the workspace's packages.
pub fn manifests(project: &Project) -> impl Iterator<Item = &str> {
    project.files().map(|(file, _)| file).filter(|file| file.ends_with("/Cargo.toml"))
}

/// Returns the text of a manifest without the lines of a section whose key is gone. A comment goes with the lines that
/// it is about: one at the head of a group with the last of it, another one with the line below.
fn without_keys(text: &str, section: &str, is_gone: impl Fn(&str) -> bool) -> String {
    let header = format!("[{section}]");
    let mut kept: Vec<&str> = Vec::new();
    let mut comments: Vec<&str> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        let key = key_of(line);
        let heads_group = kept.last().is_none_or(|last| last.is_empty());
        if line.starts_with('[') {
            is_inside = line == header;
        }
        if !is_inside {
            kept.append(&mut comments);
            kept.push(line);
        } else if line.starts_with('#') {
            comments.push(line);
        } else if !key.is_empty() && is_gone(key) {
            if !heads_group {
                comments.clear();
            }
        } else if line.is_empty() {
            comments.clear();
            if !heads_group {
                kept.push(line);
            }
        } else {
            kept.append(&mut comments);
            kept.push(line);
        }
    }
    // A section may have lost its last key.
    (kept.join("\n") + "\n").replace(&format!("{header}\n\n["), "[")
}

/// Returns the text of a manifest whose features do not name this dependency any more.
fn without_feature(text: &str, dependency: &str) -> String {
    let of_it = [format!("\"dep:{dependency}\""), format!("\"{dependency}/")];
    let lines = text.split('\n').filter_map(|line| {
        if !of_it.iter().any(|part| line.contains(part)) {
            return Some(line.to_owned());
        }
        let (indent, parts) = line.split_at(line.len() - line.trim_start().len());
        let parts = parts.split_inclusive(", ").filter(|part| !of_it.iter().any(|gone| part.starts_with(gone)));
        let parts: String = parts.collect();
        (!parts.is_empty()).then(|| format!("{indent}{}", parts.trim_end()))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{without_feature, without_keys};

    #[test]
    fn keys_go_with_the_comments_about_them() {
        let text = "\
[dependencies]
kept.workspace = true
# About the next line.
gone = \"1\"
last = \"1\"

# About this group.
gone.workspace = true
stays = { version = \"1\" }

# About another one.
gone.workspace = true

[other]
gone = 1
";
        let expected = "\
[dependencies]
kept.workspace = true
last = \"1\"

# About this group.
stays = { version = \"1\" }

[other]
gone = 1
";
        assert_eq!(without_keys(text, "dependencies", |key| key == "gone"), expected);
    }

    #[test]
    fn features_do_not_name_what_is_gone() {
        for (before, after) in [
            ("ssr = [\n    \"dep:gone\", \"dep:a\",\n]", "ssr = [\n    \"dep:a\",\n]"),
            ("ssr = [\n    \"dep:a\", \"dep:gone\",\n]", "ssr = [\n    \"dep:a\",\n]"),
            ("ssr = [\n    \"dep:gone\", \"gone/a\",\n    \"a\",\n]", "ssr = [\n    \"a\",\n]"),
            ("    \"a/b\", \"gone/b\", \"dep:gone-too\",", "    \"a/b\", \"dep:gone-too\","),
        ] {
            assert_eq!(without_feature(before, "gone"), after);
        }
    }
}
