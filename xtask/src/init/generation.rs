//! What takes one generation of Neon Auth out of the project. `crates/` keeps the names of its features, so that a later
//! version of the starter, which has both, can be built with the one that is left.

use super::dependencies;
use super::features::{self, Features};
use super::npm;
use super::project::Edit::{Block, Item, Lines, Replace, Section};
use super::project::{Edit, Project};
use crate::generation::Generation;
use anyhow::Result;

/// What is left to do where no condition in a source says it.
struct Removal {
    paths: &'static [&'static str],
    edits: &'static [(&'static str, Edit)],
}

/// The choice between two of them.
const CHOICE: Removal = Removal {
    paths: &["xtask/src/generation.rs"],
    edits: &[
        ("crates/cli/README.md", Lines("| `move-to-managed` |")),
        ("crates/doctor/README.md", Item("`move_to_managed::run` is")),
        ("docs/architecture.md", Replace(", and the move between the generations of Neon Auth", "")),
        ("docs/architecture.md", Replace("## Two generations of Neon Auth", "## Neon Auth")),
        ("docs/architecture.md", Item("`crates/neon-auth` has one enum")),
        ("docs/architecture.md", Replace("the client of both generations of Neon Auth", "the client of Neon Auth")),
        ("docs/decisions/020-crates-of-machinery.md", Replace(" (`crates/doctor/src/move_to_managed.rs`)", "")),
        ("docs/decisions/002-user-directory.md", Item("- A directory that changes its shape")),
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
        ("xtask/src/main.rs", Replace("choice.tell(step).run()", "step.run()")),
    ],
};

const STACK: Removal = Removal {
    paths: &["end2end/tests/support/stack.ts", "end2end/tests/todos/directory.spec.ts"],
    edits: &[
        (".env.example", Block("# An older project, of the Stack generation", "#STACK_API_URL=")),
        ("crates/cli/README.md", Lines("| `local-neon-auth` |")),
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
        ("docs/develop.md", Item("- `stack` is a stand-in in Rust")),
        ("docs/neon.md", Replace("## Managed, step by step", "## Step by step")),
        ("docs/neon.md", Section("## Stack, step by step")),
        (
            "docs/neon.md",
            Replace("made from the base URL (Managed) or the project id (Stack)", "made from the base URL"),
        ),
        ("docs/security.md", Replace("`auth/secrets.rs`, `doctor/stack/program.rs`", "`auth/secrets.rs`")),
        ("docs/security.md", Replace("`rls/side_effects.rs`, `doctor/stack/database.rs`", "`rls/side_effects.rs`")),
        (
            "end2end/playwright.config.ts",
            Replace(
                "testIgnore: [DIRECTORY, VERIFY_EMAIL, CODE, REAUTHENTICATION, RELEASE, LOCAL] }",
                "testIgnore: [VERIFY_EMAIL, REAUTHENTICATION, RELEASE, LOCAL] }",
            ),
        ),
        (
            "end2end/playwright.config.ts",
            Replace(
                "testIgnore: [DIRECTORY, VERIFY_EMAIL, CODE, REAUTHENTICATION, ...SCRIPTED",
                "testIgnore: [VERIFY_EMAIL, REAUTHENTICATION, ...SCRIPTED",
            ),
        ),
        ("end2end/playwright.config.ts", Lines("DIRECTORY")),
        ("end2end/playwright.config.ts", Replace("['directory-no-javascript']", "['javascript', 'no-javascript']")),
        (
            "end2end/playwright.config.ts",
            Replace("testMatch: LOCAL, use", "testMatch: LOCAL, dependencies: ['verify-email-no-javascript'], use"),
        ),
        ("end2end/tests/support/neon-auth.ts", Lines("stack")),
        ("end2end/tests/support/server.ts", Lines(" * `stack`:")),
        ("end2end/tests/support/server.ts", Replace("'stack' | ", "")),
        ("end2end/tests/support/server.ts", Lines("serve('stack'")),
        ("end2end/tests/support/test.ts", Replace("'stack'", "'managed-local'")),
        ("server/Cargo.toml", Replace("\"managed\", \"stack\"]", "\"managed\"]")),
        ("server/Cargo.toml", Lines("stack = [\"cli/stack\"]")),
        ("xtask/src/release.rs", Replace("\"managed,stack\"", "\"managed\"")),
        ("xtask/src/tests.rs", Replace("::stack::", "::managed::")),
        ("xtask/src/tests.rs", Replace("migrations|move_to_managed|login", "migrations|login")),
    ],
};

