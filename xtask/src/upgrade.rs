//! Takes up a later version of the starter: `crates/` and the migrations below 1000, and what they need of the rest.

use crate::command::Step;
use crate::{git, text, workspace_dependencies};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::fs;
use std::path::Path;

/// What is the starter's. A file that the later version does not have goes.
const WHOLE: [&str; 2] = ["crates", "migrations/0*.sql"];

/// The descriptions of queries. Those of `crates/` come beside the project's own: nothing compiles without them.
const QUERIES: [&str; 2] = ["--overlay", ".sqlx"];

const MANIFEST: &str = "Cargo.toml";

#[derive(Args, Debug)]
pub struct Options {
    /// The commit of the starter to take up
    #[arg(default_value = "starter/main")]
    commit: String,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let commit = options.commit.as_str();
    // Below another folder, Git would find none of the paths in the commit, and delete those that are here.
    ensure!(
        git::output(root, &["rev-parse", "--show-prefix"]).is_some_and(|prefix| prefix.is_empty()),
        "this folder has no history of its own\n    Fix: `git init`, and commit everything"
    );
    git::check_clean(root)?;
    // From here on by its hash: a word that looks like an option is none then.
    let hash = git::output(root, &["rev-parse", "--verify", "--quiet", &format!("{commit}^{{commit}}")]);
    let hash = hash.with_context(|| {
        format!(
            "Git does not know the commit {commit:?}\n    Fix: `git fetch --no-tags starter`, before that `git remote add \
             starter` with the starter's address"
        )
    })?;
    let theirs = git::output(root, &["show", &format!("{hash}:{MANIFEST}")]);
    let plain = ["grep", "-h", "--no-color", "--no-line-number", "--no-column"];
    let inheriting = [&plain[..], &["workspace = true", &hash, "--", "crates/*/Cargo.toml"]].concat();
    let inheriting = git::output(root, &inheriting);
    let (theirs, inheriting) = theirs.zip(inheriting).with_context(|| {
        format!("{commit} has no crates/\n    Fix: name a commit of the starter, such as starter/main")
    })?;
    let manifest = workspace_dependencies::merge(&text::read(root.join(MANIFEST))?, &theirs, &inheriting)?;

    check_crates(root, &hash)?;

    let take = |what: String, paths: [&str; 2]| {
        let restore = ["restore", "--source", hash.as_str(), "--staged", "--worktree"];
        Step::new(what, "git")
            .args(restore)
            .args(paths)
            .directory(root)
            .fix("`git reset --hard`, then this again")
            .run()
    };
    take(format!("Take crates/ and the migrations below 1000 of {commit}"), WHOLE)?;
    take("Take the descriptions of their queries".to_owned(), QUERIES)?;
    fs::write(root.join(MANIFEST), manifest)?;
    println!("\n==> Done: `git status` shows what came, and `git reset --hard` takes it back");
    println!("    CHANGELOG.md goes on from here");
    Ok(())
}

