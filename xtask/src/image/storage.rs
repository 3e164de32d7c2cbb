//! Buildah's storage, apart from the machine's own images and removed after the smoke test: its base images are not the
//! real ones.

use super::host::Host;
use crate::command::Step;
use crate::folders::root;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub struct Storage {
    folder: PathBuf,
}

impl Storage {
    /// Makes an empty storage, without what an interrupted run has left.
    pub fn new() -> Result<Self> {
        let folder = root().join("target/image");
        remove(&folder)?;
        Ok(Self { folder })
    }

    /// Runs Buildah with this storage. `vfs` is the one storage driver that works on every file system.
    pub fn step(&self, what: impl Into<String>) -> Step {
        let (images, run) = (self.folder.join("images"), self.folder.join("run"));
        Step::new(what, "buildah").args(["--storage-driver", "vfs", "--root"]).arg(images).arg("--runroot").arg(run)
    }

    /// Builds an image without layers, since `vfs` would copy all files for each instruction.
    pub fn build_image(&self, tag: &str, dockerfile: &str, context: &Path, host: &Host) -> Result<()> {
        let file = self.folder.join("Dockerfile");
        fs::write(&file, dockerfile).with_context(|| format!("{} cannot be written", file.display()))?;
        let step = self.step(format!("Build the image {tag}"));
        let step = step.args(["bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", tag]);
        host.with_host_settings(step).arg("--file").args([&file, context]).run()
    }

    /// Makes a folder to build an image from.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.folder) {
            eprintln!("{error:#}");
        }
    }
}

/// Removes the storage, unless something is still mounted in it, which would be emptied, too.
fn remove(folder: &Path) -> Result<()> {
    let mounts = fs::read_to_string("/proc/self/mounts").context("the mounts of this machine cannot be read")?;
    if let Some(place) = mounted_below(folder, &mounts) {
        bail!("{} is in use\n    Fix: `umount {place}`, then run this again", folder.display());
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(|| format!("{} cannot be removed", folder.display())),
    }
}

/// Returns a mount point below `folder`. `mounts` has the format of `/proc/mounts`, where spaces are escaped as `\040`.
fn mounted_below<'a>(folder: &Path, mounts: &'a str) -> Option<&'a str> {
    let folder = folder.display().to_string().replace('\\', r"\134").replace(' ', r"\040");
    let mut places = mounts.lines().filter_map(|line| line.split(' ').nth(1));
    places.find(|place| Path::new(place).starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::{mounted_below, remove};
    use std::fs;
    use std::path::Path;

    #[test]
    fn mounts_below_the_folder_are_found() {
        let mounts = "proc /proc proc rw 0 0\ndevtmpfs /a\\040b/target/image/images/dev devtmpfs rw 0 0\n";
        let found = mounted_below(Path::new("/a b/target/image"), mounts);
        assert_eq!(found, Some(r"/a\040b/target/image/images/dev"));
        for other in ["/a b/target/images", "/a/target/image", "/target/image"] {
            assert_eq!(mounted_below(Path::new(other), mounts), None, "{other}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn storage_is_removed() {
        let scratch = tempfile::tempdir().unwrap();
        let stored = scratch.path().join("image");
        fs::create_dir_all(stored.join("images/vfs")).unwrap();
        remove(&stored).unwrap();
        assert!(!stored.exists());
        remove(&stored).unwrap();
    }
}
