//! The cluster's data folder: where it is, how it is made, and what a crash or a reboot left in it.

use super::account::Account;
use super::programs::Programs;
use super::{ClusterError, persisted};
use aws_lc_rs::digest::{SHA256, digest};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The folder that PostgreSQL keeps its data in.
pub struct DataFolder {
    path: PathBuf,
    /// Whether it is outside the project, in a folder that every account of the machine may write to.
    has_shared_parent: bool,
}

impl DataFolder {
    /// Returns the folder inside `cluster_folder`, or under `/var/tmp` and named after `cluster_folder` where the
    /// account cannot get there.
    pub async fn locate(cluster_folder: &Path, account: &Account) -> Self {
        if account.can_enter(cluster_folder).await {
            return Self { path: cluster_folder.join("data"), has_shared_parent: false };
        }
        let name = hex::encode(&digest(&SHA256, cluster_folder.as_os_str().as_bytes()).as_ref()[..8]);
        Self {
            path: Path::new("/var/tmp").join(format!("local-postgres-{name}")).join("data"),
            has_shared_parent: true,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Returns the version that wrote the data, if there is any.
    pub fn major(&self) -> Option<u32> {
        fs::read_to_string(self.path.join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Makes the data aside and then renames it: a run that is killed half-way leaves nothing that looks like data.
    pub async fn initialise(
        &self,
        programs: &Programs,
        account: &Account,
        superuser: &str,
        password: &str,
    ) -> Result<(), ClusterError> {
        self.ensure_own_parent()?;
        let new = self.path.with_extension("new");
        if new.exists() {
            fs::remove_dir_all(&new)?;
        }
        fs::DirBuilder::new().mode(0o700).create(&new).map_err(persisted::with_path(&new))?;
        account.hand_over(&new)?;
        let password_file = self.path.with_extension("password");
        fs::remove_file(&password_file).ok();
        fs::write(&password_file, "")
            .and_then(|()| account.hand_over(&password_file))
            .map_err(persisted::with_path(&password_file))?;
        fs::write(&password_file, password)?;

        let mut failure = String::new();
        // Neon's own databases sort as C.UTF-8; macOS does not know it.
        for locale in ["--locale=C.UTF-8", "--no-locale"] {
            let output = account
                .command(&programs.path("initdb"))
                .args(["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions", locale])
                .args(["--username", superuser])
                .arg("--pwfile")
                .arg(&password_file)
                .arg("--pgdata")
                .arg(&new)
                .output()
                .await?;
            if output.status.success() {
                fs::remove_file(&password_file)?;
                return Ok(fs::rename(&new, &self.path)?);
            }
            failure = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        }
        fs::remove_file(&password_file).ok();
        Err(ClusterError::Program { program: "initdb", message: failure })
    }

    /// Deletes data that is of no use: its password is gone with the deleted `.local`.
    pub async fn remove_orphan(&self, account: &Account) -> Result<(), ClusterError> {
        if self.path.exists() {
            self.stop(account).await?;
            self.discard()?;
        }
        Ok(())
    }

    /// Deletes the data, and the folder around it where that is outside the project.
    pub async fn remove(&self, account: &Account) -> Result<(), ClusterError> {
        self.remove_orphan(account).await?;
        if let Some(parent) = self.path.parent().filter(|parent| self.has_shared_parent && parent.exists()) {
            fs::remove_dir(parent).map_err(persisted::with_path(parent))?;
        }
        Ok(())
    }

    /// Deletes data on which no server runs.
    pub fn discard(&self) -> Result<(), ClusterError> {
        self.ensure_own_parent()?;
        Ok(fs::remove_dir_all(&self.path).map_err(persisted::with_path(&self.path))?)
    }

    /// Returns whether a server runs on this data. If none does, what it left behind is removed: after a reboot the
    /// process number in `postmaster.pid` may be another program's, and PostgreSQL would refuse to start.
    pub async fn is_running(&self) -> bool {
        let file = self.path.join("postmaster.pid");
        let Ok(content) = fs::read_to_string(&file) else { return false };
        let pid = content.lines().next().unwrap_or_default().trim();
        let is_running = command_line(pid).await.contains(&*self.path.to_string_lossy());
        if !is_running {
            fs::remove_file(&file).ok();
        }
        is_running
    }

    /// Stops the server of this data. Returns `false` when none was running.
    pub async fn stop(&self, account: &Account) -> Result<bool, ClusterError> {
        if !self.is_running().await {
            return Ok(false);
        }
        let programs = Programs::find(account, self.major()).await?;
        let output = account
            .command(&programs.path("pg_ctl"))
            .args(["stop", "--wait", "--mode=fast", "--pgdata"])
            .arg(&self.path)
            .output()
            .await?;
        if output.status.success() {
            return Ok(true);
        }
        Err(ClusterError::Program {
            program: "pg_ctl stop",
            message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// Makes the log, into which the server writes from its first word on. It is handed the open file.
    pub fn create_log(&self) -> Result<File, ClusterError> {
        let path = self.log();
        fs::remove_file(&path).ok();
        // Never through a link: the folder is the account's, and we may be root.
        let file = File::options().append(true).create_new(true).mode(0o600).open(&path);
        Ok(file.map_err(persisted::with_path(&path))?)
    }

    /// Returns the error of a server that did not start, with the reasons in its log.
    pub fn start_failure(&self) -> ClusterError {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let reasons: Vec<&str> = log.lines().filter(|line| line.contains("FATAL") || line.contains("HINT")).collect();
        let message = if reasons.is_empty() { log.trim().to_owned() } else { reasons.join("\n") };
        ClusterError::Start { message, log: self.log() }
    }

    /// Makes the folder around the data, or refuses one in a shared folder that is not ours. Only root ever needs one.
    fn ensure_own_parent(&self) -> Result<(), ClusterError> {
        let Some(parent) = self.path.parent().filter(|_| self.has_shared_parent) else { return Ok(()) };
        match fs::DirBuilder::new().mode(0o755).create(parent) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(persisted::with_path(parent)(error).into());
            }
            _ => {}
        }
        let found = fs::symlink_metadata(parent)?;
        if found.is_dir() && found.uid() == 0 {
            Ok(())
        } else {
            Err(ClusterError::ForeignData { folder: parent.to_owned() })
        }
    }
}

async fn command_line(pid: &str) -> String {
    if Path::new("/proc/self").exists() {
        let bytes = fs::read(Path::new("/proc").join(pid).join("cmdline")).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let output = Command::new("ps").args(["-o", "args=", "-p", pid]).stderr(Stdio::null()).output().await;
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
