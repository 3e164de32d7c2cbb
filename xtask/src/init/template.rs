//! What serves the template only, and goes from every project that is made of it.

use super::dependencies;
use super::project::Edit::{Block, Lines, Replace};
use super::project::{Edit, Project};
use anyhow::Result;

/// The name of the template, in the places that get the app's name.
pub const NAME: &str = "leptos-neon";

const PATHS: [&str; 5] = [
    "docs/remove-the-sample.md",
    "docs/screenshot.png",
    "xtask/src/init",
    "xtask/src/new_feature/shape.rs",
    "xtask/src/try_docs",
];

/// What `init` does from then on.
const WAS_RUN: &str = include_str!("files/init.rs");

const FOR_CARGO_GENERATE: &str = "cargo-generate.toml";

const EDITS: [(&str, Edit); 9] = [
    (".ci/run", Block("step 'What the documents tell people to do", "")),
    (
        "docs/performance.md",
        Replace("# Performance\n\nMeasured", "# Performance\n\nThe figures of the starter with its sample, measured"),
    ),
    ("xtask/src/main.rs", Replace("mod files;", "#[cfg(test)]\nmod files;")),
    ("xtask/src/main.rs", Lines("mod try_docs;")),
    (
        "xtask/src/main.rs",
        Replace(
            "/// Make this copy of the starter your own project: give it a name, and leave out what you do not want",
            "/// Was run, and says so",
        ),
    ),
    ("xtask/src/main.rs", Block("    /// Follow the documents", "    },")),
    ("xtask/src/new_feature/mod.rs", Replace("#[cfg(test)]\nmod shape;\n", "")),
    ("xtask/src/main.rs", Replace("Self::TryDocs { .. } | ", "")),
    ("xtask/src/main.rs", Lines("Task::TryDocs {")),
];

/// Takes out what serves the template.
pub fn remove(project: &mut Project) -> Result<()> {
    // `cargo leptos new` has taken it out already.
    if project.get(FOR_CARGO_GENERATE).is_some() {
        project.remove(FOR_CARGO_GENERATE)?;
    }
    PATHS.iter().try_for_each(|path| project.remove(path))?;
    // In the place of the old one, so that `xtask` can be compiled between any two steps of the journal.
    project.write("xtask/src/init/mod.rs", WAS_RUN);
    EDITS.iter().try_for_each(|(file, edit)| project.edit(file, edit))?;
    dependencies::remove(project, "xtask", &["proc-macro2", "syn"])
}
