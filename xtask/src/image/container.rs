//! A running container: its log, the signal that ends it, and its exit status.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// A running container, which is killed on drop.
pub struct Container {
    process: Child,
    lines: Receiver<String>,
    log: String,
    /// The maximum wait for the next line of the log.
    patience: Duration,
}

impl Container {
    pub fn start(mut command: Command, patience: Duration) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().with_context(|| format!("could not start {command:?}"))?;
        let stderr = process.stderr.take().context("the log is a pipe")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(stderr).split(b'\n').map_while(Result::ok);
            lines.map(|line| String::from_utf8_lossy(&line).into_owned()).try_for_each(|line| sender.send(line))
        });
        Ok(Self { process, lines, log: String::new(), patience })
    }

    /// Waits until the log contains these words. Fails if the container ends or is silent for too long.
    pub fn until_said(&mut self, words: &str) -> Result<()> {
        while !self.log.contains(words) {
            if self.hear()?.is_none() {
                bail!("it ends before it says {words}, after:\n{}", self.log);
            }
        }
        Ok(())
    }

    /// Sends SIGTERM to `docker run` or to the program itself; either way the container gets it.
    pub fn terminate(&self) -> Result<()> {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("kill -TERM {}", self.process.id())]);
        succeeds(shell).map(drop)
    }

    /// Waits until the container closes its log and ends.
    pub fn ended(&mut self) -> Result<ExitStatus> {
        while self.hear()?.is_some() {}
        Ok(self.process.wait()?)
    }

    /// Returns the log so far.
    pub fn log(&self) -> &str {
        &self.log
    }

    /// Reads a line of the log. Returns `None` once it is closed.
    fn hear(&mut self) -> Result<Option<()>> {
        match self.lines.recv_timeout(self.patience) {
            Ok(line) => {
                self.log += &format!("{line}\n");
                Ok(Some(()))
            }
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                bail!("it neither ends nor says more within {} s, after:\n{}", self.patience.as_secs(), self.log)
            }
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
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} ends with {} and says:\n{said}", output.status);
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
    fn what_it_says_and_how_it_ends_is_known() {
        let script = "trap 'echo stopping >&2; exit 7' TERM; echo ready >&2; while :; do :; done";
        let mut container = Container::start(shell(script), Duration::from_secs(20)).unwrap();
        container.until_said("ready").unwrap();
        container.terminate().unwrap();
        assert_eq!(container.ended().unwrap().code(), Some(7));
        assert_eq!(container.log(), "ready\nstopping\n");
    }

    #[test]
    fn one_that_does_not_stop_is_said_and_killed() {
        let script = "trap '' TERM; echo $$ >&2; while :; do :; done";
        let mut container = Container::start(shell(script), Duration::from_millis(200)).unwrap();
        container.until_said("\n").unwrap();
        let process = container.log().trim().to_owned();
        container.terminate().unwrap();
        let said = container.ended().unwrap_err().to_string();
        assert!(said.contains("neither ends nor says more"), "{said}");
        drop(container);
        assert!(succeeds(shell(&format!("kill -0 {process}"))).is_err(), "it still runs");
    }

    #[test]
    fn one_that_ends_too_soon_is_said_with_its_log() {
        let mut container = Container::start(shell("echo why >&2"), Duration::from_secs(20)).unwrap();
        let said = container.until_said("ready").unwrap_err().to_string();
        assert!(said.contains("ends before it says ready") && said.contains("why"), "{said}");
    }

    #[test]
    fn a_program_that_fails_is_told_by_what_it_said() {
        assert_eq!(succeeds(shell("echo well; echo aside >&2")).unwrap(), "well\n");
        let said = succeeds(shell("echo out; echo wrong >&2; exit 3")).unwrap_err().to_string();
        assert!(said.contains("exit status: 3") && said.contains("wrong") && !said.ends_with("out"), "{said}");
    }
}
