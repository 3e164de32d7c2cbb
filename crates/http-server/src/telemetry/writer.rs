//! Where log lines wait until standard error takes them. A reader that has stopped must not stop the server: lines are
//! dropped, counted, and reported when the reader is back.

use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// About a megabyte of usual lines.
const LINES: usize = 4096;

/// The guard of the log. When it is dropped, it writes the lines that still wait, for about a second at most.
#[must_use = "dropped, it ends the log"]
pub struct LogGuard {
    _worker: WorkerGuard,
}

/// Returns a writer that never waits, and the guard without which it writes nothing.
pub fn non_blocking(target: impl Write + Send + 'static) -> (NonBlocking, LogGuard) {
    let dropped = Arc::new(OnceLock::new());
    let reporter = DropReporter { target, dropped: dropped.clone(), reported: 0 };
    let (writer, worker) =
        NonBlockingBuilder::default().lossy(true).buffered_lines_limit(LINES).thread_name("log").finish(reporter);
    // It was empty until now.
    _ = dropped.set(writer.error_counter());
    (writer, LogGuard { _worker: worker })
}

/// Returns standard error without the lock that `std` puts around it: a write that waits must not keep others from it.
#[cfg(unix)]
pub fn stderr() -> Box<dyn Write + Send> {
    use std::os::fd::AsFd;
    match io::stderr().as_fd().try_clone_to_owned() {
        Ok(own) => Box::new(std::fs::File::from(own)),
        Err(_) => Box::new(io::stderr()),
    }
}

/// Returns standard error.
#[cfg(not(unix))]
pub fn stderr() -> Box<dyn Write + Send> {
    Box::new(io::stderr())
}

/// A writer that reports how many lines are missing, as soon as one can be written again.
struct DropReporter<W> {
    target: W,
    dropped: Arc<OnceLock<ErrorCounter>>,
    reported: usize,
}

impl<W: Write> Write for DropReporter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let written = self.target.write(line)?;
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        if dropped > self.reported {
            self.reported = dropped;
            // Takes its place behind the lines that wait. When there is none it is counted itself, and the next line
            // says so.
            tracing::warn!(since_start = dropped, "lines of the log were dropped: standard error was not read");
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}
