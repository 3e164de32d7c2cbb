//! Whether the server is configured completely, or starts in local mode.

use super::{Codespace, CommonConfig, Config, ConfigError, NeonAuthSettings, PartialConfig, PublicOrigin};
use environment::Lookup;
use secrecy::SecretString;

/// A configuration of the kind that the environment asks for.
#[derive(Debug)]
pub enum Mode {
    /// A server with a database and a Neon Auth project of its own.
    Complete(Box<Config>),
    /// Local mode: none of the variables of a database or of Neon Auth is set.
    Local(Box<LocalMode>),
}

/// The part of a configuration that local mode still takes from the environment.
#[derive(Debug)]
pub struct LocalMode {
    /// What every server needs.
    pub common: CommonConfig,
    /// Where browsers reach the app.
    pub public_origin: PublicOrigin,
    /// The codespace that forwards its ports to browsers, if they come that way.
    pub codespace: Option<Codespace>,
}

/// The part of a configuration that comes from the stand-ins of local mode.
pub struct LocalParts {
    /// The connection string of the login `web`.
    pub database_url: SecretString,
    /// The local Neon Auth.
    pub neon_auth: NeonAuthSettings,
    /// The key of the sessions. [`SessionKey::parse`] has to take it.
    pub session_key: SecretString,
}

impl Mode {
    /// Returns the part that local mode has as well.
    pub fn common(&self) -> &CommonConfig {
        match self {
            Self::Complete(config) => &config.common,
            Self::Local(mode) => &mode.common,
        }
    }

    /// Reads the variables of any source, without a look at the files that they lead to. Returns every problem at once.
    pub fn read(environment: Lookup<'_>) -> Result<Self, ConfigError> {
        Self::of(PartialConfig::read(environment))
    }

    /// Returns what was found, or the problems if there are any.
    pub fn of(partial: PartialConfig) -> Result<Self, ConfigError> {
        if !partial.problems.is_empty() {
            return Err(ConfigError(partial.problems));
        }
        let PartialConfig { common, local, codespace, .. } = partial;
        match (local, partial.database_url, partial.neon_auth, partial.public_origin, partial.session_key) {
            (true, _, _, Some(public_origin), _) => {
                Ok(Self::Local(Box::new(LocalMode { common, public_origin, codespace })))
            }
            (false, Some(database_url), Some(neon_auth), Some(public_origin), Some(session_key)) => {
                let config = Config { public_origin, session_key, database_url, neon_auth, common, local };
                Ok(Self::Complete(Box::new(config)))
            }
            _ => Err(ConfigError::default()),
        }
    }
}

impl LocalMode {
    /// Returns the whole configuration.
    pub fn complete(self, parts: LocalParts) -> Config {
        Config {
            public_origin: self.public_origin,
            session_key: parts.session_key,
            database_url: parts.database_url,
            neon_auth: parts.neon_auth,
            common: self.common,
            local: true,
        }
    }
}