/// Refuses packages of the project's own in `crates/`, which would go.
fn check_crates(root: &Path, hash: &str) -> Result<()> {
    let folders = git::output(root, &["ls-tree", "-d", "--name-only", "HEAD", "crates/"]).unwrap_or_default();
    let is_own = |folder: &&str| {
        git::output(root, &["log", "--max-count=1", "--format=%h", hash, "--", folder])
            .is_some_and(|log| log.is_empty())
    };
    if let Some(own) = folders.lines().find(is_own) {
        bail!(
            "{own} is no package of the starter, and would go\n    Fix: move it out of crates/, and name it in `members` of {MANIFEST}"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Options, run};
    use crate::git::output;
    use std::fs;
    use std::path::Path;

    const CONFIGURATION: [&str; 6] =
        ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];

    fn write(root: &Path, files: &[(&str, &str)]) {
        for (file, text) in files {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), text).unwrap();
        }
    }

    /// Makes a branch with these files alone.
    fn branch(root: &Path, name: &str, files: &[(&str, &str)]) {
        output(root, &["checkout", "--quiet", "--orphan", name]).unwrap();
        _ = output(root, &["rm", "-r", "--force", "--quiet", "."]);
        write(root, files);
        output(root, &["add", "--all"]).unwrap();
        output(root, &[&CONFIGURATION[..], &["commit", "--quiet", "--message", name]].concat()).unwrap();
    }

    const MANIFEST: &str = "[workspace.package]\nversion = \"1.0.0\"\n\n[workspace.dependencies]\n";

    #[test]
    fn the_starters_part_comes_and_the_projects_own_stays() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        output(root, &["init", "--quiet"]).unwrap();
        // What somebody has set for their own eyes.
        for option in ["lineNumber", "column"] {
            output(root, &["config", &format!("grep.{option}"), "true"]).unwrap();
        }
        let manifest = format!("{MANIFEST}serde = \"1\"\n");
        let theirs = [
            ("Cargo.toml", manifest.as_str()),
            ("crates/a/Cargo.toml", "[dependencies]\nserde.workspace = true\n"),
            ("migrations/0002_b.sql", "later"),
            ("migrations/1000_sample.sql", "later"),
            (".sqlx/query-b.json", "later"),
            ("app/b.rs", "later"),
        ];
        branch(root, "later", &theirs);
        let ours = [
            ("Cargo.toml", MANIFEST),
            ("crates/a/Cargo.toml", ""),
            ("crates/a/src/gone.rs", ""),
            ("migrations/0001_a.sql", ""),
            ("migrations/1000_own.sql", "own"),
            (".sqlx/query-own.json", "own"),
            ("app/b.rs", "own"),
        ];
        branch(root, "own", &ours);
        let take_up = |commit: &str| run(root, &Options { commit: commit.to_owned() });

        for unknown in ["starter/main", "", "--output=leak"] {
            let error = take_up(unknown).unwrap_err().to_string();
            assert!(error.contains("git fetch") && error.contains("Fix:"), "{unknown}: {error}");
        }
        write(root, &[("new", "")]);
        assert!(take_up("later").unwrap_err().to_string().contains("not committed"));
        fs::remove_file(root.join("new")).unwrap();
        let below = run(&root.join("app"), &Options { commit: "later".to_owned() }).unwrap_err().to_string();
        assert!(below.contains("history of its own"), "{below}");

        branch(root, "foreign", &[("Cargo.toml", MANIFEST)]);
        output(root, &["checkout", "--quiet", "own"]).unwrap();
        let foreign = take_up("foreign").unwrap_err().to_string();
        assert!(foreign.contains("no crates/") && foreign.contains("Fix:"), "{foreign}");

        branch(root, "billing", &[&ours[..], &[("crates/billing/Cargo.toml", "")]].concat());
        let own = take_up("later").unwrap_err().to_string();
        assert!(own.contains("crates/billing is no package of the starter") && own.contains("Fix:"), "{own}");
        output(root, &["checkout", "--quiet", "own"]).unwrap();

        take_up("later").unwrap();
        let files = output(root, &["ls-files", "--cached", "--others"]).unwrap();
        let expected = [
            ".sqlx/query-b.json",
            ".sqlx/query-own.json",
            "Cargo.toml",
            "app/b.rs",
            "crates/a/Cargo.toml",
            "migrations/0002_b.sql",
            "migrations/1000_own.sql",
        ];
        assert_eq!(files.lines().collect::<Vec<_>>(), expected);
        let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
        assert_eq!((read("app/b.rs").as_str(), read("migrations/0002_b.sql").as_str()), ("own", "later"));
        assert_eq!(read("Cargo.toml"), manifest);
        output(root, &["reset", "--hard", "--quiet"]).unwrap();
        assert!(root.join("crates/a/src/gone.rs").is_file() && !root.join(".sqlx/query-b.json").exists());
    }
}
