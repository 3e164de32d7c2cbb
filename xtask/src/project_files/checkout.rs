//! A clone by a Git that is configured for Windows: scripts, lock files and migrations keep their line ends.

use crate::command::Step;
use crate::files;
use std::fs;

#[test]
fn line_ends_survive_autocrlf() {
    let scratch = tempfile::tempdir().unwrap();
    let (project, clone) = (scratch.path().join("project"), scratch.path().join("clone"));
    files::copy_to(&project).unwrap();
    fs::write(project.join("docs/picture.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let git = |arguments: &[&str]| Step::new("", "git").args(arguments).directory(&project).output().unwrap();
    git(&["init", "--quiet"]);
    git(&["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "add", "--all"]);
    let author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    git(&[&author[..], &["-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "--message", "all"]]
        .concat());
    let folder = clone.to_str().unwrap();
    git(&["-c", "core.autocrlf=true", "clone", "--quiet", ".", folder]);
    let listed = git(&["-C", folder, "-c", "core.autocrlf=true", "ls-files", "--eol"]);

    let ends = |file: &str| {
        listed.lines().find(|line| line.ends_with(&format!("\t{file}"))).unwrap_or_else(|| panic!("{file}"))
    };
    for file in ["Cargo.lock", "package-lock.json", ".ci/run", ".env.example", "migrations/README.md"] {
        assert!(ends(file).starts_with("i/lf    w/lf"), "{}", ends(file));
    }
    assert!(ends("docs/picture.png").starts_with("i/-text w/-text"), "{}", ends("docs/picture.png"));
    let other: Vec<_> = listed.lines().filter(|line| line.contains("w/crlf") || line.contains("w/mixed")).collect();
    assert!(other.is_empty(), "{other:#?}");
}
