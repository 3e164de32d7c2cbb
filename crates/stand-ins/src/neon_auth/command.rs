//! The subcommand that runs the local Neon Auth as a process of its own.

use super::{Settings, start};
use anyhow::Context;
use std::io::{self, Write};
use tokio::signal::unix::{SignalKind, signal};

/// Prints one line of JSON with the origin and the keys once it answers, then runs until SIGINT or SIGTERM.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let running = start(settings).await?;
    let ready = serde_json::to_string(&running)?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{ready}").and_then(|()| stdout.flush()).context("writing to standard output")?;
    drop(stdout);
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("listening for SIGINT")?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
