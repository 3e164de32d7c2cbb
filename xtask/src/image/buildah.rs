//! Buildah, which builds as root without a daemon. Its images are run in a mount namespace.

use super::base_images;
use super::configuration::Configuration;
use super::dockerfile::Source;
use super::engine::Engine;
use super::host::Host;
use super::storage::Storage;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The script that makes the files of the image read-only and runs the program in there.
const ENTER: &str = r#"
root=$1; shift
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"#;

pub struct Buildah {
    storage: Storage,
    tag: &'static str,
    /// The root of the image's files. Empty until it is built, as is `image`.
    files: PathBuf,
    image: Configuration,
}

impl Buildah {
    pub fn new(tag: &'static str) -> Result<Self> {
        Ok(Self { storage: Storage::new()?, tag, files: PathBuf::new(), image: Configuration::default() })
    }

    fn inspect(&self) -> Result<Configuration> {
        let description = self.storage.step("").args(["inspect", "--type", "image", self.tag]).output()?;
        let description: Value = serde_json::from_str(&description).context("Buildah describes an image in JSON")?;
        Configuration::parse(&description["Docker"])
    }

    fn enter(&self, variables: &[(&str, String)]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-ec", ENTER, "sh"]).arg(&self.files);
        command.env_clear().envs(self.image.variables.iter().filter_map(|variable| variable.split_once('=')));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Enters as the image's user, without any capability and without a way to get one.
    fn command_as_user(&self, variables: &[(&str, String)]) -> Command {
        let mut command = self.enter(variables);
        command.arg("setpriv").args(["reuid", "regid"].map(|id| format!("--{id}={}", self.image.user)));
        command.args(["--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]);
        command
    }
}

impl Engine for Buildah {
    fn build(&mut self, source: &Source) -> Result<Configuration> {
        let host = Host::new(&self.storage.folder("host")?, source.suite()?)?;
        base_images::make(&self.storage, source, &host)?;
        self.storage.build_image(self.tag, &source.dockerfile, &source.context, &host)?;
        let container = self.storage.step("").args(["from", "--pull-never", self.tag]).output()?;
        self.files = self.storage.step("").args(["mount", container.trim()]).output()?.trim().into();
        self.image = self.inspect()?;
        Ok(self.image.clone())
    }

    fn run(&self, variables: &[(&str, String)]) -> Command {
        let mut command = self.command_as_user(variables);
        command.args(&self.image.command);
        command
    }

    fn exec(&self, variables: &[(&str, String)], program: &[&str]) -> Command {
        let mut command = self.command_as_user(variables);
        command.args(program);
        command
    }

    fn run_as_root(&self, script: &str) -> Command {
        let mut command = self.enter(&[]);
        command.args(["sh", "-ec", script]);
        command
    }
}
