//! The check for disk space, where the project is built and where the tools are installed. It only warns, since nothing
//! tells how much of it is built already.

use super::Purpose;
use crate::folders::{cache, root};
use environment::{Check, Lookup};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const NAME: &str = "disk";

const GIB: u64 = 1 << 30;

/// The space for installing the tools, including their compilation.
const TOOLS: u64 = 2 * GIB;

/// The space for building after an edit.
const REBUILD: u64 = GIB;

/// The space that is needed on one disk.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    folder: PathBuf,
    device: u64,
    free: u64,
    bytes: u64,
}

pub fn check(environment: Lookup<'_>, purpose: Purpose) -> Check {
    let build = build_folder(environment);
    let bytes = if build.join(profile(purpose)).is_dir() { REBUILD } else { first_build(purpose) };
    let tools = if cache().is_dir() { 0 } else { TOOLS };
    let needs = need(&build, bytes).and_then(|build| Ok(vec![build, need(&cache(), tools)?]));
    needs.map_or_else(|error| Check::ok(NAME, format!("unknown ({error})")), |needs| judge(sum_by_device(needs)))
}

/// Returns the folder that cargo compiles into.
fn build_folder(environment: Lookup<'_>) -> PathBuf {
    let variables = ["CARGO_BUILD_BUILD_DIR", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
    let named = variables.into_iter().find_map(|name| environment(name).filter(|folder| !folder.is_empty()));
    root().join(named.unwrap_or_else(|| "target".into()))
}

/// Returns the folder whose presence tells that this was built before.
fn profile(purpose: Purpose) -> &'static str {
    if purpose == Purpose::Release { "release/deps" } else { "debug/deps" }
}

/// Returns the measured space of a first build, with a margin.
fn first_build(purpose: Purpose) -> u64 {
    match purpose {
        Purpose::Test => 12 * GIB,
        Purpose::Build | Purpose::Setup | Purpose::Release | Purpose::Run | Purpose::Report => 6 * GIB,
    }
}

/// Returns the need at `folder`, which need not exist yet.
fn need(folder: &Path, bytes: u64) -> io::Result<Need> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let disk = rustix::fs::statvfs(there)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    Ok(Need { folder: folder.to_owned(), device: there.metadata()?.dev(), free, bytes })
}

/// Adds up the needs on each disk, under the name of the first folder.
fn sum_by_device(needs: Vec<Need>) -> Vec<Need> {
    let mut disks: Vec<Need> = Vec::new();
    for need in needs {
        match disks.iter_mut().find(|disk| disk.device == need.device) {
            Some(disk) => disk.bytes += need.bytes,
            None => disks.push(need),
        }
    }
    disks
}

fn judge(disks: Vec<Need>) -> Check {
    let gib = |bytes: u64| bytes as f64 / GIB as f64;
    let lines = disks.iter().map(|disk| format!("{:.1} GiB free for {}", gib(disk.free), disk.folder.display()));
    let seen = lines.collect::<Vec<_>>().join(", ");
    let Some(full) = disks.iter().find(|disk| disk.free < disk.bytes) else { return Check::ok(NAME, seen) };
    let fix = format!("make room for about {:.0} GiB in {}", gib(full.bytes), full.folder.display());
    Check::warning(NAME, seen, fix)
}

#[cfg(test)]
mod tests {
    use super::{GIB, Need, Purpose, build_folder, check, judge, need, root, sum_by_device};
    use environment::CheckOutcome;

    fn disk(device: u64, free: u64, bytes: u64) -> Need {
        Need { folder: format!("/disk{device}").into(), device, free: free * GIB, bytes: bytes * GIB }
    }

    #[test]
    fn full_disk_is_a_warning_with_the_space_it_needs() {
        assert_eq!(judge(vec![disk(1, 6, 6), disk(2, 0, 0)]).outcome, CheckOutcome::Ok);
        let check = judge(vec![disk(1, 9, 6), disk(2, 1, 2)]);
        assert_eq!(
            (check.outcome, check.fix.as_deref()),
            (CheckOutcome::Warning, Some("make room for about 2 GiB in /disk2"))
        );
        assert_eq!(check.seen, "9.0 GiB free for /disk1, 1.0 GiB free for /disk2");
    }

    #[test]
    fn needs_on_one_disk_are_added_up() {
        assert_eq!(sum_by_device(vec![disk(1, 7, 6), disk(1, 7, 2)]), [disk(1, 7, 8)]);
        assert_eq!(sum_by_device(vec![disk(1, 7, 6), disk(2, 7, 2)]), [disk(1, 7, 6), disk(2, 7, 2)]);
    }

    #[test]
    fn missing_folder_is_on_the_disk_of_its_parent() {
        let scratch = tempfile::tempdir().unwrap();
        let (here, inside) = (need(scratch.path(), 1).unwrap(), need(&scratch.path().join("a/b"), 1).unwrap());
        assert_eq!(here.device, inside.device);
        assert!(inside.free > 0 && inside.folder.ends_with("a/b"));
    }

    #[test]
    fn build_folder_follows_the_variables_of_cargo() {
        let one =
            |wanted: &'static str, value: &'static str| build_folder(&|name| (name == wanted).then(|| value.into()));
        assert_eq!(one("CARGO_TARGET_DIR", "/big/disk"), std::path::Path::new("/big/disk"));
        for usual in [one("CARGO_TARGET_DIR", ""), one("HOME", "/big"), one("CARGO_BUILD_BUILD_DIR", "target")] {
            assert_eq!(usual, root().join("target"));
        }
        assert_ne!(check(&|_| None, Purpose::Build).outcome, CheckOutcome::Failure);
    }
}
