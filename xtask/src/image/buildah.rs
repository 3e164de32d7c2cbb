//! Buildah: builds as root without a daemon. What it has built is run in a mount namespace of its own.
//! It must not touch the images of the machine, nor keep its own: their base images are not those of a registry.

use super::base_images;
use super::configuration::Configuration;
use super::dockerfile::Source;
use super::engine::Engine;
use super::host::Host;
use crate::command::Step;
use crate::folders::root;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the files of the image read-only, and becomes the program in there.
const ENTER: &str = r#"
root=$1; shift
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"#;

pub struct Buildah {
    folder: PathBuf,
    tag: &'static str,
    /// The rest is known once the image is built.
    files: PathBuf,
    image: Configuration,
}

impl Buildah {
    pub fn new(tag: &'static str) -> Result<Self> {
        let folder = root().join("target/image");
        remove(&folder)?;
        Ok(Self { folder, tag, files: PathBuf::new(), image: Configuration::default() })
    }

    /// `vfs` is the one way of storing images that works on every file system.
    fn step(&self, what: impl Into<String>) -> Step {
        let storage = [self.folder.join("images"), self.folder.join("run")];
        Step::new(what, "buildah")
            .args(["--storage-driver", "vfs", "--root"])
            .args([&storage[0]])
            .args(["--runroot"])
            .args([&storage[1]])
    }

    /// Builds an image and nothing in between, since `vfs` would copy all files for each instruction.
    pub fn build_image(&self, tag: &str, dockerfile: &str, context: &Path, host: &Host) -> Result<()> {
        let file = self.folder.join("Dockerfile");
        fs::write(&file, dockerfile).with_context(|| format!("{} cannot be written", file.display()))?;
        let step = self.step(format!("Build the image {tag}"));
        let step = step.args(["bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", tag]);
        host.reachable_from(step).args(["--file"]).args([&file, context]).run()
    }

    /// A folder to build an image from.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(folder)
    }

    fn inspect(&self) -> Result<Configuration> {
        let said = self.step("").args(["inspect", "--type", "image", self.tag]).output()?;
        let said: Value = serde_json::from_str(&said).context("Buildah describes an image in JSON")?;
        Configuration::parse(&said["Docker"])
    }

    fn enter(&self, variables: &[(&str, String)]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-ec", ENTER, "sh"]).arg(&self.files);
        command.env_clear().envs(self.image.variables.iter().filter_map(|variable| variable.split_once('=')));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Without any capability, and without a way to get one.
    fn enter_as_user(&self, variables: &[(&str, String)]) -> Command {
        let mut command = self.enter(variables);
        command.arg("setpriv").args(["reuid", "regid"].map(|id| format!("--{id}={}", self.image.user)));
        command.args(["--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]);
        command
    }
}

impl Engine for Buildah {
    fn build(&mut self, source: &Source) -> Result<Configuration> {
        let host = Host::new(&self.folder("host")?, source.suite()?)?;
        base_images::make(self, source, &host)?;
        self.build_image(self.tag, &source.dockerfile, &source.context, &host)?;
        let container = self.step("").args(["from", "--pull-never", self.tag]).output()?;
        self.files = self.step("").args(["mount", container.trim()]).output()?.trim().into();
        self.image = self.inspect()?;
        Ok(self.image.clone())
    }

    fn serve(&self, variables: &[(&str, String)]) -> Command {
        let mut command = self.enter_as_user(variables);
        command.args(&self.image.command);
        command
    }

    fn beside(&self, variables: &[(&str, String)], program: &[&str]) -> Command {
        let mut command = self.enter_as_user(variables);
        command.args(program);
        command
    }

    fn examine(&self, script: &str) -> Command {
        let mut command = self.enter(&[]);
        command.args(["sh", "-ec", script]);
        command
    }
}

impl Drop for Buildah {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.folder) {
            eprintln!("{error:#}");
        }
    }
}

/// Removes what Buildah has stored, unless something is still mounted there: that would be emptied as well.
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

/// `mounts` is what Linux prints, with spaces as numbers.
fn mounted_below<'a>(folder: &Path, mounts: &'a str) -> Option<&'a str> {
    let folder = folder.display().to_string().replace('\\', r"\134").replace(' ', r"\040");
    let mut places = mounts.lines().filter_map(|line| line.split(' ').nth(1));
    places.find(|place| Path::new(place).starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::{mounted_below, remove};
    use crate::scratch::Scratch;
    use std::fs;
    use std::path::Path;

    #[test]
    fn mounts_are_found_whatever_the_project_is_called() {
        let mounts = "proc /proc proc rw 0 0\ndevtmpfs /a\\040b/target/image/images/dev devtmpfs rw 0 0\n";
        let found = mounted_below(Path::new("/a b/target/image"), mounts);
        assert_eq!(found, Some(r"/a\040b/target/image/images/dev"));
        for other in ["/a b/target/images", "/a/target/image", "/target/image"] {
            assert_eq!(mounted_below(Path::new(other), mounts), None, "{other}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_was_stored_is_removed() {
        let scratch = Scratch::new("buildah");
        let stored = scratch.0.join("image");
        fs::create_dir_all(stored.join("images/vfs")).unwrap();
        remove(&stored).unwrap();
        assert!(!stored.exists());
        remove(&stored).unwrap();
    }
}
