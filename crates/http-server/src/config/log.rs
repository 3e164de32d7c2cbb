//! How much is logged, and in which format.

use super::vars::{Unreadable, Vars};
use std::str::FromStr;
use tracing_subscriber::EnvFilter;

const DEFAULT_FILTER: &str = "info";

/// A release is read by machines first.
const DEFAULT_FORMAT: LogFormat = if cfg!(feature = "local") { LogFormat::Text } else { LogFormat::Json };

/// The settings of the log.
#[derive(Clone, Debug)]
pub struct Log {
    /// The format of a line.
    pub format: LogFormat,
    /// A filter that [`EnvFilter`] understands.
    pub filter: String,
}

/// The format of the log's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text, for people.
    Text,
    /// One JSON object per line, for machines.
    Json,
}

impl Log {
    pub(super) fn read(vars: &mut Vars<'_>) -> Self {
        let format = vars.parsed("LOG_FORMAT", DEFAULT_FORMAT, "text or json");
        let filter = vars.optional(&["RUST_LOG"]).unwrap_or_else(|| DEFAULT_FILTER.to_owned());
        if EnvFilter::try_new(&filter).is_err() {
            vars.wrong("RUST_LOG", "cannot be read", "a filter such as info,http_server=debug");
        }
        Self { format, filter }
    }
}

impl FromStr for LogFormat {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(Unreadable),
        }
    }
}
