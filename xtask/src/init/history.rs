//! The history of the project, if it has one: whether everything is committed, the remote of the template, a commit.

use super::template;
use crate::files;
use crate::git::{REMOTE, check_clean, output};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;

/// What Git knows about a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Git is not there, or the folder is part of another repository: nothing is done about it.
    Foreign,
    /// There is no repository yet.
    None,
    /// A repository without a commit.
    Empty,
    /// A repository with commits.
    Commits,
}

impl History {
    pub fn of(root: &Path) -> Result<Self> {
        if output(root, &["--version"]).is_none() {
            return Ok(Self::Foreign);
        }
        let Some(top) = output(root, &["rev-parse", "--show-toplevel"]) else {
            // As where the folder belongs to somebody else.
            ensure!(
                !root.join(".git").exists(),
                "Git cannot read the repository of this folder\n    Fix: `git status` says why"
            );
            return Ok(Self::None);
        };
        if Path::new(&top).canonicalize().ok() != root.canonicalize().ok() {
            return Ok(Self::Foreign);
        }
        let head = output(root, &["rev-parse", "--verify", "--quiet", "HEAD"]);
        Ok(if head.is_some() { Self::Commits } else { Self::Empty })
    }

    /// Refuses what could not be told from the changes of `init` afterwards.
    pub fn check_clean(self, root: &Path) -> Result<()> {
        if self == Self::Commits { check_clean(root) } else { Ok(()) }
    }

    /// Returns the files of the project, if Git knows them.
    pub fn files(self, root: &Path) -> Option<Vec<String>> {
        if matches!(self, Self::Foreign | Self::None) { None } else { files::known_to_git(root) }
    }

    /// Returns the remote that is the template, if there is one: `origin` in a clone, [`REMOTE`] once `init` was there.
    fn remote_of_template(self, root: &Path) -> Option<&'static str> {
        let is_template =
            |remote: &&str| output(root, &["remote", "get-url", remote]).is_some_and(|url| is_template(&url));
        ["origin", REMOTE].into_iter().find(|remote| self != Self::Foreign && is_template(remote))
    }

    /// Returns the commit of the template that is checked out, shortened.
    pub fn commit(self, root: &Path) -> Option<String> {
        self.remote_of_template(root)?;
        output(root, &["rev-parse", "--short", "HEAD"])
    }

    /// Calls the remote `origin` by another name if it is the template, so that nothing is pushed there. Returns
    /// whether it was.
    pub fn rename_remote(self, root: &Path) -> bool {
        let is_renamed = self.remote_of_template(root) == Some("origin")
            && output(root, &["remote", "rename", "origin", REMOTE]).is_some();
        if is_renamed {
            // The branch would still be pushed there, and pulled from there.
            _ = output(root, &["branch", "--unset-upstream"]);
        }
        is_renamed
    }
}

/// Tells whether a URL or path is that of the template, and not of a copy that has a repository of its own.
fn is_template(url: &str) -> bool {
    let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    name.trim_end_matches(".git") == template::NAME
}

/// Refuses a commit that Git would refuse when everything else is done.
pub fn check_identity(root: &Path) -> Result<()> {
    ensure!(
        output(root, &["var", "GIT_COMMITTER_IDENT"]).is_some(),
        "Git does not know who you are, which a commit needs\n    Fix: `git config --global user.name \"Your Name\"` and \
         `git config --global user.email you@example.com`, or add `--no-commit`"
    );
    Ok(())
}

/// Commits everything, in a new repository if there is none.
pub fn commit(root: &Path, message: &str) -> Result<()> {
    let steps: [&[&str]; 3] = [&["init", "--quiet"], &["add", "--all"], &["commit", "--quiet", "--message", message]];
    for arguments in steps {
        let status = Command::new("git").args(arguments).current_dir(root).status().context("could not start git")?;
        if !status.success() {
            bail!("git {} failed: everything else is done\n    Fix: see above, then commit yourself", arguments[0]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{History, check_identity, commit, is_template};
    use crate::git::output as git;
    use std::fs;

    #[test]
    fn what_is_not_committed_is_refused_and_only_where_there_are_commits() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let configure = |name: &str, value: &str| git(root, &["config", name, value]).unwrap();
        assert_eq!(History::of(root).unwrap(), History::None);
        assert_eq!(History::None.files(root), None);
        git(root, &["init", "--quiet"]).unwrap();
        configure("user.name", "test");
        configure("user.email", "test@example.com");
        configure("commit.gpgsign", "false");
        fs::write(root.join(".gitignore"), "/ignored\n").unwrap();
        for file in ["a", "ü b", "ignored"] {
            fs::write(root.join(file), "").unwrap();
        }
        assert_eq!(History::of(root).unwrap(), History::Empty);
        assert_eq!(History::Empty.files(root).unwrap(), [".gitignore", "a", "ü b"]);
        History::Empty.check_clean(root).unwrap();

        check_identity(root).unwrap();
        commit(root, "all").unwrap();
        assert_eq!(History::of(root).unwrap(), History::Commits);
        History::Commits.check_clean(root).unwrap();
        fs::write(root.join("new"), "").unwrap();
        let error = History::Commits.check_clean(root).unwrap_err().to_string();
        assert!(error.contains("?? new") && error.contains("git stash"), "{error}");

        let folder = root.join("inside");
        fs::create_dir(&folder).unwrap();
        assert_eq!(History::of(&folder).unwrap(), History::Foreign, "it is part of another project");

        git(root, &["remote", "add", "origin", "https://example.com/ada/my-app.git"]).unwrap();
        assert!(!History::Commits.rename_remote(root));
        assert_eq!(History::Commits.commit(root), None, "it is no commit of the template");
        git(root, &["remote", "set-url", "origin", "https://example.com/ada/leptos-neon.git"]).unwrap();
        assert!(History::Commits.commit(root).is_some());
        let branch = format!("branch.{}", git(root, &["branch", "--show-current"]).unwrap());
        configure(&format!("{branch}.remote"), "origin");
        configure(&format!("{branch}.merge"), "refs/heads/main");
        assert!(History::Commits.rename_remote(root));
        assert_eq!(git(root, &["remote"]).unwrap(), "starter");
        assert_eq!(git(root, &["config", &format!("{branch}.remote")]), None, "nothing is pushed there");
        assert!(!History::Commits.rename_remote(root), "it was done");
        assert!(History::Commits.commit(root).is_some(), "`init` may be run again after it was undone");
    }

    #[test]
    fn what_git_cannot_do_is_refused_with_the_fix() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir(root.join(".git")).unwrap();
        let error = History::of(root).unwrap_err().to_string();
        assert!(error.contains("cannot read") && error.contains("Fix:"), "{error}");

        git(root, &["init", "--quiet"]).unwrap();
        for name in ["user.name", "user.email"] {
            git(root, &["config", name, ""]).unwrap();
        }
        let error = check_identity(root).unwrap_err().to_string();
        assert!(error.contains("who you are") && error.contains("--no-commit"), "{error}");
    }

    #[test]
    fn the_template_is_told_by_the_name_of_its_repository() {
        for url in ["https://example.com/a/leptos-neon", "git@example.com:leptos-neon.git", "/srv/leptos-neon/"] {
            assert!(is_template(url), "{url}");
        }
        for url in ["", "https://example.com/leptos-neon/my-app", "https://example.com/a/not-leptos-neon.git"] {
            assert!(!is_template(url), "{url}");
        }
    }
}
