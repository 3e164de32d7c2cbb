//! `cargo xtask image`: builds the Dockerfile with a container engine, and tries the image under the restrictions of
//! strict hosts.

mod base_images;
mod buildah;
mod configuration;
mod container;
mod contents;
mod docker;
mod dockerfile;
mod engine;
#[cfg(test)]
mod fake_engine;
mod host;
#[cfg(test)]
mod layers;
mod smoke_test;
mod storage;

use crate::{install, machine};
use anyhow::Result;
use buildah::Buildah;
use docker::Docker;
use dockerfile::Source;
use engine::Engine;
use std::path::Path;
use std::process::Command;

/// Builds the image and tries it. With `release`, a folder made by `cargo xtask release`, builds only the last stage
/// around it.
pub fn build_and_try(release: Option<&Path>) -> Result<()> {
    let source = match release {
        None => Source::whole()?,
        Some(folder) => Source::last_stage(folder)?,
    };
    let mut engine = find_engine(&source)?;
    let configuration = engine.build(&source)?;
    smoke_test::run(&*engine, &configuration)
}

/// Returns Docker or Podman if they respond, which download base images, else Buildah, for which they are made from
/// Debian's packages.
fn find_engine(source: &Source) -> Result<Box<dyn Engine>> {
    for program in ["docker", "podman"] {
        if answers(program) {
            println!("==> Container engine: {program}");
            return Ok(Box::new(Docker::new(program, source.tag)));
        }
    }
    println!("==> Container engine: Buildah, since neither Docker nor Podman answers");
    install::all(&[machine::buildah()])?;
    Ok(Box::new(Buildah::new(source.tag)?))
}

fn answers(program: &str) -> bool {
    Command::new(program).arg("info").output().is_ok_and(|output| output.status.success())
}
