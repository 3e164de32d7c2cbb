//! `cargo xtask image`: builds the Dockerfile with a container engine and tries the image as strictly as a host may run it.
//! It must not publish an image.

mod base_images;
mod buildah;
mod configuration;
mod container;
mod contents;
mod docker;
mod dockerfile;
mod engine;
#[cfg(test)]
mod fake;
mod host;
#[cfg(test)]
mod layers;
mod trial;

use anyhow::Result;
use dockerfile::Source;
use std::path::Path;

/// With `release`, a folder that `cargo xtask release` has made, builds only the last stage: around that folder.
pub fn build_and_try(release: Option<&Path>) -> Result<()> {
    let source = match release {
        None => Source::whole()?,
        Some(folder) => Source::last_stage(folder)?,
    };
    let mut engine = engine::find(&source)?;
    let configuration = engine.build(&source)?;
    trial::run(&*engine, &configuration)
}
