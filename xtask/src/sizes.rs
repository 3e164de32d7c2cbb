//! What a page makes the browser load, compressed as a server sends it.
//! It must not know the budgets: `end2end/sizes.mjs` does.

use crate::command::{Step, root};
use crate::tools;
use anyhow::Result;

pub fn print() -> Result<()> {
    tools::for_building()?;
    Step::new("Build the browser's half for production", "cargo")
        .args(["leptos", "build", "--release", "--frontend-only"])
        .run()?;
    Step::new("What a page loads", "node")
        .args([root().join("end2end/sizes.mjs")])
        .fix("see docs/performance.md for what has made pages smaller; where the growth is worth it, change the budget")
        .run()
}
