//! What takes the sample's features out of the project.

use super::dependencies;
use super::project::Edit::{Block, Item, Lines, Replace, Section};
use super::project::{Edit, Project};
use anyhow::Result;
use clap::ValueEnum;

/// A feature of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Sample {
    Todos,
    Posts,
}

/// What is left to do about a part of the sample.
struct Removal {
    /// The files and folders of its own.
    paths: &'static [&'static str],
    /// The places that know of it.
    edits: &'static [(&'static str, Edit)],
    /// The dependencies that only it has, by package.
    dependencies: &'static [(&'static str, &'static [&'static str])],
}

const TODOS: Removal = Removal {
    paths: &[
        "app/src/todos",
        "docs/decisions/009-delete-with-undo.md",
        "end2end/tests/todos",
        "migrations/1000_create_todos.sql",
        "pages/src/todos.rs",
        "server/benches/throughput.rs",
        "server/tests/todos",
    ],
    edits: &[
        ("Dockerfile", Replace(" server/benches/throughput.rs", "")),
        ("app/src/lib.rs", Lines("todos")),
        ("docs/add-a-feature.md", Item("What changes without a request needs an island")),
        ("docs/architecture.md", Section("## Walkthrough: a change in the list of todos")),
        ("docs/security.md", Item("- A deleted todo is marked")),
        ("docs/security.md", Replace(", `todos/rls`", "")),
        ("migrations/README.md", Lines("1000_create_todos")),
        ("pages/src/lib.rs", Lines("todos")),
        ("server/Cargo.toml", Replace("[[bench]]\nname = \"throughput\"\nharness = false\n\n", "")),
        ("server/tests/http/server_functions.rs", Lines("\"/api/clear_done\"")),
        ("server/tests/http/server_functions.rs", Replace("&done=true", "")),
        ("server/tests/http/server_functions.rs", Replace("&deletion=1", "")),
        ("server/tests/main.rs", Lines("mod todos;")),
        ("xtask/src/benches.rs", Replace("&[\"round_trips\", \"throughput\"]", "&[\"round_trips\"]")),
    ],
    dependencies: &[],
};

const POSTS: Removal = Removal {
    paths: &[
        "app/src/posts",
        "docs/add-a-feature.md",
        "docs/decisions/011-markdown.md",
        "docs/decisions/012-search.md",
        "docs/decisions/013-editor.md",
        "docs/decisions/018-code-highlighting.md",
        "end2end/tests/posts",
        "migrations/1001_create_posts.sql",
        "pages/src/posts",
        "server/benches/large_database.rs",
        "server/tests/posts",
        "style/prose.css",
    ],
    edits: &[
        ("Dockerfile", Replace(" server/benches/large_database.rs", "")),
        ("app/src/lib.rs", Lines("posts")),
        ("deny.toml", Block("# Of the text that people write for others.", "]")),
        ("docs/architecture.md", Section("## Walkthrough: writing a post")),
        (
            "docs/architecture.md",
            Replace(
                "The button \"Preview\" sends the same form to `?/preview`: the page is rendered with what was typed and with the preview, and nothing is saved.\n\n",
                "",
            ),
        ),
        ("docs/security.md", Item("- **What people write** is Markdown")),
        ("docs/security.md", Lines("| an author |")),
        ("docs/security.md", Replace(", `posts/rls`", "")),
        ("end2end/lighthouse.mjs", Lines("const feed = ")),
        ("end2end/lighthouse.mjs", Lines("path: feed.match(")),
        ("end2end/lighthouse.mjs", Lines("await write(session);")),
        ("end2end/lighthouse.mjs", Block("async function write(", "}")),
        ("end2end/lighthouse.mjs", Replace("name: 'feed'", "name: 'start'")),
        ("migrations/README.md", Lines("1001_create_posts")),
        ("pages/src/lib.rs", Replace("mod posts;", "mod home;")),
        ("pages/src/lib.rs", Replace("use crate::posts::feed::FeedPage;", "use crate::home::HomePage;")),
        ("pages/src/lib.rs", Replace("view=FeedPage", "view=HomePage")),
        ("pages/src/lib.rs", Lines("posts")),
        ("server/Cargo.toml", Replace("[[bench]]\nname = \"large_database\"\nharness = false\n\n", "")),
        ("server/tests/http/server_functions.rs", Replace("&title=x&content=x", "")),
        ("server/tests/main.rs", Lines("mod posts;")),
        ("style/main.css", Lines("prose.css")),
        ("xtask/src/benches.rs", Lines("100,000 people who have written")),
        ("xtask/src/benches.rs", Lines("    Large,")),
        ("xtask/src/benches.rs", Lines("Bench::Large =>")),
    ],
    dependencies: &[
        ("app", &["ammonia", "aws-lc-rs", "linkify", "pulldown-cmark", "quick_cache"]),
        ("pages", &["form_urlencoded", "proptest", "serde_json", "time"]),
    ],
};

/// What only the tests of the sample use.
const BOTH: Removal = Removal {
    paths: &["end2end/tests/support/text-direction.ts", "server/tests/rls/plans.rs"],
    edits: &[
        ("migrations/README.md", Replace("The sample's and yours count", "Yours count")),
        ("server/tests/rls/mod.rs", Lines("pub mod plans;")),
    ],
    dependencies: &[],
};

/// The start page of a project without posts, which are the sample's.
const HOME: &str = include_str!("files/home.rs");

impl Sample {
    /// Returns the word that stands in its table, its paths and its sources.
    pub fn name(self) -> &'static str {
        match self {
            Self::Todos => "todos",
            Self::Posts => "posts",
        }
    }

    fn removal(self) -> &'static Removal {
        match self {
            Self::Todos => &TODOS,
            Self::Posts => &POSTS,
        }
    }
}

/// Takes these features out, with the descriptions of their queries.
pub fn remove(samples: &[Sample], project: &mut Project) -> Result<()> {
    for sample in samples {
        sample.removal().apply(project)?;
        project.remove_queries(sample.name())?;
    }
    if samples.contains(&Sample::Posts) {
        project.write("pages/src/home.rs", HOME);
    }
    if [Sample::Todos, Sample::Posts].iter().all(|sample| samples.contains(sample)) {
        BOTH.apply(project)?;
    }
    Ok(())
}

impl Removal {
    fn apply(&self, project: &mut Project) -> Result<()> {
        self.paths.iter().try_for_each(|path| project.remove(path))?;
        self.edits.iter().try_for_each(|(file, edit)| project.edit(file, edit))?;
        self.dependencies.iter().try_for_each(|(package, names)| dependencies::remove(project, package, names))
    }
}
