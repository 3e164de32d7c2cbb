//! The program. Everything is in the library, so that tests can use it.
//! It must not hold logic.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match server::cli::run().await {
        Ok(code) => code,
        // Not as `main`'s result: that would bury the fix under a backtrace wherever RUST_BACKTRACE is set.
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
