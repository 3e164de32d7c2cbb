//! What the local Neon Auth needs to know before it starts, and the conditions under which it refuses to.
//! It must not open sockets or databases.

use super::StartError;
use environment::{Lookup, production_by};
use std::{net::SocketAddr, str::FromStr, time::Duration};

/// How the stand-in runs. `None` keeps what its database already says (or the default, the first time).
#[derive(Clone)]
pub struct Settings {
    /// A loopback address. The port is part of every token's issuer: keep it. 0 takes any free one.
    pub listen: SocketAddr,
    /// The stand-in's own database, which must exist. It makes its tables there.
    pub state_url: String,
    /// The application's database, by a login that may create schema `neon_auth`. `None` writes no directory.
    pub directory: Option<DirectorySettings>,
    /// Between a change of a user and its arrival in the directory. Default 500 ms.
    pub sync_delay: Option<SyncDelay>,
    /// Default 600 s, which is what the real server has.
    pub access_token_lifetime: Option<Duration>,
    /// Origins (with wildcards in the host) that people may be sent back to, besides the ones already stored.
    pub trusted_domains: Vec<String>,
    /// Default true, as in projects that Neon creates.
    pub allow_localhost: Option<bool>,
    /// Where browsers reach `listen`, if by another name: something that forwards to it.
    pub browser_origin: Option<String>,
}

#[derive(Clone)]
pub struct DirectorySettings {
    pub url: String,
    pub ids: DirectoryIds,
    /// The role that owns the application's tables: it may read the directory and refer to it.
    pub app_owner: String,
}

/// The type of `neon_auth.users_sync.id`: `uuid` in Neon's documentation, `text` as found in the wild.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DirectoryIds {
    #[default]
    Uuid,
    Text,
}

impl DirectoryIds {
    pub(super) fn sql_type(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text => "text",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncDelay {
    After(Duration),
    Never,
}

impl SyncDelay {
    /// As stored: milliseconds, or nothing for never.
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
    pub fn new(listen: SocketAddr, state_url: impl Into<String>) -> Self {
        Self {
            listen,
            state_url: state_url.into(),
            directory: None,
            sync_delay: None,
            access_token_lifetime: None,
            trusted_domains: Vec::new(),
            allow_localhost: None,
            browser_origin: None,
        }
    }

    /// Anyone may sign in as anyone here, so nothing but this machine may reach it, and never in production.
    pub(super) fn check(&self, variable: Lookup<'_>) -> Result<(), StartError> {
        if !self.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        production_by(variable).map_or(Ok(()), |name| Err(StartError::Production(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_taken() {
        for (listen, taken) in
            [("127.0.0.1:0", true), ("[::1]:80", true), ("0.0.0.0:0", false), ("192.168.1.2:0", false)]
        {
            let settings = Settings::new(listen.parse().unwrap(), "");
            assert_eq!(settings.check(&|_| None).is_ok(), taken, "{listen}");
        }
    }

    #[test]
    fn production_is_refused() {
        let settings = Settings::new("127.0.0.1:0".parse().unwrap(), "");
        let refusal = settings.check(&|name| (name == "APP_ENV").then(|| "production".into()));
        assert!(matches!(refusal, Err(StartError::Production("APP_ENV"))));
        assert!(settings.check(&|name| (name == "APP_ENV").then(|| "test".into())).is_ok());
    }
}
