//! The program: the server, with the app that it serves. Everything is in their libraries, so that tests can use it.
//! It must not hold logic.

mod site;

use mimalloc::MiMalloc;
use std::io::{self, Write};
use std::process::ExitCode;

/// Rendering a page makes thousands of small strings: see docs/decisions/007-allocator.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(site::SITE).await {
        Ok(code) => code,
        // Not as `main`'s result: that would bury the fix under a backtrace wherever RUST_BACKTRACE is set.
        Err(error) => {
            // Nor with a macro that panics where nothing can be written, as on a full disk.
            _ = writeln!(io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
