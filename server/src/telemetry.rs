//! Where log lines go and in which form. They go to standard error: standard output belongs to the commands.
//! It must not be given secrets: `SecretString` prints none, and query strings are never recorded.

use crate::config::{Log, LogFormat};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::fmt::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Registry};

/// To be called once, before anything is worth a line.
pub fn start(log: &Log) -> Result<(), TryInitError> {
    let filter = EnvFilter::new(&log.filter);
    let lines = Layer::<Registry>::default().with_writer(stderr);
    match log.format {
        LogFormat::Text => {
            let lines = lines.with_ansi(stderr().is_terminal());
            tracing_subscriber::registry().with(lines).with(filter).try_init()
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            tracing_subscriber::registry().with(lines).with(filter).try_init()
        }
    }
}
