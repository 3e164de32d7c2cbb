//! The basis of tests: a database for each, in a cluster that they share.

mod app;
mod browser;
mod cluster;
mod database;
mod database_proxy;
mod directory;
pub mod feature;
mod leftovers;
mod log;
#[cfg(feature = "managed")]
pub mod managed;
mod pooler;
pub mod program;
mod server;
#[cfg(feature = "stack")]
pub mod stack;
mod stand_in;

pub use app::{AppOptions, PASSWORD};
pub use browser::{Browser, Page, shown};
pub use cluster::TestCluster;
pub use database::{TestDatabase, db_settings, free_port, statement_cache};
pub use database_proxy::{DatabaseProxy, proxied};
pub use directory::Shape;
pub use feature::{APP, SITE};
pub use log::Log;
#[cfg(feature = "managed")]
pub use managed::{BetterAuth, ManagedApp, ManagedNeonAuth};
pub use pooler::Pooler;
pub use program::Program;
pub use server::{FreePort, Server};
pub use stand_in::{NeonAuthStandIn, SHAPE, TestApp, TestNeonAuth, UNREACHABLE};

use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Returns the path of a folder of this process, which is not made.
pub fn temporary_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

/// Waits until this holds. Panics with `what` after twenty seconds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("not within twenty seconds: {what}"));
}

/// The name of the session cookie on this machine.
pub const SESSION_COOKIE: &str = "leptos-neon-session";

/// The name of the cookie with the chosen theme.
pub const THEME_COOKIE: &str = "leptos-neon-theme";
