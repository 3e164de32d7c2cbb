//! Which Neon Auth project signs people in: the variables that are set say of which generation it is.

#[cfg(feature = "managed")]
mod managed;
#[cfg(feature = "stack")]
mod stack;

#[cfg(not(feature = "stack"))]
pub use managed::read;
#[cfg(not(feature = "managed"))]
pub use stack::read;

#[cfg(all(feature = "managed", feature = "stack"))]
use super::vars::Vars;
#[cfg(feature = "managed")]
use neon_auth::ManagedSettings;
#[cfg(feature = "stack")]
use neon_auth::StackSettings;
use neon_auth::{BaseUrlError, NeonAuth};
use rls::Db;
use url::Url;

/// What to do about a database whose tables refer to the users of another generation than that of the variables.
#[cfg(all(feature = "managed", feature = "stack"))]
pub const OTHER_DIRECTORY_FIX: &str = "for neon_auth.\"user\" set NEON_AUTH_BASE_URL, for neon_auth.users_sync set \
    STACK_PROJECT_ID and its keys; to leave the Stack generation run `server move-to-managed`";
/// What to do about a database whose tables refer to the users of a generation that this build does not have.
#[cfg(not(feature = "stack"))]
pub const OTHER_DIRECTORY_FIX: &str = "take a database whose tables refer to neon_auth.\"user\": this build has no \
    other generation (a build of the starter, with both, moves the data of a Stack project)";
/// What to do about a database whose tables refer to the users of a generation that this build does not have.
#[cfg(not(feature = "managed"))]
pub const OTHER_DIRECTORY_FIX: &str = "take a database whose tables refer to neon_auth.users_sync: this build has no \
    other generation (docs/neon.md says how to move to Managed)";

/// The settings of a Neon Auth project, of either generation.
#[derive(Clone, Debug)]
pub enum NeonAuthSettings {
    /// A project of the generation built on Stack Auth.
    #[cfg(feature = "stack")]
    Stack(StackSettings),
    /// A project of Managed Neon Auth, the generation built on Better Auth.
    #[cfg(feature = "managed")]
    Managed(ManagedSettings),
}

impl NeonAuthSettings {
    /// Returns a client, which does not connect yet. Managed Neon Auth knows the app by `public_origin`, and keeps its
    /// settings in `database`.
    pub fn client(&self, public_origin: &Url, database: &Db) -> Result<NeonAuth, BaseUrlError> {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(settings) => stack::client(settings, public_origin, database),
            #[cfg(feature = "managed")]
            Self::Managed(settings) => managed::client(settings, public_origin, database),
        }
    }

    /// Returns the word for the generation.
    pub fn generation(&self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => "Stack",
            #[cfg(feature = "managed")]
            Self::Managed(_) => "Managed",
        }
    }

    /// Returns whether the project is of Managed Neon Auth.
    pub fn is_managed(&self) -> bool {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => false,
            #[cfg(feature = "managed")]
            Self::Managed(_) => true,
        }
    }

    /// Returns the URL of the project's Neon Auth.
    pub fn url(&self) -> &Url {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(settings) => &settings.api_url,
            #[cfg(feature = "managed")]
            Self::Managed(settings) => &settings.base_url,
        }
    }

    /// Returns the variable that has the URL.
    pub fn url_variable(&self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => stack::API_URL[0],
            #[cfg(feature = "managed")]
            Self::Managed(_) => managed::BASE_URL,
        }
    }

    /// Returns the variable that says of which generation the project is.
    pub fn deciding_variable(&self) -> &'static str {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(_) => stack::PROJECT_ID[0],
            #[cfg(feature = "managed")]
            Self::Managed(_) => managed::BASE_URL,
        }
    }
}

/// Reads the variables of either generation, and reports what is missing, wrong, or of both.
#[cfg(all(feature = "managed", feature = "stack"))]
pub fn read(vars: &mut Vars<'_>) -> Option<NeonAuthSettings> {
    match (stack::any_set(vars), vars.optional(&[managed::BASE_URL])) {
        (None, _) => managed::read(vars),
        (Some(_), None) => stack::read(vars),
        (Some(other), Some(_)) => {
            let what = format!("is set, and so is {other}: they are of two generations of Neon Auth");
            let fix = "what your project has, and leave out the variables of the other generation";
            vars.wrong(managed::BASE_URL, &what, fix);
            None
        }
    }
}
