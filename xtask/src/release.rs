//! Makes the folder of a deployment: the server without stand-ins, and the files for browsers.
//! It must not contain anything for development only.

use crate::command::Step;
use crate::folders::root;
use crate::machine_report::rust;
use crate::progress::Progress;
use crate::{install, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The number of steps.
pub const STEPS: usize = 2;

/// The processor time of compiling both halves for development, in seconds.
pub const ALL_FOR_DEVELOPMENT: u64 = 1200;

/// The processor time of compiling each half for production, in seconds.
pub const BROWSERS_HALF: u64 = 400;
const SERVERS_HALF: u64 = 1600;

pub const ALL_FOR_PRODUCTION: u64 = BROWSERS_HALF + SERVERS_HALF;

/// The features of the server that every release has: the generations of Neon Auth that the app speaks to.
pub const GENERATIONS: &str = "managed,stack";

/// Builds a release. `profile` is a profile of cargo, `features` are features of the server. The browser's half is
/// always built for production.
pub fn build(profile: &str, features: &str) -> Result<()> {
    install::all(&tools::for_building())?;
    assemble(profile, features, &Progress::new("Build", STEPS)).map(drop)
}

/// Makes the folder and returns its path.
pub fn assemble(profile: &str, features: &str, progress: &Progress) -> Result<PathBuf> {
    let folder = folder(profile);
    if folder.is_dir() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    progress.step("the browser's half, hashed and compressed", BROWSERS_HALF, |log| {
        Step::new("", "cargo")
            .args(["leptos", "build", "--release", "--precompress", "--frontend-only"])
            .env("LEPTOS_SITE_ROOT", folder.join("site"))
            .env("LEPTOS_HASH_FILE_NAME", folder.join("hash.txt"))
            .logged(log)
    })?;
    remove_typescript_declarations(&folder.join("site"))?;
    server("the server without the local stand-ins", profile, features, progress)?;
    let built = root().join("target").join(output(profile)).join("server");
    fs::copy(&built, folder.join("server")).with_context(|| format!("{} was not built", built.display()))?;
    // Other tasks expect a server with the stand-ins there.
    fs::remove_file(&built)?;
    describe(&folder)?;
    Ok(folder)
}

/// Deletes wasm-bindgen's TypeScript declarations and their compressed copies, which no browser loads.
fn remove_typescript_declarations(folder: &Path) -> Result<()> {
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if is_typescript_declaration(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).with_context(|| format!("{} cannot be deleted", entry.path().display()))?;
        }
    }
    Ok(())
}

fn is_typescript_declaration(name: &str) -> bool {
    let name = [".br", ".gz"].iter().find_map(|compressed| name.strip_suffix(compressed)).unwrap_or(name);
    name.ends_with(".d.ts")
}

/// Compiles the dependencies of both halves only, for a layer of a container image. The workspace's own crates may be
/// empty.
pub fn dependencies(profile: &str, features: &str) -> Result<()> {
    let progress = Progress::new("Build", STEPS);
    server("what the server depends on", profile, features, &progress)?;
    progress.step("what the browser's half depends on", BROWSERS_HALF, |log| {
        // With the same settings as cargo-leptos.
        Step::new("", "cargo")
            .args(["build", "--package", "frontend", "--lib", "--profile", "wasm-release"])
            .args(["--target", rust::WASM, "--target-dir", "target/front"])
            .logged(log)
    })
}

fn server(what: &str, profile: &str, features: &str, progress: &Progress) -> Result<()> {
    let seconds = if profile == "dev" { ALL_FOR_DEVELOPMENT } else { SERVERS_HALF };
    progress.step(&format!("{what} (profile {profile})"), seconds, |log| {
        Step::new("", "cargo")
            .args(["build", "--package", "server", "--bin", "server", "--no-default-features", "--profile", profile])
            .args(["--features", &format!("{GENERATIONS},{features}")])
            .logged(log)
    })
}

/// Returns the folder of a release. Each profile has its own, so that a test build is not taken for a release.
fn folder(profile: &str) -> PathBuf {
    root().join("target/deploy").join(profile)
}

/// Returns the folder in `target/` for a profile.
fn output(profile: &str) -> &str {
    if profile == "dev" { "debug" } else { profile }
}

fn describe(folder: &Path) -> Result<()> {
    println!("\n    {} is complete: copy it anywhere and run ./server in it, or from elsewhere.", folder.display());
    if let Some(minor) = newest_glibc(&fs::read(folder.join("server"))?) {
        println!("    It runs on Linux ({}) with glibc 2.{minor} or newer.", std::env::consts::ARCH);
    }
    println!("    `./server migrate` brings the database to its schema; docs/deploy.md goes on from here.");
    Ok(())
}

/// Returns the newest minor version of glibc that the program needs, such as 34 for `GLIBC_2.34`.
fn newest_glibc(program: &[u8]) -> Option<u32> {
    let marker = b"GLIBC_2.";
    let after = program.windows(marker.len()).enumerate().filter(|(_, bytes)| bytes == marker);
    after
        .filter_map(|(at, _)| {
            let digits = program[at + marker.len()..].iter().take_while(|byte| byte.is_ascii_digit());
            String::from_utf8(digits.copied().collect()).ok()?.parse().ok()
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::{newest_glibc, remove_typescript_declarations};
    use std::fs;

    #[test]
    fn only_typescript_declarations_are_removed() {
        let scratch = tempfile::tempdir().unwrap();
        let package = scratch.path().join("site/pkg");
        fs::create_dir_all(&package).unwrap();
        let shipped = ["app.js", "app.js.br", "app.js.gz", "app.wasm", "app.css", "app.d.tsx", "words.ts.txt"];
        for name in shipped.into_iter().chain(["app.d.ts", "app.d.ts.br", "app.d.ts.gz", "app_bg.wasm.d.ts"]) {
            fs::write(package.join(name), name).unwrap();
        }
        remove_typescript_declarations(&scratch.path().join("site")).unwrap();
        let names = fs::read_dir(&package).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        let mut shipped = shipped;
        shipped.sort_unstable();
        assert_eq!(names, shipped);
    }

    #[test]
    fn newest_glibc_version_is_found() {
        assert_eq!(newest_glibc(b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.4.1\0GLIBC_PRIVATE\0"), Some(34));
        assert_eq!(newest_glibc(b"static"), None);
    }
}