const MANAGED: Removal = Removal {
    // A preview has a Neon Auth of its own, which Neon makes in this generation only.
    paths: &[
        ".github/workflows/preview.yml",
        "crates/neon-auth/proptest-regressions/managed",
        "crates/stand-ins/managed-neon-auth",
        "deploy/preview.sh",
        "docs/decisions/008-managed-neon-auth.md",
        "end2end/tests/managed-local.spec.ts",
        "end2end/tests/reauthentication.spec.ts",
        "end2end/tests/release.spec.ts",
        "end2end/tests/sign-in-code.spec.ts",
        "end2end/tests/support/managed-servers.ts",
        "end2end/tests/support/managed.ts",
        "end2end/tests/support/pgbouncer.ts",
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
        ("docs/develop.md", Item("- `managed` is Better Auth")),
        ("docs/neon.md", Replace("## Managed, step by step", "## Step by step")),
        (
            "docs/neon.md",
            Replace(
                "Copy the *Auth URL* into `NEON_AUTH_BASE_URL`.\n   Check: `curl $NEON_AUTH_BASE_URL/ok` prints `{\"ok\":true}`.",
                "Copy the project id and both keys into `STACK_PROJECT_ID`,\n   `STACK_PUBLISHABLE_CLIENT_KEY` and `STACK_SECRET_SERVER_KEY`. The last one serves to delete accounts and nothing else.\n   Check: `server doctor` says *ok* for Neon Auth and for the server key.",
            ),
        ),
        ("docs/neon.md", Block("Two rights of the owner on tables of Neon Auth matter", "```")),
        ("docs/neon.md", Section("## Stack, step by step")),
        (
            "docs/neon.md",
            Replace("made from the base URL (Managed) or the project id (Stack)", "made from the project id"),
        ),
        ("docs/security.md", Replace("`rls/tokens.rs`, `contract/hostile.rs`", "`rls/tokens.rs`")),
        ("docs/security.md", Replace("`contract/hostile.rs`, `auth/keys.rs`", "`auth/keys.rs`")),
        (
            "docs/security.md",
            Replace("`end2end/tests/release.spec.ts`, `http/configuration.rs`", "`http/configuration.rs`"),
        ),
        ("end2end/playwright.config.ts", Block("/** The flows of the account and of the sample run on both", "];")),
        ("end2end/playwright.config.ts", Block("/** What only the later version of Better Auth asks for.", ");")),
        ("end2end/playwright.config.ts", Lines("sign-in-code")),
        ("end2end/playwright.config.ts", Lines("/** Where there is no release")),
        ("end2end/playwright.config.ts", Lines("const RELEASE")),
        ("end2end/playwright.config.ts", Lines("/** It switches settings of a Neon Auth of its own")),
        ("end2end/playwright.config.ts", Lines("managed-local")),
        ("end2end/playwright.config.ts", Lines("const hasRelease")),
        ("end2end/playwright.config.ts", Replace(", CODE, REAUTHENTICATION, RELEASE, LOCAL] }", "] }")),
        (
            "end2end/playwright.config.ts",
            Replace(", CODE, REAUTHENTICATION, ...SCRIPTED, ACCESSIBLE, RELEASE, LOCAL]", ", ...SCRIPTED, ACCESSIBLE]"),
        ),
        ("end2end/playwright.config.ts", Lines("MANAGED")),
        ("end2end/tests/support/neon-auth.ts", Lines("import { managed }")),
        (
            "end2end/tests/support/neon-auth.ts",
            Replace("if (generation === 'stack') return stack;\n  return managed(generation);", "return stack;"),
        ),
        ("end2end/tests/support/neon-auth.ts", Replace("controls(generation: Generation)", "controls(_: Generation)")),
        (
            "end2end/tests/support/server.ts",
            Replace("'stack' | 'managed' | 'managed-next' | 'managed-local'", "'stack'"),
        ),
        (
            "end2end/tests/support/server.ts",
            Block("/** Which server a test runs against", " * `managed-local`: local mode, with the former. */"),
        ),
        ("end2end/tests/support/server.ts", Lines("managed-servers")),
        ("end2end/tests/support/server.ts", Lines("  levers: Record<")),
        ("end2end/tests/support/server.ts", Lines("deployment?: ")),
        ("end2end/tests/support/server.ts", Lines("const managed = ")),
        ("end2end/tests/support/server.ts", Lines("...managed.servers")),
        ("end2end/tests/support/server.ts", Replace(", levers: managed.levers, deployment: managed.deployment", "")),
        ("end2end/tests/support/server.ts", Lines("managed.stop()")),
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
        ("xtask/src/tests.rs", Replace("migrations|move_to_managed|login", "migrations|login")),
    ],
};

/// Takes out the generation that is not `kept`.
pub fn keep(kept: Generation, project: &mut Project) -> Result<()> {
    let (gone, removal) = match kept {
        Generation::Managed => (Generation::Stack, &STACK),
        Generation::Stack => (Generation::Managed, &MANAGED),
    };
    for Removal { paths, edits } in [&CHOICE, removal] {
        paths.iter().try_for_each(|path| project.remove(path))?;
        edits.iter().try_for_each(|(file, edit)| project.edit(file, edit))?;
    }
    if gone == Generation::Managed {
        npm::remove(project, &["better-auth", "better-auth-1.7", "pg"])?;
        for query in ["neon_auth_project(", "delete_neon_auth_user(", "as \\\"gone!"] {
            project.remove_queries(query)?;
        }
    }
    features::resolve(Features { kept: kept.name(), gone: gone.name() }, project)?;
    dependencies::empty_feature(project, gone.name())
}
