//! The server with the tests' own feature, for tests that need it as a separate process.

// View types nest deeper than the default limit allows.
#![recursion_limit = "256"]

#[expect(dead_code, reason = "tests use more of it")]
#[path = "../tests/support/feature/mod.rs"]
mod feature;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(feature::SITE).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
