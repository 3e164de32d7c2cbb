//! Docker, or Podman, which has the same commands.

use super::configuration::Configuration;
use super::dockerfile::Source;
use super::engine::Engine;
use crate::command::Step;
use crate::folders::root;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::process::{self, Command, Stdio};

pub struct Docker {
    program: &'static str,
    tag: &'static str,
    container: String,
}

impl Docker {
    pub fn new(program: &'static str, tag: &'static str) -> Self {
        Self { program, tag, container: format!("{tag}-{}", process::id()) }
    }
}

impl Engine for Docker {
    fn build(&mut self, source: &Source) -> Result<Configuration> {
        let file = root().join("target/image.Dockerfile");
        fs::create_dir_all(root().join("target"))?;
        fs::write(&file, &source.dockerfile)?;
        Step::new(format!("Build the image {}", self.tag), self.program)
            .args(["build", "--tag", self.tag, "--file"])
            .args([&file, &source.context])
            // Podman's own format has no health checks.
            .env("BUILDAH_FORMAT", "docker")
            .run()?;
        let description = Step::new("", self.program).args(["image", "inspect", self.tag]).output()?;
        let description: Value =
            serde_json::from_str(&description).context("the engine describes the image in JSON")?;
        Configuration::parse(&description[0])
    }

    fn run(&self, variables: &[(&str, String)]) -> Command {
        let mut command = Command::new(self.program);
        command.args(["run", "--rm", "--name", &self.container, "--read-only", "--cap-drop", "ALL"]);
        command.args(["--security-opt", "no-new-privileges"]);
        if self.program == "podman" {
            // By default, Podman keeps `/tmp` and other folders writable.
            command.arg("--read-only-tmpfs=false");
        }
        for (name, value) in variables {
            command.arg("--env").arg(format!("{name}={value}"));
            if *name == "PORT" {
                command.arg("--publish").arg(format!("127.0.0.1:{value}:{value}"));
            }
        }
        command.arg(self.tag);
        command
    }

    fn exec(&self, _: &[(&str, String)], program: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(["exec", &self.container]).args(program);
        command
    }

    fn run_as_root(&self, script: &str) -> Command {
        let mut command = Command::new(self.program);
        command.args(["run", "--rm", "--user", "0", "--network", "none", self.tag, "sh", "-ec", script]);
        command
    }
}

impl Drop for Docker {
    /// Removes a container that a failure has left running.
    fn drop(&mut self) {
        let mut remove = Command::new(self.program);
        remove.args(["rm", "--force", &self.container]).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = remove.status();
    }
}

#[cfg(test)]
mod tests {
    use super::Docker;
    use crate::image::engine::Engine;
    use std::collections::BTreeSet;

    fn arguments(program: &'static str) -> BTreeSet<String> {
        let engine = Docker::new(program, "an-image");
        let command = engine.run(&[("PORT", "1234".to_owned())]);
        command.get_args().map(|argument| argument.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn containers_are_read_only() {
        let (docker, podman) = (arguments("docker"), arguments("podman"));
        for strict in ["--read-only", "--cap-drop", "no-new-privileges", "127.0.0.1:1234:1234", "PORT=1234"] {
            assert!(docker.contains(strict) && podman.contains(strict), "{strict}: {docker:?}");
        }
        assert_eq!(podman.difference(&docker).collect::<Vec<_>>(), ["--read-only-tmpfs=false"]);
    }
}
