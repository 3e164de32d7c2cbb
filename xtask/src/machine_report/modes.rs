//! The check that files keep their modes where local mode has its data. PostgreSQL refuses a folder that others may
//! enter, as all are on a mounted Windows folder, and secrets are stored beside it.

use crate::folders::root;
use environment::{Check, Lookup};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const NAME: &str = "file modes";

const GROUP_AND_OTHERS: u32 = 0o077;

pub fn check(environment: Lookup<'_>) -> Check {
    let named = environment("LOCAL_FOLDER").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder = root().join(named.unwrap_or_else(|| ".local".into()));
    let folder = folder.ancestors().find(|folder| folder.exists()).unwrap_or(root());
    judge(folder, probe(folder))
}

/// Makes a private folder and a private file, removes them, and returns the modes that they had.
fn probe(folder: &Path) -> io::Result<[u32; 2]> {
    let made = folder.join(format!(".modes-{}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&made)?;
    let file = made.join("file");
    let modes = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file).and_then(|file| {
        let modes = [fs::metadata(&made)?.mode(), file.metadata()?.mode()];
        Ok(modes)
    });
    fs::remove_dir_all(&made)?;
    modes
}

fn judge(folder: &Path, modes: io::Result<[u32; 2]>) -> Check {
    let place = folder.display();
    match modes {
        Ok(modes) if modes.iter().all(|mode| mode & GROUP_AND_OTHERS == 0) => {
            Check::ok(NAME, format!("kept in {place}"))
        }
        Ok(_) => {
            let seen = format!("not kept in {place}: PostgreSQL refuses data that every account may read");
            let fix = "move the project to a file system of this machine (in WSL not below /mnt), or set LOCAL_FOLDER \
                       to a folder there";
            Check::failure(NAME, seen, fix)
        }
        Err(error) => {
            let fix = "give yourself the right to write there, or set LOCAL_FOLDER to a folder of yours";
            Check::failure(NAME, format!("{place} cannot be written to ({error})"), fix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{check, judge, probe};
    use environment::CheckOutcome;
    use std::{fs, io};

    #[test]
    fn probe_is_private_and_removed() {
        let scratch = tempfile::tempdir().unwrap();
        let modes = probe(scratch.path()).unwrap().map(|mode| mode & 0o777);
        assert_eq!(modes, [0o700, 0o600]);
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
        // The folder does not exist yet.
        let inside = scratch.path().join("a/b");
        let checked = check(&|name| (name == "LOCAL_FOLDER").then(|| inside.clone().into()));
        assert_eq!(
            (checked.outcome, checked.seen),
            (CheckOutcome::Ok, format!("kept in {}", scratch.path().display()))
        );
    }

    #[test]
    fn file_systems_without_modes_are_failures() {
        let folder = "/mnt/c/project".as_ref();
        for modes in [[0o40777, 0o100_777], [0o40700, 0o100_644], [0o40755, 0o100_600]] {
            let check = judge(folder, Ok(modes));
            assert_eq!(check.outcome, CheckOutcome::Failure, "{modes:?}");
            assert!(check.seen.contains("/mnt/c/project") && check.fix.unwrap().contains("LOCAL_FOLDER"));
        }
        let check = judge(folder, Err(io::ErrorKind::PermissionDenied.into()));
        assert!(
            check.outcome == CheckOutcome::Failure && check.seen.contains("cannot be written to"),
            "{}",
            check.seen
        );
    }
}
