//! Which generation of Neon Auth local mode runs. Each has data of its own in the folder, so that going from one to the
//! other and back loses nothing.

use anyhow::bail;
use serde::{Deserialize, Serialize};
use std::env;

const VARIABLE: &str = "LOCAL_NEON_AUTH_GENERATION";

/// A generation of Neon Auth. The default is that of a folder for which none was ever chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// The one built on Stack Auth, with `neon_auth.users_sync`.
    #[default]
    Stack,
    /// The one built on Better Auth, with `neon_auth."user"`.
    Managed,
}

impl Generation {
    /// Reads the choice of this start, `LOCAL_NEON_AUTH_GENERATION`. Without one, that of the last start holds.
    pub fn requested() -> anyhow::Result<Option<Self>> {
        match env::var_os(VARIABLE).as_ref().map(|value| value.to_str()) {
            None | Some(Some("")) => Ok(None),
            Some(Some("stack")) => Ok(Some(Self::Stack)),
            Some(Some("managed")) => Ok(Some(Self::Managed)),
            Some(_) => bail!("{VARIABLE} has to be managed or stack, or unset for that of the last start"),
        }
    }

    /// Returns the name of the app's database.
    pub(crate) fn database(self) -> &'static str {
        match self {
            Self::Stack => "app",
            Self::Managed => "app_managed",
        }
    }

    /// Returns the file that says how to reach the local Neon Auth.
    pub(crate) fn connection_file(self) -> &'static str {
        match self {
            Self::Stack => "neon-auth.json",
            Self::Managed => "managed-neon-auth.json",
        }
    }
}
