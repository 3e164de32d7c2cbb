//! Which generation of Neon Auth local mode runs. Each has data of its own in the folder, so that going from one to the
//! other and back loses nothing.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::env;

const VARIABLE: &str = "LOCAL_NEON_AUTH_GENERATION";

/// A generation of Neon Auth. The default is that of a folder for which none was ever chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", from = "String")]
pub enum Generation {
    /// The one built on Stack Auth, with `neon_auth.users_sync`.
    #[cfg(feature = "stack")]
    #[default]
    Stack,
    /// The one built on Better Auth, with `neon_auth."user"`.
    #[cfg(feature = "managed")]
    #[cfg_attr(not(feature = "stack"), default)]
    Managed,
}

/// The generations of this build.
pub(crate) const ALL: &[Generation] = &[
    #[cfg(feature = "stack")]
    Generation::Stack,
    #[cfg(feature = "managed")]
    Generation::Managed,
];

impl Generation {
    /// Reads the choice of this start, `LOCAL_NEON_AUTH_GENERATION`. Without one, that of the last start holds.
    pub fn requested() -> anyhow::Result<Option<Self>> {
        let Some(value) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) else { return Ok(None) };
        let requested = value.to_str().and_then(Self::named);
        let names: Vec<_> = ALL.iter().map(|generation| generation.name()).collect();
        let problem = || format!("{VARIABLE} has to be {}, or unset for that of the last start", names.join(" or "));
        Ok(Some(requested.with_context(problem)?))
    }

    fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|generation| generation.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack => "stack",
            #[cfg(feature = "managed")]
            Self::Managed => "managed",
        }
    }

    /// Returns the name of the app's database.
    pub(crate) fn database(self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack => "app",
            #[cfg(feature = "managed")]
            Self::Managed => "app_managed",
        }
    }

    /// Returns the file that says how to reach the local Neon Auth.
    pub(crate) fn connection_file(self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack => "neon-auth.json",
            #[cfg(feature = "managed")]
            Self::Managed => "managed-neon-auth.json",
        }
    }

    /// Checks that its stand-in would find what it needs, besides PostgreSQL.
    pub(crate) async fn check_prerequisites(self) -> anyhow::Result<()> {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack => {}
            #[cfg(feature = "managed")]
            Self::Managed => stand_ins::managed_neon_auth::check_prerequisites().await?,
        }
        Ok(())
    }
}

/// A folder of before may remember a generation that this build does not have: it goes on with the default.
impl From<String> for Generation {
    fn from(name: String) -> Self {
        Self::named(&name).unwrap_or_default()
    }
}
