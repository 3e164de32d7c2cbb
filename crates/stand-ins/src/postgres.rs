//! A PostgreSQL cluster of this project's own, on loopback, which outlives the server that started it.

mod account;
mod data;
mod error;
mod programs;

use super::{persisted, port};
use account::Account;
use data::DataFolder;
pub use error::ClusterError;
use programs::Programs;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection};
use std::path::Path;
use std::time::Duration;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

const SUPERUSER: &str = "postgres";
const START_ATTEMPTS: usize = 3;
const START_TIMEOUT: Duration = Duration::from_secs(60);
const RECOVERY_POLL_ATTEMPTS: usize = 100;
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The use that is made of a cluster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Development: data is kept.
    Development,
    /// Tests: data may be lost in a power cut, and the cluster is faster for it.
    Tests,
}

/// A PostgreSQL cluster, stored beside its data so that every start uses the same port and password.
#[derive(Serialize, Deserialize)]
pub struct Cluster {
    port: u16,
    superuser_password: String,
}

/// The file in the folder of a cluster that a start holds the lock of.
const LOCK_FILE: &str = "lock";

/// The file in the folder of a cluster that holds a [`Cluster`].
const ACCESS_FILE: &str = "access.json";

impl Cluster {
    /// Finds the cluster of this folder running, or starts it, or makes it. Any number of processes may ask at once.
    pub async fn start(folder: &Path, purpose: Purpose) -> Result<Self, ClusterError> {
        std::fs::create_dir_all(folder).map_err(persisted::with_path(folder))?;
        let folder = folder.canonicalize().map_err(persisted::with_path(folder))?;
        let _lock = persisted::lock(&folder.join(LOCK_FILE)).await?;
        let account = Account::choose().await?;
        let data = DataFolder::locate(&folder, &account).await;

        let access_file = folder.join(ACCESS_FILE);
        let mut cluster = match persisted::read::<Self>(&access_file)? {
            Some(cluster) => cluster,
            None => {
                data.remove_orphan(&account).await?;
                let cluster = Self { port: port::choose_free()?, superuser_password: persisted::random_secret() };
                persisted::write(&access_file, &cluster)?;
                cluster
            }
        };
        if cluster.is_serving(&data).await {
            return Ok(cluster);
        }
        let programs = match Programs::find(&account, data.major()).await {
            // Tests make all that they need: it is no loss.
            Err(ClusterError::VersionGone { .. }) if purpose == Purpose::Tests => {
                data.discard()?;
                Programs::find(&account, None).await?
            }
            found => found?,
        };
        if data.major().is_none() {
            tracing::info!(version = programs.major, data = %data.path().display(), "creating a PostgreSQL cluster");
            data.initialise(&programs, &account, SUPERUSER, &cluster.superuser_password).await?;
        }
        if cluster.wait_for_recovery(&data).await {
            return Ok(cluster);
        }
        data.stop(&account).await?;
        cluster.launch(&access_file, &data, &programs, &account, purpose).await?;
        Ok(cluster)
    }

    /// Checks that a start would find the programs that it needs. Makes and starts nothing.
    pub async fn check_prerequisites(folder: &Path) -> Result<(), ClusterError> {
        let account = Account::choose().await?;
        let cluster_folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let data = DataFolder::locate(&cluster_folder, &account).await;
        Programs::find(&account, data.major()).await.map(drop)
    }

    /// Returns the cluster of this folder as it would be reached, whether it runs or not. `None` when there is none.
    pub fn load(folder: &Path) -> Option<Self> {
        persisted::read(&folder.join(ACCESS_FILE)).ok()?
    }

    /// Stops the cluster of this folder. Returns `false` when it was not running.
    pub async fn stop(folder: &Path) -> Result<bool, ClusterError> {
        let Ok(folder) = folder.canonicalize() else { return Ok(false) };
        if !folder.join(ACCESS_FILE).is_file() {
            return Ok(false);
        }
        let _lock = persisted::lock(&folder.join(LOCK_FILE)).await?;
        let account = Account::choose().await?;
        DataFolder::locate(&folder, &account).await.stop(&account).await
    }

    /// Deletes the cluster of this folder with all its data.
    pub async fn remove(folder: &Path) -> Result<(), ClusterError> {
        Self::stop(folder).await?;
        let Ok(folder) = folder.canonicalize() else { return Ok(()) };
        let account = Account::choose().await?;
        DataFolder::locate(&folder, &account).await.remove(&account).await?;
        Ok(std::fs::remove_dir_all(&folder).map_err(persisted::with_path(&folder))?)
    }

