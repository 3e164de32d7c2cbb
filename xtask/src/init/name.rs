//! The name of the app: what can be one, since packages, files, cookies and hosts are called by it.

use super::dependencies::locked;
use super::template;
use crate::reserved::{ROUTES, keyword};
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// As many letters as every host takes, with room for the number of a preview.
const LONGEST: usize = 40;

/// Names of packages that cargo or Rust itself keep.
const RESERVED: [&str; 9] = ["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "std", "test"];

/// A name that an app can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppName(String);

impl AppName {
    /// Checks a name, beside the packages of this `Cargo.lock`.
    pub fn parse(text: &str, lock: &str) -> Result<Self> {
        let is_allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let why = if text.is_empty() {
            "it is empty"
        } else if text.len() > LONGEST {
            "it has more than 40 letters"
        } else if !text.chars().all(is_allowed) {
            "it has other characters than small letters from a to z, digits and hyphens"
        } else if !text.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            "it does not begin with a letter"
        } else if text.ends_with('-') || text.contains("--") {
            "a hyphen stands between two letters or digits"
        } else if text.contains(template::NAME) {
            "it has the template's name in it"
        } else if let Some(why) = keyword(text) {
            why
        } else if RESERVED.contains(&text) {
            "cargo keeps this name for itself"
        } else if ROUTES.contains(&text) {
            "the server has a path of this name"
        } else if packages(lock)?.contains(text) {
            "a package that the project is made of has this name"
        } else {
            return Ok(Self(text.to_owned()));
        };
        bail!("{text:?} cannot be the app's name: {why}\n    Fix: choose another, such as `my-app`")
    }

    /// Returns the name of the project's folder, if an app can be called so.
    pub fn of_folder(root: &Path, lock: &str) -> Option<Self> {
        let name = root.file_name()?.to_str()?.to_lowercase().replace(['_', ' ', '.'], "-");
        Self::parse(&name, lock).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the names of all packages, with hyphens.
fn packages(lock: &str) -> Result<BTreeSet<String>> {
    Ok(locked(lock)?.into_iter().map(|name| name.replace('_', "-")).collect())
}

#[cfg(test)]
mod tests {
    use super::AppName;
    use crate::folders::root;
    use std::path::Path;

    fn lock() -> String {
        std::fs::read_to_string(root().join("Cargo.lock")).unwrap()
    }

    #[test]
    fn names_of_packages_are_taken() {
        let longest = "a".repeat(40);
        for name in ["demo", "my-app", "a", "app2", "todo-list-3", &longest] {
            assert_eq!(AppName::parse(name, &lock()).unwrap().as_str(), name);
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        let too_long = "a".repeat(41);
        for (name, why) in [
            ("", "empty"),
            (too_long.as_str(), "40 letters"),
            ("My-App", "small letters"),
            ("my_app", "small letters"),
            ("my app", "small letters"),
            ("../app", "small letters"),
            ("überall", "small letters"),
            ("a\nb", "small letters"),
            ("$(id)", "small letters"),
            ("2048", "begin with a letter"),
            ("-app", "begin with a letter"),
            ("app-", "hyphen"),
            ("my--app", "hyphen"),
            ("leptos-neon", "the template"),
            ("leptos-neon-main", "the template"),
            ("self", "keyword of Rust"),
            ("user", "keyword of SQL"),
            ("order", "keyword of SQL"),
            ("test", "cargo"),
            ("incremental", "cargo"),
            ("account", "path"),
            ("api", "path"),
            ("auth", "path"),
            ("pkg", "path"),
            ("feed", "path"),
            ("server", "package"),
            ("http-server", "package"),
            ("leptos", "package"),
            ("serde-json", "package"),
        ] {
            let error = AppName::parse(name, &lock()).expect_err(name).to_string();
            assert!(error.contains(why) && error.contains("Fix:"), "{name}: {error}");
        }
    }

    #[test]
    fn the_folder_suggests_a_name() {
        let of = |folder: &str| AppName::of_folder(Path::new(folder), &lock()).map(|name| name.0);
        assert_eq!(of("/home/ada/My_App").as_deref(), Some("my-app"));
        for odd in ["/", "/home/ada/leptos-neon-main", "/home/ada/2048", "/home/ada/app"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
