//! What takes one generation of Neon Auth out of the project. `crates/` keeps the names of its features, so that a later
//! version of the starter, which has both, can be built with the one that is left.

mod choice;
mod managed;
mod stack;

use super::dependencies;
use super::features::{self, Features};
use super::npm;
use super::project::{Edit, Project};
use crate::generation::Generation;
use anyhow::Result;
use choice::CHOICE;
use managed::MANAGED;
use stack::STACK;

/// What is left to do where no condition in a source says it.
pub struct Removal {
    paths: &'static [&'static str],
    edits: &'static [(&'static str, Edit)],
}

/// Parts of the queries that only the Managed generation has.
const MANAGED_QUERIES: [&str; 3] =
    ["neon_auth_project(", "delete_neon_auth_user(", "select not exists (select from profiles where id"];

/// Takes out the generation that is not `kept`.
pub fn keep(kept: Generation, project: &mut Project) -> Result<()> {
    let (gone, removal) = match kept {
        Generation::Managed => (Generation::Stack, &STACK),
        Generation::Stack => (Generation::Managed, &MANAGED),
    };
    for Removal { paths, edits } in [&CHOICE, removal] {
        paths.iter().try_for_each(|path| project.remove(path))?;
        edits.iter().try_for_each(|(file, edit)| project.edit(file, edit))?;
    }
    if gone == Generation::Managed {
        npm::remove(project, &["better-auth", "better-auth-1.7", "pg"])?;
        MANAGED_QUERIES.iter().try_for_each(|part| project.remove_queries(part))?;
    }
    features::resolve(Features { kept: kept.name(), gone: gone.name() }, project)?;
    dependencies::empty_feature(project, gone.name())
}
