//! The local Neon Auth of the Managed generation: a child process.

use crate::databases::{APP_OWNER, Urls};
use crate::secrets::Secrets;
use crate::seed;
use http_server::config::{Codespace, LocalMode};
use neon_auth::{Managed, ManagedSettings, NeonAuth, NoDatabase};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use stand_ins::managed_neon_auth::{self, Kept, Running, Settings};
use std::path::Path;
use std::sync::Arc;

/// Returns the settings of the child. Its keys and switched settings stay in `folder`.
pub fn settings(folder: &Path, secrets: &Secrets, urls: &Urls, mode: &LocalMode) -> Settings {
    let port = secrets.instance().neon_auth_port;
    let codespace = mode.codespace.as_ref();
    let mut settings = Settings::new(port, urls.directory.clone());
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
    settings
}

/// Starts the child, and gives the owner of the app's tables the rights that Neon's owner has.
pub async fn start(settings: &Settings) -> anyhow::Result<Running> {
    let running = managed_neon_auth::start(settings.clone()).await?;
    grant_deletion(&settings.database_url).await?;
    Ok(running)
}

/// Lets the owner of the app's tables delete users, as Neon's owner may: so an account ends where Neon Auth does not let
/// users delete themselves.
async fn grant_deletion(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let grant = format!("grant delete on neon_auth.\"user\" to {APP_OWNER}");
    connection.execute(AssertSqlSafe(grant)).await?;
    connection.close().await
}

/// Makes the user directory, by a start of the local Neon Auth, which is not needed for longer than that.
#[cfg(not(feature = "stack"))]
pub async fn make_directory(url: String) -> anyhow::Result<()> {
    let mut settings = Settings::new(0, url);
    settings.app_owner = APP_OWNER.to_owned();
    start(&settings).await?;
    Ok(())
}

/// Asks what depends neither on the origin of the app nor on its database.
pub async fn is_reachable(settings: &ManagedSettings) -> bool {
    match Managed::new(settings, &settings.base_url, Arc::new(NoDatabase)) {
        Ok(client) => NeonAuth::Managed(client).project_info().await.is_ok(),
        Err(_) => false,
    }
}

/// Logs the address of the pages for a person.
pub fn log_pages(settings: &ManagedSettings) {
    let mut pages = settings.browser_url.clone().unwrap_or_else(|| settings.base_url.clone());
    pages.set_path("local");
    tracing::info!("the local Neon Auth is of the Managed generation: its people, mails and settings are at {pages}");
}
