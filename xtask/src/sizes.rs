//! The size of what a page makes the browser load, compressed as the server sends it. `end2end/sizes.mjs` has the
//! budgets.

use crate::command::Step;
use crate::folders::root;
use crate::progress::Progress;
use crate::{install, release, tools};
use anyhow::Result;

pub fn print() -> Result<()> {
    install::all(&tools::for_building())?;
    Progress::new("Build", 1).step("the browser's half for production", release::BROWSERS_HALF, |log| {
        Step::new("", "cargo").args(["leptos", "build", "--release", "--frontend-only"]).logged(log)
    })?;
    Step::new("What a page loads", "node")
        .args([root().join("end2end/sizes.mjs")])
        .fix("see docs/performance.md for what has made pages smaller; where the growth is worth it, change the budget")
        .run()
}

#[cfg(test)]
mod tests {
    use crate::licences::dependencies;
    use crate::machine_report::rust;

    /// Libraries of the server only, which one `use` without its feature would bring along. (leptos_config depends on
    /// `regex`.)
    const SERVER_ONLY: [&str; 11] = [
        "tokio",
        "sqlx",
        "sqlx-core",
        "axum",
        "chrono",
        "reqwest",
        "pulldown-cmark",
        "linkify",
        "quick_cache",
        "ammonia",
        "jsonwebtoken",
    ];

    #[test]
    fn frontend_has_no_library_of_the_server() {
        let list = dependencies(&["--package", "frontend"], rust::WASM, "{p}").unwrap();
        let names: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(names.contains(&"leptos") && names.contains(&"app"), "{names:?}");
        let found: Vec<_> = SERVER_ONLY.iter().filter(|name| names.contains(name)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
