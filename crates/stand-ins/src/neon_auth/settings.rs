//! The settings of the local Neon Auth, and the conditions under which it refuses to start.

use super::StartError;
use environment::{Lookup, detect_production};
use std::{net::SocketAddr, str::FromStr, time::Duration};

/// The settings of the stand-in. `None` keeps what its database already says (or the default, the first time).
#[derive(Clone)]
pub struct Settings {
    /// The loopback address to listen on. The port is part of every token's issuer: keep it. 0 takes any free one.
    pub listen: SocketAddr,
    /// The stand-in's own database, which must exist. It makes its tables there.
    pub state_url: String,
    /// The application's database, by a login that may create schema `neon_auth`. `None` writes no directory.
    pub directory: Option<DirectorySettings>,
    /// The time between a change of a user and its arrival in the directory. Default 500 ms.
    pub sync_delay: Option<SyncDelay>,
    /// The lifetime of access tokens. Default 600 s, which is what the real server has.
    pub access_token_lifetime: Option<Duration>,
    /// Origins (with wildcards in the host) that browsers may be redirected to, besides the ones already stored.
    pub trusted_domains: Vec<String>,
    /// Whether browsers may be redirected to localhost. Default true, as in projects that Neon creates.
    pub allow_localhost: Option<bool>,
    /// The origin at which browsers reach `listen`, where something forwards to it by another name.
    pub browser_origin: Option<String>,
}

/// The settings of the user directory.
#[derive(Clone)]
pub struct DirectorySettings {
    /// The application's database, by a login that may create schema `neon_auth`.
    pub url: String,
    /// The type of its ids.
    pub ids: DirectoryIds,
    /// The role that owns the application's tables: it may read the directory and refer to it.
    pub app_owner: String,
}

/// The type of `neon_auth.users_sync.id`: `uuid` in Neon's documentation, `text` as found in the wild.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DirectoryIds {
    /// `uuid`.
    #[default]
    Uuid,
    /// `text`.
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
            directory: None,
            sync_delay: None,
            access_token_lifetime: None,
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
