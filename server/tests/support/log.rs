//! The server's log during a test. Only the current thread is captured, which a test and its server share.

use http_server::telemetry::filter;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;

pub struct Log {
    written: Written,
    _guard: DefaultGuard,
}

impl Log {
    /// Captures every line of every crate, in both formats of the server.
    pub fn of_everything() -> Self {
        let written = Written::default();
        let (text, json) = (written.clone(), written.clone());
        let log = tracing_subscriber::registry()
            .with(LevelFilter::TRACE)
            .with(fmt::layer().with_ansi(false).with_writer(move || text.clone()))
            .with(fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(move || json.clone()));
        Self { written, _guard: tracing::subscriber::set_default(log) }
    }

    /// Captures warnings and errors, which an operator should act on.
    pub fn of_warnings() -> Self {
        let written = Written::default();
        let writer = written.clone();
        let lines = fmt::layer().with_ansi(false).without_time().with_writer(move || writer.clone());
        // On a busy machine, sqlx warns of slow statements.
        let log = tracing_subscriber::registry().with(filter("warn,sqlx=off")).with(lines);
        Self { written, _guard: tracing::subscriber::set_default(log) }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).expect("text")
    }

    /// Returns the lines since the last call.
    pub fn take_lines(&self) -> Vec<String> {
        let text = self.text();
        self.written.0.lock().unwrap().clear();
        text.lines().map(str::to_owned).collect()
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
