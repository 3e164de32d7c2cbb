//! A running container: its log, the signal that ends it, and its exit status.

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};
use tempfile::NamedTempFile;

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A running container, which is killed on drop.
pub struct Container {
    process: Child,
    log: NamedTempFile,
    /// The maximum wait for a line of the log, and for the end.
    timeout: Duration,
}

impl Container {
    pub fn start(mut command: Command, timeout: Duration) -> Result<Self> {
        let log = NamedTempFile::new()?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.reopen()?);
        let process = command.spawn().with_context(|| format!("could not start {command:?}"))?;
        Ok(Self { process, log, timeout })
    }

    /// Waits until the log contains these words. Fails if the container ends before.
    pub fn wait_for_log(&mut self, words: &str) -> Result<()> {
        self.poll(|container| {
            // In this order, since the log is complete once the container has ended.
            let has_ended = container.process.try_wait()?.is_some();
            let log = container.log()?;
            ensure!(log.contains(words) || !has_ended, "it ends before it says {words}, after:\n{log}");
            Ok(log.contains(words).then_some(()))
        })
    }

    /// Sends SIGTERM to `docker run` or to the program itself; either way the container gets it.
    pub fn terminate(&self) -> Result<()> {
        Ok(kill_process(Pid::from_child(&self.process), Signal::TERM)?)
    }

    /// Waits until the container ends.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.poll(|container| Ok(container.process.try_wait()?))
    }

    pub fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(self.log.path())?).into_owned())
    }

    fn poll<T>(&mut self, mut look: impl FnMut(&mut Self) -> Result<Option<T>>) -> Result<T> {
        let deadline = Instant::now() + self.timeout;
        loop {
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            let (is_in_time, seconds) = (Instant::now() < deadline, self.timeout.as_secs());
            ensure!(is_in_time, "it neither ends nor says more within {seconds} s, after:\n{}", self.log()?);
            thread::sleep(POLL_INTERVAL);
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a program and returns its standard output, or an error with its standard error if it fails.
pub fn succeeds(mut command: Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start {command:?}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} ends with {} and says:\n{stderr}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Container, succeeds};
    use std::process::Command;
    use std::time::Duration;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn log_and_exit_code_are_read() {
        let script = "trap 'echo stopping >&2; exit 7' TERM; echo ready >&2; while :; do :; done";
        let mut container = Container::start(shell(script), Duration::from_secs(20)).unwrap();
        container.wait_for_log("ready").unwrap();
        container.terminate().unwrap();
        assert_eq!(container.wait().unwrap().code(), Some(7));
        assert_eq!(container.log().unwrap(), "ready\nstopping\n");
    }

    #[test]
    fn container_that_ignores_sigterm_is_killed() {
        let script = "trap '' TERM; echo $$ >&2; while :; do :; done";
        let mut container = Container::start(shell(script), Duration::from_millis(200)).unwrap();
        container.wait_for_log("\n").unwrap();
        let process = container.log().unwrap().trim().to_owned();
        container.terminate().unwrap();
        let error = container.wait().unwrap_err().to_string();
        assert!(error.contains("neither ends nor says more"), "{error}");
        drop(container);
        assert!(succeeds(shell(&format!("kill -0 {process}"))).is_err(), "it still runs");
    }

    #[test]
    fn early_end_is_an_error_with_the_log() {
        let mut container = Container::start(shell("echo why >&2"), Duration::from_secs(20)).unwrap();
        let error = container.wait_for_log("ready").unwrap_err().to_string();
        assert!(error.contains("ends before it says ready") && error.contains("why"), "{error}");
    }

    #[test]
    fn failure_has_the_standard_error() {
        assert_eq!(succeeds(shell("echo well; echo aside >&2")).unwrap(), "well\n");
        let error = succeeds(shell("echo out; echo wrong >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("wrong") && !error.ends_with("out"), "{error}");
    }
}
