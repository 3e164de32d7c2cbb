//! What the trial asks of a container engine, and which engine this machine has.
//! It must not know what is tried.

use super::buildah::Buildah;
use super::configuration::Configuration;
use super::docker::Docker;
use super::dockerfile::Source;
use crate::{install, machine};
use anyhow::Result;
use std::process::{Command, Stdio};

/// One image, and at most one container of it that serves.
pub trait Engine {
    /// Comes first; the rest is about what it has built.
    fn build(&mut self, source: &Source) -> Result<Configuration>;

    /// The image's own command as its own user, on a read-only file system, without capabilities. SIGTERM to this process
    /// reaches the container, and its exit code is the container's.
    fn serve(&self, variables: &[(&str, String)]) -> Command;

    /// Another program in the container that serves.
    fn beside(&self, variables: &[(&str, String)], program: &[&str]) -> Command;

    /// A shell script in a container of its own, as root.
    fn examine(&self, script: &str) -> Command;
}

/// Docker or Podman where they answer. They fetch the base images; Buildah makes them from Debian's packages.
pub fn find(source: &Source) -> Result<Box<dyn Engine>> {
    for program in ["docker", "podman"] {
        if answers(program) {
            println!("==> Container engine: {program}");
            return Ok(Box::new(Docker::new(program, source.tag)));
        }
    }
    println!("==> Container engine: Buildah, since neither Docker nor Podman answers");
    install::all(&[Box::new(machine::BUILDAH)])?;
    Ok(Box::new(Buildah::new(source.tag)?))
}

fn answers(program: &str) -> bool {
    let asked = Command::new(program).arg("info").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
