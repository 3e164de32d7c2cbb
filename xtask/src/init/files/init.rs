//! Says that `cargo xtask init` was run.

use anyhow::{Result, bail};
use clap::Args;
use std::path::Path;

#[derive(Args)]
#[command(hide = true)]
pub struct Options {
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    _ignored: Vec<String>,
}

pub fn run(_root: &Path, _options: Options) -> Result<()> {
    bail!(
        "this project has a name of its own already, and `init` is for fresh copies of the starter\n    Fix: take one, or \
         change the name by hand where `git grep` finds it"
    )
}
