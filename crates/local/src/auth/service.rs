//! A local Neon Auth of either generation: with what it is started, and what keeps it running.

#[cfg(feature = "managed")]
mod managed;
#[cfg(feature = "stack")]
mod stack;

#[cfg(not(feature = "stack"))]
pub use managed::make_directory;
#[cfg(feature = "stack")]
pub use stack::make_directory;

use crate::databases::Urls;
use crate::generation::Generation;
use crate::secrets::Secrets;
use http_server::config::{LocalMode, NeonAuthSettings};
#[cfg(feature = "managed")]
use stand_ins::managed_neon_auth;
#[cfg(feature = "stack")]
use stand_ins::neon_auth;
use std::path::Path;

/// A Neon Auth that can be started.
pub enum Service {
    #[cfg(feature = "stack")]
    Stack(neon_auth::Settings),
    #[cfg(feature = "managed")]
    Managed(managed_neon_auth::Settings),
}

/// A Neon Auth that answers. It stops when this is dropped.
pub enum Running {
    #[cfg(feature = "stack")]
    Stack(neon_auth::Running),
    #[cfg(feature = "managed")]
    Managed(managed_neon_auth::Running),
}

impl Service {
    /// Returns the Neon Auth of the generation in use, on its port. Browsers come to it as they come to the app. What it keeps
    /// beside the database is in `folder`.
    pub fn new(folder: &Path, secrets: &Secrets, urls: &Urls, mode: &LocalMode) -> Self {
        match secrets.generation {
            #[cfg(feature = "stack")]
            Generation::Stack => Self::Stack(stack::settings(folder, secrets, urls, mode)),
            #[cfg(feature = "managed")]
            Generation::Managed => Self::Managed(managed::settings(folder, secrets, urls, mode)),
        }
    }

    pub fn port(&self) -> u16 {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(settings) => settings.listen.port(),
            #[cfg(feature = "managed")]
            Self::Managed(settings) => settings.port,
        }
    }

    pub async fn start(&self) -> anyhow::Result<Running> {
        match self {
            #[cfg(feature = "stack")]
            Self::Stack(settings) => Ok(Running::Stack(neon_auth::start(settings.clone()).await?)),
            #[cfg(feature = "managed")]
            Self::Managed(settings) => Ok(Running::Managed(managed::start(settings).await?)),
        }
    }
}

/// Tells whether a Neon Auth with these settings answers.
pub async fn is_reachable(settings: &NeonAuthSettings) -> bool {
    match settings {
        #[cfg(feature = "stack")]
        NeonAuthSettings::Stack(settings) => stack::is_reachable(settings).await,
        #[cfg(feature = "managed")]
        NeonAuthSettings::Managed(settings) => managed::is_reachable(settings).await,
    }
}

/// Logs where a person finds the mails, and what else there is.
pub fn log_pages(settings: &NeonAuthSettings) {
    match settings {
        #[cfg(feature = "stack")]
        NeonAuthSettings::Stack(_) => {}
        #[cfg(feature = "managed")]
        NeonAuthSettings::Managed(settings) => managed::log_pages(settings),
    }
}
