//! What is about the choice between two generations, and about the move from one to the other.

use super::Removal;
use crate::init::project::Edit::{Block, Item, Lines, Replace, Section};

pub const CHOICE: Removal = Removal {
    paths: &["xtask/src/generation.rs"],
    edits: &[
        ("crates/cli/README.md", Lines("| `move-to-managed` |")),
        ("crates/cli/README.md", Replace(". With both there is `move-to-managed` |", " |")),
        ("crates/doctor/README.md", Item("`move_to_managed::run` is")),
        (
            "crates/stand-ins/README.md",
            Replace(
                "Each of the two is behind a feature, `stack` and `managed`. `start` starts it",
                "`start` starts it",
            ),
        ),
        ("docs/architecture.md", Replace(", and the move between the generations of Neon Auth", "")),
        ("docs/architecture.md", Replace("## Two generations of Neon Auth", "## Neon Auth")),
        ("docs/architecture.md", Item("`crates/neon-auth` has one enum")),
        ("docs/architecture.md", Replace("the client of both generations of Neon Auth", "the client of Neon Auth")),
        ("docs/decisions/020-crates-of-machinery.md", Replace(" (`crates/doctor/src/move_to_managed.rs`)", "")),
        ("docs/decisions/002-user-directory.md", Item("- A directory that changes its shape")),
        ("docs/decisions/008-managed-neon-auth.md", Item("- **A database for each generation**")),
        (
            "docs/develop.md",
            Replace(", how to choose the Neon Auth and the ports,", ", the local Neon Auth, other ports,"),
        ),
        ("docs/develop.md", Replace("## Which Neon Auth", "## The local Neon Auth")),
        ("docs/develop.md", Block("Local mode runs either generation", "`LOCAL_NEON_AUTH_GENERATION` says the same.")),
        ("docs/neon.md", Section("## Which generation")),
        ("docs/neon.md", Section("## Moving from Stack to Managed")),
        ("docs/security.md", Item("- During a move from Stack to Managed")),
        (
            "docs/security.md",
            Replace(
                "; data moves to verified addresses only | `contract/oauth.rs`, `rls/move_to_managed` |",
                " | `contract/oauth.rs` |",
            ),
        ),
        (
            "server/Cargo.toml",
            Replace(
                "# The generations of Neon Auth that the server speaks to: one or both.",
                "# The generation of Neon Auth that the server speaks to.",
            ),
        ),
        ("xtask/src/main.rs", Lines("mod generation;")),
        ("xtask/src/main.rs", Replace("Dev(generation::Choice)", "Dev")),
        ("xtask/src/main.rs", Replace("Self::Dev(_)", "Self::Dev")),
        ("xtask/src/main.rs", Replace("Task::Dev(choice) => dev(&choice)", "Task::Dev => dev()")),
        ("xtask/src/main.rs", Replace("fn dev(choice: &generation::Choice)", "fn dev()")),
        ("xtask/src/main.rs", Lines("choice.check_unused()")),
        ("xtask/src/main.rs", Replace("choice.tell(step).replace_this_process()", "step.replace_this_process()")),
    ],
};
