//! The progress of steps: a line with the estimated time before each and one after it, and in a terminal a running
//! clock.

use crate::log_file::LogFile;
use crate::{estimate, failure};
use anyhow::{Context, Result};
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The interval of the clock.
const TICK: Duration = Duration::from_secs(1);

/// The width of a narrow terminal. A longer line could not be cleared.
const WIDTH: usize = 78;

pub struct Progress {
    /// The verb for what the steps do, such as "Install" or "Build".
    verb: &'static str,
    total: usize,
    is_terminal: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    started: usize,
    running: Vec<Running>,
}

struct Running {
    number: usize,
    what: String,
    since: Instant,
}

impl Progress {
    pub fn new(verb: &'static str, total: usize) -> Self {
        Self { verb, total, is_terminal: io::stdout().is_terminal(), state: Mutex::default() }
    }

    /// Runs `work` as the next step. Any number may run in parallel. The log is shown only if the step fails.
    ///
    /// `seconds` is the maximum processor time.
    pub fn step(&self, what: &str, seconds: u64, work: impl FnOnce(&LogFile) -> Result<()>) -> Result<()> {
        let (log, since) = (LogFile::new(what)?, Instant::now());
        let number = self.begin(what, since);
        let step = format!("{} {number} of {}: {what}", self.verb, self.total);
        self.say(&format!("==> {step}, {} here (log: {})", estimate::wait(seconds), log.path().display()));
        let (done, is_done) = channel::<()>();
        let result = thread::scope(|scope| {
            if self.is_terminal {
                scope.spawn(move || {
                    while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                        self.draw();
                    }
                });
            }
            let result = work(&log);
            drop(done);
            result
        });
        self.state().running.retain(|running| running.number != number);
        let took = estimate::clock(since.elapsed());
        let Err(error) = result else {
            self.say(&format!("==> {step}: done in {took}"));
            return Ok(());
        };
        self.say(&format!("==> {step}: failed after {took}. From {}:\n\n{}", log.path().display(), log.telling()));
        Err(match failure::cause(&log.text()) {
            Some(cause) => error.context(cause),
            None => error,
        })
        .with_context(|| format!("{what} failed"))
    }

    /// Prints a line above the clock.
    pub fn say(&self, line: &str) {
        let state = self.state();
        self.wipe();
        println!("{line}");
        self.draw_running(&state);
    }

    fn begin(&self, what: &str, since: Instant) -> usize {
        let mut state = self.state();
        state.started += 1;
        let number = state.started;
        state.running.push(Running { number, what: what.to_owned(), since });
        number
    }

    fn draw(&self) {
        let state = self.state();
        self.wipe();
        self.draw_running(&state);
    }

    fn wipe(&self) {
        if self.is_terminal {
            print!("\r\x1b[K");
        }
    }

    fn draw_running(&self, state: &State) {
        if self.is_terminal && !state.running.is_empty() {
            print!("{}", clocks(&state.running, Instant::now()));
            // A closed terminal is no reason to stop.
            let _ = io::stdout().flush();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Formats running steps, such as `    2:13 cargo-leptos 0.3.10 · 0:12 packages from npm`.
fn clocks(running: &[Running], now: Instant) -> String {
    let clocks = running.iter().map(|step| format!("{} {}", estimate::clock(now - step.since), step.what));
    format!("    {}", clocks.collect::<Vec<_>>().join(" · ")).chars().take(WIDTH).collect()
}

#[cfg(test)]
mod tests {
    use super::{Progress, Running, WIDTH, clocks};
    use anyhow::bail;
    use std::time::{Duration, Instant};

    #[test]
    fn running_steps_have_a_clock_each_on_one_line() {
        let now = Instant::now();
        let step = |seconds, what: &str| Running {
            number: 1,
            what: what.to_owned(),
            since: now.checked_sub(Duration::from_secs(seconds)).unwrap(),
        };
        assert_eq!(clocks(&[step(133, "a"), step(12, "b")], now), "    2:13 a · 0:12 b");
        assert_eq!(clocks(&[step(1, &"é".repeat(WIDTH))], now).chars().count(), WIDTH);
    }

    #[test]
    fn steps_are_counted_and_a_failure_names_the_step_and_its_cause() {
        let progress = Progress::new("Try", 2);
        progress.step("progress test 1", 1, |_| Ok(())).unwrap();
        let failed = progress.step("progress test 2", 1, |log| {
            log.note("No space left on device")?;
            bail!("sh failed")
        });
        let said = format!("{:#}", failed.unwrap_err());
        assert_eq!(said, "progress test 2 failed: the disk is full: free some space: sh failed");
        assert_eq!(progress.state().started, 2);
        assert!(progress.state().running.is_empty());
    }
}
