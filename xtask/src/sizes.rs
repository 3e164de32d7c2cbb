//! What a page makes the browser load, compressed as a server sends it.
//! It must not judge: it prints.

use crate::command::{Step, root};
use crate::tools;
use anyhow::Result;

pub fn print() -> Result<()> {
    tools::for_building()?;
    Step::new("Build the browser's half for production", "cargo")
        .args(["leptos", "build", "--release", "--frontend-only"])
        .run()?;
    Step::new("What a page loads", "node").args([root().join("end2end/sizes.mjs")]).run()
}
