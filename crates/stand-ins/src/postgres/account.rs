//! The operating-system account that PostgreSQL's programs run under: PostgreSQL refuses to run as root.

use super::ClusterError;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// `postgres` comes with Debian's package; `nobody` is everywhere.
const UNPRIVILEGED_ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The account that the programs run under.
pub enum Account {
    /// The account of this process.
    Own,
    /// Another one, since this process is root's.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// Chooses the account of this process, or an unprivileged one where this is root's.
    pub async fn choose() -> Result<Self, ClusterError> {
        if numeric_id(&["-u"]).await != Some(0) {
            return Ok(Self::Own);
        }
        for name in UNPRIVILEGED_ACCOUNTS {
            if let (Some(uid), Some(gid)) = (numeric_id(&["-u", name]).await, numeric_id(&["-g", name]).await) {
                return Ok(Self::Other { uid, gid });
            }
        }
        Err(ClusterError::NoAccount)
    }

    /// Returns a command without terminal, working directory or `PG…` variables of the caller.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).env("LC_MESSAGES", "C").env_remove("LC_ALL");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Self::Other { uid, gid } = self {
            // The standard library drops root's supplementary groups along with its uid.
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Hands a file or folder over to the account, readable by no other.
    pub fn hand_over(&self, path: &Path) -> io::Result<()> {
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(*uid), Some(*gid)),
        }
    }

    /// Returns whether the account gets through to this folder: not below a home that only root may enter.
    pub async fn can_enter(&self, folder: &Path) -> bool {
        match self {
            Self::Own => true,
            Self::Other { .. } => {
                succeeds(self.command(Path::new("/bin/sh")).args(["-c", "cd -- \"$0\""]).arg(folder)).await
            }
        }
    }

    /// Returns whether the account may run this program.
    pub async fn can_run(&self, program: &Path) -> bool {
        succeeds(self.command(program).arg("--version")).await
    }
}

async fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    status.is_ok_and(|status| status.success())
}

async fn numeric_id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().await.ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
