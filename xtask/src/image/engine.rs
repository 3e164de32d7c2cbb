//! What the trial asks of a container engine.
//! It must not know what is tried.

use super::configuration::Configuration;
use super::dockerfile::Source;
use anyhow::Result;
use std::process::Command;

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
