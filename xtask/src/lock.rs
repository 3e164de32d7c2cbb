//! A file lock for tasks that install into the same folder. Where none can be made, the installation reports the error.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

/// A lock that is released on drop, and when the process dies.
#[must_use]
pub struct Lock {
    _file: Option<File>,
}

/// Waits until no other process holds the lock of this `name`. Calls `say` with a message about that process.
pub fn take(folder: &Path, name: &str, say: impl FnOnce(&str)) -> Lock {
    let path = folder.join(format!(".{name}.lock"));
    let opened = fs::create_dir_all(folder)
        .and_then(|()| File::options().read(true).write(true).create(true).truncate(false).open(&path));
    let Ok(mut file) = opened else { return Lock { _file: None } };
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        say(&format!("Waits for another cargo xtask{}, which installs into {}", holder(&path), folder.display()));
        if file.lock().is_err() {
            return Lock { _file: None };
        }
    }
    // For the message of a waiting process, which is less precise without it.
    let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
    Lock { _file: Some(file) }
}

/// Returns the process id in the file as part of a message, or nothing.
fn holder(path: &Path) -> String {
    let pid = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u32>().ok());
    pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{holder, take};
    use std::sync::mpsc::channel;
    use std::{fs, thread};

    #[test]
    fn second_process_waits_and_names_the_first() {
        let scratch = tempfile::tempdir().unwrap();
        let (folder, (sender, receiver)) = (scratch.path().join("cache"), channel());
        let first = take(&folder, "compile", |_| panic!("no process holds it"));
        thread::scope(|scope| {
            let folder = &folder;
            let second = scope.spawn(move || take(folder, "compile", |line| sender.send(line.to_owned()).unwrap()));
            let line = receiver.recv().unwrap();
            assert!(line.contains(&format!("(pid {})", std::process::id())), "{line}");
            assert!(line.contains(&folder.display().to_string()), "{line}");
            assert!(!second.is_finished());
            drop(first);
            drop(second.join().unwrap());
        });
        let _again = take(&folder, "compile", |line| panic!("{line}"));
        let _other = take(&folder, "npm", |line| panic!("{line}"));
    }

    #[test]
    fn invalid_process_ids_and_missing_folders_are_ignored() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("file");
        for odd in ["", "nonsense", "-1", "99999999999999999999"] {
            fs::write(&file, odd).unwrap();
            assert_eq!(holder(&file), "");
        }
        let _none = take(&file.join("folder"), "compile", |line| panic!("{line}"));
    }
}
