//! What is about the Managed generation.

use super::Removal;
use crate::init::project::Edit::{Block, Item, Lines, Replace, Section};

pub const MANAGED: Removal = Removal {
    // A preview has a Neon Auth of its own, which Neon makes in this generation only.
    paths: &[
        ".github/workflows/preview.yml",
        "crates/neon-auth/proptest-regressions/managed",
        "crates/stand-ins/managed-neon-auth",
        "deploy/preview.sh",
        "docs/decisions/008-managed-neon-auth.md",
        "end2end/tests/managed-local.spec.ts",
        "end2end/tests/reauthentication.spec.ts",
        "end2end/tests/sign-in-code.spec.ts",
        "end2end/tests/support/managed-projects.ts",
        "end2end/tests/support/managed-servers.ts",
        "end2end/tests/support/managed.ts",
    ],
    edits: &[
        (
            ".env.example",
            Replace(
                " Every new project has the Auth URL of its branch, and nothing else:",
                " The names that it shows\n# (NEXT_PUBLIC_STACK_…) are understood as well.",
            ),
        ),
        (".env.example", Lines("NEON_AUTH_BASE_URL=")),
        (
            ".env.example",
            Block("# An older project, of the Stack generation", "# (NEXT_PUBLIC_STACK_…) are understood as well."),
        ),
        (".env.example", Replace("#STACK_PROJECT_ID=", "STACK_PROJECT_ID=")),
        (".env.example", Replace("#STACK_PUBLISHABLE_CLIENT_KEY=", "STACK_PUBLISHABLE_CLIENT_KEY=")),
        (".env.example", Replace("#STACK_SECRET_SERVER_KEY=", "STACK_SECRET_SERVER_KEY=")),
        ("crates/stand-ins/README.md", Item("- `managed_neon_auth` is")),
        ("crates/stand-ins/README.md", Section("## What the Managed generation speaks")),
        (
            "crates/stand-ins/README.md",
            Replace(
                "; for the Managed generation Node.js 20.11 or newer, with `better-auth` and `pg` in a `node_modules` above the crate",
                "",
            ),
        ),
        (
            "docs/architecture.md",
            Replace(
                " either a stand-in that speaks the protocol of the Stack generation",
                " a stand-in that speaks the protocol of the Stack generation",
            ),
        ),
        (
            "docs/architecture.md",
            Replace(
                "after a delay), or the Better Auth of the Managed generation, in a program\nfor Node.js that gets the login of the user directory and ends with the server.",
                "after a delay).",
            ),
        ),
        (
            "docs/decisions/020-crates-of-machinery.md",
            Replace(
                " What is about a project of Neon Auth\n(`crates/http-server/src/app_database.rs`) and the move",
                " The move",
            ),
        ),
        (
            "docs/decisions/021-client-of-neon-auth.md",
            Replace(
                ", and the database (`crates/http-server/src/app_database.rs`), which answers through the trait `ProjectDatabase`",
                "",
            ),
        ),
        (
            "docs/deploy.md",
            Replace(
                "`NEON_AUTH_BASE_URL` (or `STACK_…`)",
                "`STACK_PROJECT_ID`, `STACK_PUBLISHABLE_CLIENT_KEY`, `STACK_SECRET_SERVER_KEY`",
            ),
        ),
        (
            "docs/deploy.md",
            Replace(
                "NEON_AUTH_BASE_URL='https://…' SESSION_KEY",
                "STACK_PROJECT_ID='…' STACK_PUBLISHABLE_CLIENT_KEY='…' STACK_SECRET_SERVER_KEY='…' \\\n     SESSION_KEY",
            ),
        ),
        ("docs/deploy.md", Section("## Every pull request on a branch of the database")),
        ("docs/develop.md", Item("**`managed`** is Better Auth")),
        ("docs/develop.md", Replace("**`stack`** is a stand-in", "It is a stand-in")),
        ("docs/neon.md", Replace("## Managed, step by step", "## Step by step")),
        (
            "docs/neon.md",
            Replace(
                "Copy the *Auth URL* into `NEON_AUTH_BASE_URL`.\n   Check: `curl` with that URL and `/ok` at its end prints `{\"ok\":true}`.",
                "Copy the project id and both keys into `STACK_PROJECT_ID`,\n   `STACK_PUBLISHABLE_CLIENT_KEY` and `STACK_SECRET_SERVER_KEY`. The last one serves to delete accounts and nothing else.\n   Check: `server doctor` says *ok* for Neon Auth and for the server key.",
            ),
        ),
        ("docs/neon.md", Block("Two rights of the owner on tables of Neon Auth matter", "```")),
        ("docs/neon.md", Section("## Stack, step by step")),
        (
            "docs/neon.md",
            Replace("made from the base URL (Managed) or the project id (Stack)", "made from the project id"),
        ),
        (
            "docs/neon.md",
            Replace(
                "## What Neon's documentation does, and where it went",
                "## Moving to Managed\n\n\
                 Neon makes every new project of its later generation, Managed. Once `cargo xtask upgrade` has brought `crates/` with both, add\n\
                 `managed = [\"cli/managed\"]` to the features of `server/Cargo.toml` and `\"managed\"` to its default ones, and let `GENERATIONS` in\n\
                 `xtask/src/release.rs` be `\"managed,stack\"`. `git show starter/main:docs/neon.md` goes on under \"Moving from Stack to Managed\".\n\n\
                 ## What Neon's documentation does, and where it went",
            ),
        ),
        ("docs/security.md", Replace("`contract/hostile.rs`, `auth/keys.rs`", "`auth/keys.rs`")),
        ("end2end/playwright.config.ts", Lines("import * as managed from")),
        ("end2end/playwright.config.ts", Replace(", ...managed.own", "")),
        ("end2end/playwright.config.ts", Lines("...managed.projects,")),
        (
            "end2end/tests/release.spec.ts",
            Replace(
                "'NEON_AUTH_BASE_URL'",
                "'STACK_PROJECT_ID', 'STACK_PUBLISHABLE_CLIENT_KEY', 'STACK_SECRET_SERVER_KEY'",
            ),
        ),
        ("end2end/tests/release.spec.ts", Replace("'DATA_FOLDER', ", "")),
        ("end2end/tests/support/neon-auth.ts", Lines("import { managed } from")),
        ("end2end/tests/support/neon-auth.ts", Replace(", ...managed }", " }")),
        ("end2end/tests/support/server.ts", Lines("import { startManaged, ")),
        ("end2end/tests/support/server.ts", Replace(" | ManagedGeneration", "")),
        ("end2end/tests/support/server.ts", Lines("await startManaged()")),
        ("package.json", Replace(", and the server that stands in for Neon Auth", "")),
        (
            "render.yaml",
            Replace(
                "      - key: NEON_AUTH_BASE_URL\n",
                "      - key: STACK_PROJECT_ID\n        sync: false\n      - key: STACK_PUBLISHABLE_CLIENT_KEY\n        \
                 sync: false\n      - key: STACK_SECRET_SERVER_KEY\n",
            ),
        ),
        ("server/Cargo.toml", Replace("\"managed\", \"stack\"]", "\"stack\"]")),
        ("server/Cargo.toml", Lines("managed = [\"cli/managed\"]")),
        ("server/Cargo.toml", Lines("async-trait")),
        (
            "xtask/src/image/smoke_test.rs",
            Replace(
                "\"NEON_AUTH_BASE_URL\", \"PUBLIC_ORIGIN\"",
                "\"STACK_PROJECT_ID\", \"STACK_PUBLISHABLE_CLIENT_KEY\", \"STACK_SECRET_SERVER_KEY\", \"PUBLIC_ORIGIN\"",
            ),
        ),
        (
            "xtask/src/image/smoke_test.rs",
            Replace(
                "(\"NEON_AUTH_BASE_URL\", \"https://ep-example.neonauth.eu-central-1.aws.neon.tech/neondb/auth\".to_owned()),",
                "(\"STACK_PROJECT_ID\", \"3f0c8d1e-0000-4000-8000-000000000000\".to_owned()),\n\
                 (\"STACK_PUBLISHABLE_CLIENT_KEY\", \"pck_test\".to_owned()),\n\
                 (\"STACK_SECRET_SERVER_KEY\", \"ssk_test\".to_owned()),",
            ),
        ),
        ("xtask/src/image/smoke_test.rs", Replace("without NEON_AUTH_BASE_URL", "without STACK_PROJECT_ID")),
        ("xtask/src/release.rs", Replace("\"managed,stack\"", "\"stack\"")),
        ("xtask/src/checks.rs", Replace("migrations|move_to_managed|login", "migrations|login")),
    ],
};
