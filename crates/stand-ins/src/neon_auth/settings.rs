//! The settings of the local Neon Auth, and the conditions under which it refuses to start.

use super::StartError;
use environment::{Lookup, detect_production};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

/// The settings of the stand-in, each of which may come from an argument or a variable. `None` keeps what its database
/// already says (or the default, the first time).
#[derive(Clone, clap::Args)]
pub struct Settings {
    /// A loopback address; port 0 takes a free one. The port is part of every token's issuer: keep it.
    #[arg(long, env = "LOCAL_NEON_AUTH_LISTEN", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Its own database, which must exist. It makes its tables there.
    #[arg(long, env = "LOCAL_NEON_AUTH_STATE_URL", hide_env_values = true)]
    pub state_url: String,
    /// The application's database, by a login that may create schema neon_auth. Without it no directory is written.
    #[arg(long, env = "LOCAL_NEON_AUTH_DIRECTORY_URL", hide_env_values = true)]
    pub directory_url: Option<String>,
    /// The type of the directory's ids.
    #[arg(long, env = "LOCAL_NEON_AUTH_DIRECTORY_IDS", value_enum, default_value_t)]
    pub directory_ids: DirectoryIds,
    /// The role that owns the application's tables: it may read the directory and refer to it.
    #[arg(long, env = "LOCAL_NEON_AUTH_APP_OWNER", default_value = DEFAULT_APP_OWNER)]
    pub app_owner: String,
    /// Milliseconds until a user reaches the directory, or "never". Default: as stored, at first 500.
    #[arg(long, env = "LOCAL_NEON_AUTH_SYNC_DELAY")]
    pub sync_delay: Option<SyncDelay>,
    /// Lifetime of access tokens. Default: as stored, at first 600.
    #[arg(long, env = "LOCAL_NEON_AUTH_ACCESS_TOKEN_SECONDS")]
    pub access_token_seconds: Option<u64>,
    /// An origin (with wildcards in the host) that browsers may be sent back to, besides those stored. May be repeated.
    #[arg(long = "trusted-domain", env = "LOCAL_NEON_AUTH_TRUSTED_DOMAINS", value_delimiter = ',')]
    pub trusted_domains: Vec<String>,
    /// Whether browsers may be sent back to localhost. Default: as stored, at first true.
    #[arg(long, env = "LOCAL_NEON_AUTH_ALLOW_LOCALHOST")]
    pub allow_localhost: Option<bool>,
    /// The origin at which browsers reach `listen`, where something forwards to it by another name.
    #[arg(skip)]
    pub browser_origin: Option<String>,
}

const DEFAULT_APP_OWNER: &str = "app_owner";

/// Leaves out the URLs of databases, which contain passwords.
impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Settings").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// The type of `neon_auth.users_sync.id`: `uuid` in Neon's documentation, `text` as found in the wild.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum DirectoryIds {
    /// `uuid`.
    #[default]
    Uuid,
    /// `text`.
    Text,
}

/// The time until a change of a user reaches the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncDelay {
    /// It arrives after this time.
    After(Duration),
    /// It does not arrive.
    Never,
}

impl SyncDelay {
    /// Returns the delay as stored: milliseconds, or nothing for never.
    pub(super) fn millis(self) -> Option<i64> {
        match self {
            Self::After(delay) => Some(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
            Self::Never => None,
        }
    }
}

impl FromStr for SyncDelay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "never" => Ok(Self::Never),
            millis => millis
                .parse()
                .map(|millis| Self::After(Duration::from_millis(millis)))
                .map_err(|_| "expected a number of milliseconds or \"never\"".to_owned()),
        }
    }
}

impl Settings {
    /// Returns settings without a directory, which keep everything else as the database says.
    pub fn new(listen: SocketAddr, state_url: impl Into<String>) -> Self {
        Self {
            listen,
            state_url: state_url.into(),
            directory_url: None,
            directory_ids: DirectoryIds::default(),
            app_owner: DEFAULT_APP_OWNER.to_owned(),
            sync_delay: None,
            access_token_seconds: None,
            trusted_domains: Vec::new(),
            allow_localhost: None,
            browser_origin: None,
        }
    }

    /// Refuses other addresses than those of loopback, and production: anyone may sign in as anyone here.
    pub(super) fn check(&self, variable: Lookup<'_>) -> Result<(), StartError> {
        if !self.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        detect_production(variable).map_or(Ok(()), |name| Err(StartError::Production(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_accepted() {
        for (listen, taken) in
            [("127.0.0.1:0", true), ("[::1]:80", true), ("0.0.0.0:0", false), ("192.168.1.2:0", false)]
        {
            let settings = Settings::new(listen.parse().unwrap(), "");
            assert_eq!(settings.check(&|_| None).is_ok(), taken, "{listen}");
        }
    }

    #[test]
    fn start_is_refused_in_production() {
        let settings = Settings::new("127.0.0.1:0".parse().unwrap(), "");
        let refusal = settings.check(&|name| (name == "APP_ENV").then(|| "production".into()));
        assert!(matches!(refusal, Err(StartError::Production("APP_ENV"))));
        assert!(settings.check(&|name| (name == "APP_ENV").then(|| "test".into())).is_ok());
    }
}