    /// Returns the URL of a database for this login. It says `sslmode` as well: a client would take what is missing
    /// from its environment, and this server has no certificate.
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        let mut url = url::Url::parse("postgres://127.0.0.1?sslmode=disable").expect("a constant URL");
        url.set_port(Some(self.port)).expect("the URL has a host");
        url.set_username(role).expect("the URL has a host");
        url.set_password(Some(password)).expect("the URL has a host");
        url.set_path(database);
        url.into()
    }

    /// Returns the URL of a database for the superuser.
    pub fn superuser_url(&self, database: &str) -> String {
        self.url(SUPERUSER, &self.superuser_password, database)
    }

    /// Starts the server, on another port where its own is taken.
    async fn launch(
        &mut self,
        access_file: &Path,
        data: &DataFolder,
        programs: &Programs,
        account: &Account,
        purpose: Purpose,
    ) -> Result<(), ClusterError> {
        for attempt in 1..=START_ATTEMPTS {
            if !port::is_free(self.port) {
                let taken = self.port;
                self.port = port::choose_free()?;
                tracing::warn!(taken, new = self.port, "another program listens on the port of the local PostgreSQL");
                persisted::write(access_file, self)?;
            }
            let mut server = self.spawn(data, programs, account, purpose)?;
            if self.wait_until_ready(&mut server, data).await? {
                // It ends when it is stopped; unless it is waited for, it would stay in the table of processes.
                tokio::spawn(async move { server.wait().await });
                return Ok(());
            }
            // Another program may have taken the port between the look and the start.
            if attempt == START_ATTEMPTS || port::is_free(self.port) {
                return Err(data.start_failure());
            }
        }
        Err(data.start_failure())
    }

    /// Starts the program of the server. `pg_ctl start` would hand the folder to a shell, which runs what it finds
    /// between backticks in a path.
    fn spawn(
        &self,
        data: &DataFolder,
        programs: &Programs,
        account: &Account,
        purpose: Purpose,
    ) -> Result<Child, ClusterError> {
        let log = data.create_log()?;
        let mut command = account.command(&programs.path("postgres"));
        command.arg("-D").arg(data.path()).args(["-p", &self.port.to_string()]);
        command.args(self.settings(purpose).flat_map(|setting| ["-c", setting]));
        // In a process group of its own: Ctrl-C in the terminal of the server is not meant for it.
        command.process_group(0).stdout(log.try_clone()?).stderr(log);
        Ok(command.spawn()?)
    }

    fn settings(&self, purpose: Purpose) -> impl Iterator<Item = &'static str> {
        const ALL: [&str; 5] = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "password_encryption=scram-sha-256",
            "log_min_messages=warning",
        ];
        const TESTS: [&str; 5] = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "autovacuum=off",
            "authentication_timeout=10s",
        ];
        ALL.into_iter().chain(TESTS.into_iter().filter(move |_| purpose == Purpose::Tests))
    }

    /// Waits until the server answers, and returns `false` when it ends before. A server that takes longer is left
    /// alone: it may have much to recover, and the next start waits for it again.
    async fn wait_until_ready(&self, server: &mut Child, data: &DataFolder) -> Result<bool, ClusterError> {
        let ready = async {
            while server.try_wait()?.is_none() {
                if self.is_serving(data).await {
                    return Ok(true);
                }
                sleep(POLL_INTERVAL).await;
            }
            Ok::<_, ClusterError>(false)
        };
        timeout(START_TIMEOUT, ready).await.unwrap_or_else(|_| Err(data.start_failure()))
    }

    /// Waits for a server that is running but does not answer yet: it recovers from a crash, or is just stopping.
    async fn wait_for_recovery(&self, data: &DataFolder) -> bool {
        for _ in 0..RECOVERY_POLL_ATTEMPTS {
            if !data.is_running().await {
                return false;
            }
            if self.is_serving(data).await {
                return true;
            }
            sleep(POLL_INTERVAL).await;
        }
        false
    }

    /// Returns whether it is our server, with our data, that accepts our password on our port.
    async fn is_serving(&self, data: &DataFolder) -> bool {
        let query = async {
            let mut connection = PgConnection::connect(&self.superuser_url("postgres")).await?;
            let folder: String = sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(folder)
        };
        match timeout(Duration::from_secs(5), query).await {
            Ok(Ok(folder)) => Path::new(&folder) == data.path(),
            _ => false,
        }
    }
}
