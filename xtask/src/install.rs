//! Installs missing tools: independent ones in parallel, and each only once when several tasks need it.

use crate::log_file::LogFile;
use crate::progress::Progress;
use crate::{folders, lock};
use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;

/// Whether a tool is installed.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Installed,
    Missing,
    /// An installed version that does not work, with the reason.
    Unfit(String),
}

impl State {
    pub fn of(is_installed: bool) -> Self {
        if is_installed { Self::Installed } else { Self::Missing }
    }
}

/// A lane of installation. Tools of one lane are installed in sequence, lanes in parallel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Uses every core.
    Compile,
    Download,
    Npm,
    /// Uses the package manager of the machine.
    System,
}

/// A tool that a task needs.
pub struct Tool {
    /// The name for lists, such as "cargo-leptos 0.3.10".
    name: String,
    lane: Lane,
    /// The processor time of installing it in seconds, including the wait for the network.
    seconds: u64,
    /// The folder to lock, which other tasks install into, too.
    folder: PathBuf,
    state: Box<dyn Fn() -> State + Sync>,
    install: Box<Installer>,
}

type Installer = dyn Fn(&LogFile) -> Result<()> + Sync;

impl Tool {
    pub fn new(
        name: impl Into<String>,
        lane: Lane,
        seconds: u64,
        state: impl Fn() -> State + Sync + 'static,
        install: impl Fn(&LogFile) -> Result<()> + Sync + 'static,
    ) -> Self {
        let (state, install) = (Box::new(state), Box::new(install));
        Self { name: name.into(), lane, seconds, folder: folders::cache(), state, install }
    }

    /// Sets the folder to lock, for a tool that is installed elsewhere than in the cache.
    pub fn in_folder(self, folder: PathBuf) -> Self {
        Self { folder, ..self }
    }
}

/// Installs the tools that are missing. A failure in one lane does not stop the others.
pub fn all(tools: &[Tool]) -> Result<()> {
    let (mut installed, mut lanes) = (Vec::new(), BTreeMap::<Lane, Vec<&Tool>>::new());
    for tool in tools {
        match (tool.state)() {
            State::Installed => installed.push(tool.name.as_str()),
            State::Missing | State::Unfit(_) => lanes.entry(tool.lane).or_default().push(tool),
        }
    }
    if !installed.is_empty() {
        println!("==> Installed already: {}", installed.join(", "));
    }
    let progress = Progress::new("Install", lanes.values().map(Vec::len).sum());
    let failures = thread::scope(|scope| {
        let progress = &progress;
        let lanes: Vec<_> =
            lanes.into_iter().map(|(lane, tools)| scope.spawn(move || in_sequence(&tools, lane, progress))).collect();
        let ended =
            lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(anyhow!("xtask itself has failed"))));
        ended.filter_map(Result::err).map(|error| format!("{error:#}")).collect::<Vec<_>>()
    });
    if failures.is_empty() { Ok(()) } else { Err(anyhow!(failures.join("\nError: "))) }
}

fn in_sequence(tools: &[&Tool], lane: Lane, progress: &Progress) -> Result<()> {
    // Held until the last tool is installed: two tasks that alternate would each take as long as both together.
    let mut locks = BTreeMap::new();
    for tool in tools {
        let say = |waits: &str| progress.say(&format!("==> {waits}"));
        locks.entry(&tool.folder).or_insert_with_key(|folder| lock::take(folder, &format!("{lane:?}"), say));
        progress.step(&tool.name, tool.seconds, |log| match (tool.state)() {
            // Installed by the task that held the lock.
            State::Installed => Ok(()),
            State::Missing => (tool.install)(log),
            State::Unfit(reason) => {
                progress.say(&format!("    {reason}, so another one is installed"));
                (tool.install)(log)
            }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Lane, State, Tool, all};
    use crate::log_file::LogFile;
    use anyhow::{Result, bail};
    use std::fs::File;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Barrier};
    use std::thread;

    /// Returns a tool that is installed by writing a file, once `begin` has succeeded.
    fn tool(folder: &Path, name: &str, lane: Lane, begin: impl Fn() -> Result<()> + Sync + 'static) -> Tool {
        let (file, installed) = (folder.join(name), folder.join(name));
        let install = move |_: &LogFile| {
            begin()?;
            // Fails if it is installed a second time.
            File::create_new(&installed)?;
            Ok(())
        };
        let state = move || State::of(file.is_file());
        Tool::new(format!("install test {name}"), lane, 1, state, install).in_folder(folder.to_owned())
    }

    #[test]
    fn lanes_run_in_parallel_and_a_failure_stops_only_its_own() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path();
        // If one lane waited for the other, neither would end.
        let meeting = Arc::new(Barrier::new(2));
        let (compiles, fetches) = (Arc::clone(&meeting), meeting);
        let compiled = tool(folder, "compiled", Lane::Compile, move || {
            compiles.wait();
            bail!("compiled does not work")
        });
        let fetched = tool(folder, "fetched", Lane::Npm, move || {
            fetches.wait();
            Ok(())
        });
        let after = tool(folder, "after", Lane::Compile, || Ok(()));
        let error = all(&[compiled, after, fetched]).unwrap_err().to_string();
        assert_eq!(error, "install test compiled failed: compiled does not work");
        assert!(folder.join("fetched").is_file());
        assert!(!folder.join("after").exists(), "its lane had ended");

        let again = ["compiled", "fetched", "after"];
        all(&again.map(|name| tool(folder, name, Lane::Compile, || Ok(())))).unwrap();
        assert!(again.iter().all(|name| folder.join(name).is_file()));
    }

    #[test]
    fn two_tasks_that_miss_a_tool_install_it_once() {
        let scratch = tempfile::tempdir().unwrap();
        let both = Arc::new(Barrier::new(2));
        let task = || {
            let mut tool = tool(scratch.path(), "once", Lane::System, || Ok(()));
            let (state, both, is_first) = (tool.state, Arc::clone(&both), AtomicBool::new(true));
            tool.state = Box::new(move || {
                let state = state();
                if is_first.swap(false, Ordering::Relaxed) {
                    both.wait();
                }
                state
            });
            all(&[tool])
        };
        thread::scope(|scope| {
            for task in [scope.spawn(task), scope.spawn(task)] {
                task.join().unwrap().unwrap();
            }
        });
    }
}
