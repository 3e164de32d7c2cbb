//! Where log lines go and in which form, and what listens beside them. Lines go to standard error: standard output
//! belongs to the commands. It must not be given secrets: `SecretString` prints none, and query strings are never
//! recorded.

mod excerpt;
#[cfg_attr(not(feature = "otlp"), path = "telemetry/traces/absent.rs")]
pub mod traces;
mod writer;

use crate::config::{Log, LogFormat};
use environment::colours;
pub(crate) use excerpt::Excerpt;
use std::io::stderr;
use traces::Traces;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
pub use writer::LogGuard;

/// The target of the span around all that a request does, for layers that listen.
pub const REQUEST_TARGET: &str = "http_server::request";

/// The name of that span.
pub const REQUEST_SPAN: &str = "request";

/// A layer that hears spans and events beside the log, whatever the filter of the log.
pub type Listener = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts the log, the sending of `traces`, and what listens `beside` them. Panics become lines of the log.
///
/// It is called once per process, before anything is logged: a second call fails. The log ends when the guard is
/// dropped.
pub fn start(log: &Log, traces: &Traces, beside: Option<Listener>) -> Result<LogGuard, TryInitError> {
    let filter = filter(&log.filter);
    let (writer, guard) = writer::non_blocking(writer::stderr());
    let lines = fmt::Layer::<Registry>::default().with_writer(writer);
    let lines = match log.format {
        LogFormat::Text => lines.with_ansi(colours::are_enabled(&stderr())).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let mut listeners: Vec<Listener> = traces.layer().into_iter().chain(beside).collect();
    if listeners.is_empty() {
        // One filter in front of everything is cheaper than one per layer.
        tracing_subscriber::registry().with(lines).with(filter).try_init()?;
    } else {
        listeners.push(lines.with_filter(filter).boxed());
        tracing_subscriber::registry().with(listeners).try_init()?;
    }
    // The hook of `std` writes to standard error itself, and waits there for a reader.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "{}", panic.payload_as_str().unwrap_or("a panic without a message"));
    }));
    traces.announce();
    Ok(guard)
}

/// Returns the filter of the log, from the syntax of `RUST_LOG`. It silences tower-sessions unless `wanted` names it:
/// each failure of the store is returned as well, and logged with the request that met it.
pub fn filter(wanted: &str) -> EnvFilter {
    EnvFilter::new(format!("tower_sessions_core=off,{wanted}"))
}

#[cfg(test)]
mod tests {
    use super::{Log, LogFormat, Traces, start};
    use std::env;
    use std::panic::catch_unwind;
    use std::process::{Command, Stdio};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(20);
    /// More lines than a pipe holds.
    const PANICS: usize = 2_000;
    const IN_A_PROCESS_OF_ITS_OWN: &str = "PANICS_WITHOUT_A_READER";

    #[test]
    fn a_panic_does_not_block_on_stderr() {
        if env::var_os(IN_A_PROCESS_OF_ITS_OWN).is_some() {
            let log = Log { format: LogFormat::Text, filter: "info".to_owned() };
            let _guard = start(&log, &Traces::start(None, "", &[]).expect("no exporter"), None).expect("the only one");
            (0..PANICS).for_each(|number| drop(catch_unwind(|| panic!("{number} {}", "x".repeat(100)))));
            return;
        }
        let this = "telemetry::tests::a_panic_does_not_block_on_stderr";
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.args(["--exact", this, "--nocapture"]).env(IN_A_PROCESS_OF_ITS_OWN, "yes").env_remove("RUST_BACKTRACE");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        // Held open, and not read.
        let unread = child.stderr.take();
        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait()));
        let status = end.recv_timeout(PATIENCE).expect("it ends whether its log is read or not").expect("it ran");
        assert!(status.success());
        drop(unread);
    }
}
