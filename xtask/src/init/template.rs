//! What serves the template only, and goes from every project that is made of it.

use super::dependencies;
use super::project::Edit::{Block, Lines, Replace};
use super::project::{Edit, Project};
use anyhow::Result;

/// The name of the template, in the places that get the app's name.
pub const NAME: &str = "leptos-neon";

const PATHS: [&str; 4] = ["docs/remove-the-sample.md", "docs/screenshot.png", "xtask/src/init", "xtask/src/try_docs"];

const FOR_CARGO_GENERATE: &str = "cargo-generate.toml";

const EDITS: [(&str, Edit); 10] = [
    (".ci/run", Block("step 'What the documents tell people to do", "")),
    ("xtask/src/main.rs", Replace("mod files;", "#[cfg(test)]\nmod files;")),
    ("xtask/src/main.rs", Lines("mod init;")),
    ("xtask/src/main.rs", Lines("mod try_docs;")),
    ("xtask/src/main.rs", Block("    /// Make this copy of the starter your own project", "    Init(init::Options),")),
    ("xtask/src/main.rs", Block("    /// Follow the documents", "    },")),
    ("xtask/src/main.rs", Replace("Self::TryDocs { .. } | ", "")),
    ("xtask/src/main.rs", Replace("Self::Init(_) | ", "")),
    ("xtask/src/main.rs", Lines("Task::TryDocs {")),
    ("xtask/src/main.rs", Lines("Task::Init(")),
];

/// Takes out what serves the template.
pub fn remove(project: &mut Project) -> Result<()> {
    // `cargo leptos new` has taken it out already.
    if project.get(FOR_CARGO_GENERATE).is_some() {
        project.remove(FOR_CARGO_GENERATE)?;
    }
    PATHS.iter().try_for_each(|path| project.remove(path))?;
    EDITS.iter().try_for_each(|(file, edit)| project.edit(file, edit))?;
    dependencies::remove(project, "xtask", &["proc-macro2", "syn"])
}
