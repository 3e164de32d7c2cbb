//! The program. Everything is in the library, so that tests can use it.
//! It must not hold logic.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    server::cli::run().await
}
