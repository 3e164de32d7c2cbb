//! What is about the Stack generation.

use super::Removal;
use crate::init::project::Edit::{Block, Item, Lines, Replace, Section};

pub const STACK: Removal = Removal {
    paths: &[
        "end2end/tests/support/stack-projects.ts",
        "end2end/tests/support/stack-servers.ts",
        "end2end/tests/support/stack.ts",
        "end2end/tests/todos/directory.spec.ts",
    ],
    edits: &[
        (".env.example", Block("# An older project, of the Stack generation", "#STACK_API_URL=")),
        ("crates/cli/README.md", Lines("| `local-neon-auth` |")),
        ("crates/stand-ins/README.md", Item("- `neon_auth` is a server")),
        ("crates/stand-ins/README.md", Section("## What the Stack generation speaks, and what not")),
        (
            "docs/architecture.md",
            Replace(
                "That is either a stand-in that speaks the protocol of the Stack generation (consent page, PKCE, one-time\n\
                 codes, signed tokens, key rotation, and a writer that fills the user directory after a delay), or the Better Auth of the \
                 Managed generation",
                "That is the Better Auth of the Managed generation",
            ),
        ),
        ("docs/deploy.md", Replace("`NEON_AUTH_BASE_URL` (or `STACK_…`)", "`NEON_AUTH_BASE_URL`")),
        ("docs/develop.md", Item("**`stack`** is a stand-in in Rust")),
        ("docs/develop.md", Replace("**`managed`** is Better Auth", "It is Better Auth")),
        ("docs/neon.md", Replace("## Managed, step by step", "## Step by step")),
        ("docs/neon.md", Section("## Stack, step by step")),
        (
            "docs/neon.md",
            Replace("made from the base URL (Managed) or the project id (Stack)", "made from the base URL"),
        ),
        ("docs/security.md", Lines("`contract/stack_links.rs`")),
        ("end2end/playwright.config.ts", Lines("import * as stack from")),
        ("end2end/playwright.config.ts", Replace("...stack.own, ", "")),
        ("end2end/playwright.config.ts", Lines("...stack.projects,")),
        ("end2end/tests/release.spec.ts", Replace("'argon2', ", "")),
        // Local mode has the other generation then, which mails codes.
        ("end2end/tests/support/managed-projects.ts", Replace("own = [CODE, ", "own = [")),
        (
            "end2end/tests/support/managed-projects.ts",
            Replace("testMatch: LOCAL, use", "testMatch: LOCAL, dependencies: ['verify-email-no-javascript'], use"),
        ),
        ("end2end/tests/support/neon-auth.ts", Lines("import { stack } from")),
        ("end2end/tests/support/neon-auth.ts", Replace("...stack, ", "")),
        ("end2end/tests/support/server.ts", Lines("import { startStack, ")),
        ("end2end/tests/support/server.ts", Replace("StackGeneration | ", "")),
        ("end2end/tests/support/server.ts", Lines("await startStack()")),
        ("end2end/tests/support/test.ts", Replace("'stack'", "'managed-local'")),
        ("server/Cargo.toml", Replace("\"managed\", \"stack\"]", "\"managed\"]")),
        ("server/Cargo.toml", Lines("stack = [\"cli/stack\"]")),
        ("xtask/src/release.rs", Replace("\"managed,stack\"", "\"managed\"")),
        ("xtask/src/checks.rs", Replace("::stack::", "::managed::")),
        ("xtask/src/checks.rs", Replace("migrations|move_to_managed|login", "migrations|login")),
    ],
};
