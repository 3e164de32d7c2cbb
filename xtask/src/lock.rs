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
    use crate::scratch::Scratch;
    use std::sync::mpsc::channel;
    use std::{fs, thread};

    #[test]
    fn the_second_says_for_which_process_it_waits_and_goes_on_after_it() {
        let scratch = Scratch::new("lock");
        let (folder, (said, heard)) = (scratch.0.join("cache"), channel());
        let first = take(&folder, "compile", |_| panic!("nobody holds it"));
        thread::scope(|scope| {
            let folder = &folder;
            let second = scope.spawn(move || take(folder, "compile", |line| said.send(line.to_owned()).unwrap()));
            let line = heard.recv().unwrap();
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
    fn what_is_no_process_is_not_named_and_no_folder_is_no_failure() {
        let scratch = Scratch::new("lock-odd");
        let file = scratch.0.join("file");
        for odd in ["", "nonsense", "-1", "99999999999999999999"] {
            fs::write(&file, odd).unwrap();
            assert_eq!(holder(&file), "");
        }
        let _none = take(&file.join("folder"), "compile", |line| panic!("{line}"));
    }
}
