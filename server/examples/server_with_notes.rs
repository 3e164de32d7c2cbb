//! The server with the tests' own feature beside those of the app, for tests that need it as a process of its own.

// Views nest deep as types, and the default is for shallower ones.
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
