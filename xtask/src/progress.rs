//! The progress of steps: a line with the estimated time before each and one after it, and in a terminal a running
//! clock.

use crate::log_file::LogFile;
use crate::{estimate, failure};
use anyhow::{Context, Result};
use indicatif::{FormattedDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_secs(1);

pub struct Progress {
    /// The verb for what the steps do, such as "Install" or "Build".
    verb: &'static str,
    total: usize,
    started: AtomicUsize,
    /// The clocks of running steps, which only a terminal shows.
    clocks: MultiProgress,
}

impl Progress {
    pub fn new(verb: &'static str, total: usize) -> Self {
        let clocks = MultiProgress::with_draw_target(ProgressDrawTarget::stdout());
        Self { verb, total, started: AtomicUsize::new(0), clocks }
    }

    /// Runs `work` as the next step. Any number may run in parallel. The log is shown only if the step fails.
    ///
    /// `seconds` is the maximum processor time.
    pub fn step(&self, what: &str, seconds: u64, work: impl FnOnce(&LogFile) -> Result<()>) -> Result<()> {
        let (log, since) = (LogFile::new(what)?, Instant::now());
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        let step = format!("{} {number} of {}: {what}", self.verb, self.total);
        self.say(&format!("==> {step}, {} here (log: {})", estimate::wait(seconds), log.path().display()));
        let style = ProgressStyle::with_template("    {elapsed_precise} {wide_msg}")?;
        let clock = self.clocks.add(ProgressBar::new_spinner().with_style(style).with_message(what.to_owned()));
        clock.enable_steady_tick(TICK);
        let result = work(&log);
        clock.finish_and_clear();
        let took = FormattedDuration(since.elapsed());
        let Err(error) = result else {
            self.say(&format!("==> {step}: done in {took}"));
            return Ok(());
        };
        self.say(&format!(
            "==> {step}: failed after {took}. From {}:\n\n{}",
            log.path().display(),
            log.without_progress()
        ));
        Err(match failure::cause(&log.text()) {
            Some(cause) => error.context(cause),
            None => error,
        })
        .with_context(|| format!("{what} failed"))
    }

    /// Prints a line above the clocks.
    pub fn say(&self, line: &str) {
        self.clocks.suspend(|| println!("{line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use anyhow::bail;
    use std::sync::atomic::Ordering;

    #[test]
    fn failure_names_the_step_and_its_cause() {
        let progress = Progress::new("Try", 2);
        progress.step("progress test 1", 1, |_| Ok(())).unwrap();
        let failed = progress.step("progress test 2", 1, |log| {
            log.note("No space left on device")?;
            bail!("sh failed")
        });
        let error = format!("{:#}", failed.unwrap_err());
        assert_eq!(error, "progress test 2 failed: the disk is full: free some space: sh failed");
        assert_eq!(progress.started.load(Ordering::Relaxed), 2);
    }
}
