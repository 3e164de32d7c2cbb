//! The program: the server with its app. All code is in libraries, so that tests can use it.

mod site;

use mimalloc::MiMalloc;
use std::io::{self, Write};
use std::process::ExitCode;

/// Rendering a page allocates thousands of small strings: see docs/decisions/007-allocator.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(site::SITE).await {
        Ok(code) => code,
        // Not returned from `main`, which would print a backtrace after the fix if RUST_BACKTRACE is set.
        Err(error) => {
            // `eprintln!` would panic if standard error cannot be written, as on a full disk.
            _ = writeln!(io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
