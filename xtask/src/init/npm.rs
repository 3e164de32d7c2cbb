//! Takes packages from npm out of `package.json`, and what only they need out of `package-lock.json`.

use super::project::Project;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const LOCK: &str = "package-lock.json";

/// The beginning and the end of the list of packages.
const START: &str = "\n  \"packages\": {\n";
const END: &str = "\n    }\n  }\n}";

/// Deletes these packages, and all that nothing needs afterwards.
pub fn remove(project: &mut Project, names: &[&'static str]) -> Result<()> {
    for file in ["package.json", LOCK] {
        let is_gone = |line: &str| names.iter().any(|name| line.trim_start().starts_with(&format!("\"{name}\": \"")));
        let kept: String = project.text(file)?.split_inclusive('\n').filter(|line| !is_gone(line)).collect();
        project.write(file, kept);
    }
    let text = project.text(LOCK)?;
    let lock: Value = serde_json::from_str(text).with_context(|| format!("{LOCK} is no JSON"))?;
    let packages = lock["packages"].as_object().context("package-lock.json has no packages")?;
    let needed = needed(packages);
    let (head, rest) = text.split_once(START).context("init cannot find the packages in package-lock.json")?;
    let (entries, tail) = rest.split_once(END).context("init cannot find the end of package-lock.json")?;
    let name = |entry: &str| entry.split('"').nth(1).unwrap_or_default().to_owned();
    let kept: Vec<_> = entries.split("\n    },\n").filter(|entry| needed.contains(&name(entry))).collect();
    let text = format!("{head}{START}{}{END}{tail}", kept.join("\n    },\n"));
    project.write(LOCK, text);
    Ok(())
}

/// Returns the paths of the packages that the project needs, with its own, which is empty.
fn needed(packages: &Map<String, Value>) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut open = vec![String::new()];
    while let Some(path) = open.pop() {
        let kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
        let lists = kinds.iter().filter_map(|kind| packages.get(&path)?.get(kind)?.as_object());
        open.extend(lists.flat_map(Map::keys).filter_map(|name| found(packages, &path, name)));
        needed.insert(path);
        open.retain(|path| !needed.contains(path));
    }
    needed
}

/// Returns where Node.js finds a package that the one at `path` asks for.
fn found(packages: &Map<String, Value>, path: &str, name: &str) -> Option<String> {
    let mut folder = path;
    loop {
        let candidate = format!("{folder}/node_modules/{name}").trim_start_matches('/').to_owned();
        if packages.contains_key(&candidate) {
            return Some(candidate);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once("/node_modules/").map_or("", |(folder, _)| folder);
    }
}

#[cfg(test)]
mod tests {
    use super::{LOCK, remove};
    use crate::init::tests::template;
    use serde_json::Value;

    #[test]
    fn packages_go_with_those_that_only_they_need() {
        let mut project = template();
        let before = project.text(LOCK).unwrap().to_owned();
        remove(&mut project, &[]).unwrap();
        assert_eq!(project.text(LOCK).unwrap(), before, "all of them are needed");

        remove(&mut project, &["better-auth", "better-auth-1.7", "pg"]).unwrap();
        let lock: Value = serde_json::from_str(project.text(LOCK).unwrap()).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        for gone in ["better-auth", "better-auth-1.7", "pg", "pg-protocol", "zod", "kysely"] {
            assert!(!packages.contains_key(&format!("node_modules/{gone}")), "{gone}");
        }
        for kept in ["@playwright/test", "playwright-core", "tailwindcss", "typescript", "axe-core"] {
            assert!(packages.contains_key(&format!("node_modules/{kept}")), "{kept}");
        }
        let manifest: Value = serde_json::from_str(project.text("package.json").unwrap()).unwrap();
        assert_eq!(manifest["devDependencies"], packages[""]["devDependencies"]);
    }
}
