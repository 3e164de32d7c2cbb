//! The check for line ends: a migration with others has another checksum, and a script does not run.

use environment::Check;
use std::fs;
use std::path::{Path, PathBuf};

const NAME: &str = "line ends";

pub fn check(project: &Path) -> Check {
    let migrations = fs::read_dir(project.join("migrations")).into_iter().flatten();
    let mut files: Vec<PathBuf> = migrations.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort_unstable();
    files.push(project.join(".ci/run"));
    let of_windows = |file: &PathBuf| fs::read(file).is_ok_and(|bytes| bytes.windows(2).any(|ends| ends == b"\r\n"));
    let Some(file) = files.iter().find(|file| of_windows(file)) else {
        return Check::ok(NAME, "as they were committed");
    };
    let name = file.strip_prefix(project).unwrap_or(file).display();
    let seen =
        format!("{name} has those of Windows: migrations are known by their bytes, and scripts need those of Unix");
    Check::warning(NAME, seen, "commit your changes, then `git rm -r --cached --quiet . && git reset --hard`")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::folders::root;
    use environment::CheckOutcome;
    use std::fs;

    #[test]
    fn file_with_windows_line_ends_is_named() {
        assert_eq!(check(root()).outcome, CheckOutcome::Ok);
        let project = tempfile::tempdir().unwrap();
        assert_eq!(check(project.path()).outcome, CheckOutcome::Ok, "nothing there");
        fs::create_dir_all(project.path().join("migrations")).unwrap();
        fs::create_dir_all(project.path().join(".ci")).unwrap();
        for file in ["migrations/0001_one.sql", "migrations/0002_two.sql", ".ci/run"] {
            fs::write(project.path().join(file), "one\rtwo\nthree\n").unwrap();
        }
        assert_eq!(check(project.path()).outcome, CheckOutcome::Ok);
        for file in [".ci/run", "migrations/0002_two.sql"] {
            fs::write(project.path().join(file), "one\r\ntwo\n").unwrap();
            let check = check(project.path());
            assert_eq!(check.outcome, CheckOutcome::Warning);
            assert!(check.seen.starts_with(file), "{}", check.seen);
        }
    }
}
