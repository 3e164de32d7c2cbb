//! Which generation of Neon Auth local mode runs.

use crate::command::Step;
use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

/// The variable by which the server learns it. The server remembers it.
const VARIABLE: &str = "LOCAL_NEON_AUTH_GENERATION";

#[derive(Args)]
pub struct Choice {
    /// Which Neon Auth local mode runs, now and later; each has data of its own. Default: that of the last time
    #[arg(long, value_enum, value_name = "GENERATION")]
    neon_auth: Option<Generation>,
}

/// A generation of Neon Auth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Generation {
    /// Better Auth, with `neon_auth."user"`: what new projects of Neon have
    #[default]
    Managed,
    /// Stack Auth, with `neon_auth.users_sync`: what Neon's documentation of row-level security describes
    Stack,
}

impl Generation {
    /// Returns the name of its features, and of its choice for local mode.
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Stack => "stack",
        }
    }
}

impl Choice {
    /// Refuses a choice where local mode is off.
    pub fn check_unused(&self) -> Result<()> {
        ensure!(
            self.neon_auth.is_none(),
            "--neon-auth chooses the Neon Auth of local mode, which is off: see `cargo xtask doctor --machine`"
        );
        Ok(())
    }

    /// Tells the server that the step runs.
    pub fn tell(&self, step: Step) -> Step {
        match self.neon_auth {
            Some(generation) => step.env(VARIABLE, generation.name()),
            None => step,
        }
    }
}
