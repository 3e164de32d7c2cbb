//! Installs missing tools: independent ones in parallel, and each only once when several tasks need it.

use crate::log_file::LogFile;
use crate::progress::Progress;
use crate::{folders, lock};
use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;

pub enum Look {
    There,
    Missing,
    /// An installed version that does not work, with the reason.
    Unfit(String),
}

/// A lane of installation. Parts of one lane are installed in sequence, lanes in parallel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Uses every core.
    Compile,
    Download,
    Npm,
    /// Uses the package manager of the machine.
    System,
}

impl Lane {
    fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Download => "download",
            Self::Npm => "npm",
            Self::System => "system",
        }
    }
}

/// A tool that a task needs.
pub trait Part: Sync {
    /// Returns the name for lists, such as "cargo-leptos 0.3.10".
    fn name(&self) -> String;

    fn lane(&self) -> Lane;

    /// Returns the processor time of installing it in seconds, including the wait for the network.
    fn seconds(&self) -> u64;

    /// Returns the folder to lock, which other tasks install into, too.
    fn folder(&self) -> PathBuf {
        folders::cache()
    }

    fn look(&self) -> Look;

    fn install(&self, log: &LogFile) -> Result<()>;
}

pub type Parts = Vec<Box<dyn Part>>;

/// Installs the parts that are missing. A failure in one lane does not stop the others.
pub fn all(parts: &[Box<dyn Part>]) -> Result<()> {
    let (mut there, mut lanes) = (Vec::new(), BTreeMap::<Lane, Vec<&dyn Part>>::new());
    for part in parts {
        match part.look() {
            Look::There => there.push(part.name()),
            Look::Missing | Look::Unfit(_) => lanes.entry(part.lane()).or_default().push(part.as_ref()),
        }
    }
    if !there.is_empty() {
        println!("==> There already: {}", there.join(", "));
    }
    let progress = Progress::new("Install", lanes.values().map(Vec::len).sum());
    let failures = thread::scope(|scope| {
        let progress = &progress;
        let lanes: Vec<_> =
            lanes.into_iter().map(|(lane, parts)| scope.spawn(move || in_turn(&parts, lane, progress))).collect();
        let ended =
            lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(anyhow!("xtask itself has failed"))));
        ended.filter_map(Result::err).map(|error| format!("{error:#}")).collect::<Vec<_>>()
    });
    if failures.is_empty() { Ok(()) } else { Err(anyhow!(failures.join("\nError: "))) }
}

fn in_turn(parts: &[&dyn Part], lane: Lane, progress: &Progress) -> Result<()> {
    // Held until the last part is installed: two tasks that alternate would each take as long as both together.
    let mut locks = BTreeMap::new();
    for part in parts {
        let say = |waits: &str| progress.say(&format!("==> {waits}"));
        locks.entry(part.folder()).or_insert_with_key(|folder| lock::take(folder, lane.name(), say));
        progress.step(&part.name(), part.seconds(), |log| match part.look() {
            // Installed by the task that held the lock.
            Look::There => Ok(()),
            Look::Missing => part.install(log),
            Look::Unfit(reason) => {
                progress.say(&format!("    {reason}, so another one is installed"));
                part.install(log)
            }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Lane, Look, Part, all};
    use crate::log_file::LogFile;
    use crate::scratch::Scratch;
    use anyhow::{Result, ensure};
    use std::fs;
    use std::path::PathBuf;
    use std::sync::{Arc, Barrier, Mutex};

    /// A part that is installed by writing a file.
    struct Made {
        name: &'static str,
        lane: Lane,
        folder: PathBuf,
        works: bool,
        /// The barrier at which installing waits for another part.
        meets: Option<Arc<Barrier>>,
        /// The barrier at which the first look waits for that of another task.
        looks: Mutex<Option<Arc<Barrier>>>,
    }

    impl Part for Made {
        fn name(&self) -> String {
            format!("install test {}", self.name)
        }

        fn lane(&self) -> Lane {
            self.lane
        }

        fn seconds(&self) -> u64 {
            1
        }

        fn folder(&self) -> PathBuf {
            self.folder.clone()
        }

        fn look(&self) -> Look {
            let look = if self.folder.join(self.name).is_file() { Look::There } else { Look::Missing };
            if let Some(barrier) = self.looks.lock().unwrap().take() {
                barrier.wait();
            }
            look
        }

        fn install(&self, _: &LogFile) -> Result<()> {
            if let Some(barrier) = &self.meets {
                barrier.wait();
            }
            ensure!(self.works, "{} does not work", self.name);
            // Fails if it is installed a second time.
            fs::File::create_new(self.folder.join(self.name))?;
            Ok(())
        }
    }

    fn made(scratch: &Scratch, name: &'static str, lane: Lane, works: bool) -> Made {
        Made { name, lane, folder: scratch.0.clone(), works, meets: None, looks: Mutex::default() }
    }

    #[test]
    fn lanes_run_at_once_and_one_failure_keeps_no_other_lane_from_its_work() {
        let scratch = Scratch::new("lanes");
        let meeting = Arc::new(Barrier::new(2));
        let mut compiled = made(&scratch, "compiled", Lane::Compile, false);
        let mut fetched = made(&scratch, "fetched", Lane::Npm, true);
        // If one waited for the other, neither would end.
        compiled.meets = Some(Arc::clone(&meeting));
        fetched.meets = Some(meeting);
        let after = made(&scratch, "after", Lane::Compile, true);
        let said = all(&[Box::new(compiled), Box::new(after), Box::new(fetched)]).unwrap_err().to_string();
        assert_eq!(said, "install test compiled failed: compiled does not work");
        assert!(scratch.0.join("fetched").is_file());
        assert!(!scratch.0.join("after").exists(), "its lane had ended");

        let again = ["compiled", "fetched", "after"];
        all(&again.map(|name| Box::new(made(&scratch, name, Lane::Compile, true)) as Box<dyn Part>)).unwrap();
        assert!(again.iter().all(|name| scratch.0.join(name).is_file()));
    }

    /// Checks that a part is installed once when two tasks have found it missing.
    #[test]
    fn two_tasks_install_a_part_once() {
        let scratch = Scratch::new("two-tasks");
        let both = Arc::new(Barrier::new(2));
        let parts = || {
            let mut part = made(&scratch, "once", Lane::System, true);
            part.looks = Mutex::new(Some(Arc::clone(&both)));
            [Box::new(part) as Box<dyn Part>]
        };
        std::thread::scope(|scope| {
            let tasks = [0, 1].map(|_| scope.spawn(|| all(&parts())));
            for task in tasks {
                task.join().unwrap().unwrap();
            }
        });
    }
}
