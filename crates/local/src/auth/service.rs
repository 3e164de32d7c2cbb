//! A local Neon Auth of either generation: with what it is started, and what keeps it running.

use crate::databases::{APP_OWNER, Urls};
use crate::generation::Generation;
use crate::secrets::Secrets;
use crate::seed;
use http_server::config::{Codespace, LocalMode};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::managed_neon_auth::{self, Kept};
use stand_ins::neon_auth;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

/// A Neon Auth that can be started.
pub enum Service {
    Stack(neon_auth::Settings),
    Managed(managed_neon_auth::Settings),
}

/// A Neon Auth that answers. It stops when this is dropped.
pub enum Running {
    Stack(neon_auth::Running),
    Managed(managed_neon_auth::Running),
}

impl Service {
    /// Returns that of the generation in use, on its port. Browsers come to it as they come to the app.
    pub fn new(folder: &Path, secrets: &Secrets, urls: &Urls, mode: &LocalMode) -> Self {
        let port = secrets.instance().neon_auth_port;
        let codespace = mode.codespace.as_ref();
        match secrets.generation {
            Generation::Stack => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let mut settings = neon_auth::Settings::new(address, urls.neon_auth.clone());
                settings.directory_url = Some(urls.directory.clone());
                settings.app_owner = APP_OWNER.to_owned();
                settings.browser_origin = codespace.map(|codespace| codespace.origin(port));
                settings.trusted_domains = codespace.map(Codespace::every_origin).into_iter().collect();
                // As in a project of Neon whose app has an address on the internet.
                settings.allow_localhost = Some(codespace.is_none());
                Self::Stack(settings)
            }
            Generation::Managed => {
                let mut settings = managed_neon_auth::Settings::new(port, urls.directory.clone());
                settings.app_owner = APP_OWNER.to_owned();
                settings.browser_origin = codespace.map(|codespace| codespace.origin(port));
                let mut trusted = vec![mode.public_origin.as_str().to_owned()];
                trusted.extend(codespace.map(Codespace::every_origin));
                settings.changes = json!({ "trusted_origins": trusted, "allow_localhost": codespace.is_none() });
                settings.kept = Some(Kept {
                    secret: secrets.better_auth_secret.clone(),
                    folder: folder.join("managed-neon-auth"),
                    people: seed::SAMPLE_USERS.map(seed::SampleUser::person).to_vec(),
                });
                Self::Managed(settings)
            }
        }
    }

    pub fn port(&self) -> u16 {
        match self {
            Self::Stack(settings) => settings.listen.port(),
            Self::Managed(settings) => settings.port,
        }
    }

    pub async fn start(&self) -> anyhow::Result<Running> {
        Ok(match self {
            Self::Stack(settings) => Running::Stack(neon_auth::start(settings.clone()).await?),
            Self::Managed(settings) => {
                let running = managed_neon_auth::start(settings.clone()).await?;
                grant_deletion(&settings.database_url).await?;
                Running::Managed(running)
            }
        })
    }
}

/// Lets the owner of the app's tables delete users, as Neon's owner may: so an account ends where Neon Auth does not let
/// users delete themselves.
async fn grant_deletion(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let grant = format!("grant delete on neon_auth.\"user\" to {APP_OWNER}");
    connection.execute(AssertSqlSafe(grant)).await?;
    connection.close().await
}
