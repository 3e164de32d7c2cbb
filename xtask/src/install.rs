//! Installing what is missing: what does not depend on each other at once, what another task installs meanwhile once.
//! It must not know what there is to install.

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
    /// With the reason.
    Unfit(String),
}

/// Parts of one lane follow each other; lanes run beside each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Busy with every core.
    Compile,
    Download,
    Npm,
    /// The programs of the machine.
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

/// One thing that a task needs.
pub trait Part: Sync {
    /// As it is called in lists: "cargo-leptos 0.3.10".
    fn name(&self) -> String;

    fn lane(&self) -> Lane;

    /// The processor time that installing it takes, with the wait for the network.
    fn seconds(&self) -> u64;

    /// What other tasks install into, as well.
    fn folder(&self) -> PathBuf {
        folders::cache()
    }

    fn look(&self) -> Look;

    fn install(&self, log: &LogFile) -> Result<()>;
}

pub type Parts = Vec<Box<dyn Part>>;

/// Installs those that are missing. One that fails keeps the other lanes from nothing.
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
    // Until the last part is there: two tasks that take turns would both take as long as both together.
    let mut locks = BTreeMap::new();
    for part in parts {
        let say = |waits: &str| progress.say(&format!("==> {waits}"));
        locks.entry(part.folder()).or_insert_with_key(|folder| lock::take(folder, lane.name(), say));
        progress.step(&part.name(), part.seconds(), |log| match part.look() {
            // By the task that held the lock.
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

    /// A file that is written by installing it.
    struct Made {
        name: &'static str,
        lane: Lane,
        folder: PathBuf,
        works: bool,
        /// Waits in there for another part.
        meets: Option<Arc<Barrier>>,
        /// Waits in its first look for that of another task.
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
            // A second time would find it.
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
        // Neither would end, did one wait for the other.
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

    /// Both have found it missing.
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
