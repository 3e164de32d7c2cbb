//! A PostgreSQL that a test may restart, apart from the one that tests share.

use super::TestCluster;
use super::cluster::folder;
use stand_ins::postgres::{Cluster, Purpose};
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::sleep;

impl TestCluster {
    /// Starts a cluster of its own that is durable, so that it keeps what was committed.
    pub async fn alone() -> Self {
        Self::in_folder(folder().with_file_name("test-postgres-alone"), Purpose::Development).await
    }

    /// Sends this signal to the postmaster, waits for its end, and starts it again. INT ends sessions, QUIT ends
    /// everything at once like a crash.
    pub async fn restart(&self, signal: &str) {
        let running = self.process().await;
        let sent = Command::new("kill").args([format!("-{signal}"), running.clone()]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "{signal} to {running}");
        while Path::new("/proc").join(&running).exists() {
            sleep(Duration::from_millis(10)).await;
        }
        Cluster::start(&self.folder, Purpose::Development).await.unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(self.process().await, running);
    }

    pub async fn stop(&self) {
        Cluster::stop(&self.folder).await.unwrap_or_else(|error| panic!("{error}"));
    }

    async fn process(&self) -> String {
        let id: String = sqlx::query_scalar("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
            .fetch_one(&mut self.superuser("postgres").await)
            .await
            .expect("its number");
        id
    }
}
