//! The interface of container engines for the smoke test.

use super::configuration::Configuration;
use super::dockerfile::Source;
use anyhow::Result;
use std::process::Command;

/// A container engine with one image, and at most one serving container of it.
pub trait Engine {
    /// Builds the image, which all other methods use.
    fn build(&mut self, source: &Source) -> Result<Configuration>;

    /// Runs the image's command as its user, on a read-only file system and without capabilities. SIGTERM to this
    /// process reaches the container, and its exit code is the container's.
    fn run(&self, variables: &[(&str, String)]) -> Command;

    /// Runs another program in the serving container.
    fn exec(&self, variables: &[(&str, String)], program: &[&str]) -> Command;

    /// Runs a shell script as root in a container of its own.
    fn run_as_root(&self, script: &str) -> Command;
}
