//! The local Neon Auth of this folder: one at a time, whichever server came first runs it.

use super::databases::{APP_OWNER, Urls};
use super::secrets::Secrets;
use ::neon_auth::{NeonAuth, Stack, StackSettings};
use http_server::config::Codespace;
use serde::{Deserialize, Serialize};
use stand_ins::neon_auth::{Running, Settings};
use stand_ins::{neon_auth, persisted, port};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The file that holds a [`ConnectionInfo`].
const FILE: &str = "neon-auth.json";

const TAKEOVER_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The origin and keys of a running local Neon Auth, for a second server of this folder.
#[derive(Serialize, Deserialize)]
struct ConnectionInfo {
    origin: url::Url,
    project_id: String,
    publishable_client_key: String,
    secret_server_key: String,
    /// Opens its control endpoints under `/local`, for browser tests and by hand.
    super_secret_admin_key: String,
}

/// Keeps the task alive that runs the local Neon Auth, or waits to take it over. Dropping the guard ends the task.
pub struct Guard(JoinHandle<()>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the local Neon Auth, or finds that of another server of this folder.
pub async fn start(
    folder: &Path,
    secrets: &mut Secrets,
    urls: &Urls,
    codespace: Option<&Codespace>,
) -> anyhow::Result<(StackSettings, Guard)> {
    let file = folder.join(FILE);
    let settings_on = |port| settings(port, urls, codespace);
    if !port::is_free(secrets.neon_auth_port) {
        if let Some(connection) = persisted::read::<ConnectionInfo>(&file)?
            && connection.origin.port() == Some(secrets.neon_auth_port)
            && let client = connection.into_settings(codespace)
            && is_reachable(&client).await
        {
            tracing::info!("another server of this folder runs the local Neon Auth");
            return Ok((client, Guard(tokio::spawn(take_over(settings_on(secrets.neon_auth_port))))));
        }
        let taken = secrets.neon_auth_port;
        secrets.neon_auth_port = port::choose_free()?;
        let new = secrets.neon_auth_port;
        tracing::warn!(taken, new, "another program listens on the port of the local Neon Auth: all sessions end");
        secrets.save(folder)?;
    }
    let running = neon_auth::start(settings_on(secrets.neon_auth_port)).await?;
    let connection = ConnectionInfo::from_running(&running)?;
    persisted::write(&file, &connection)?;
    Ok((connection.into_settings(codespace), Guard(tokio::spawn(run_until_aborted(running)))))
}

/// Returns the settings of the local Neon Auth, if it runs.
pub async fn find_running(folder: &Path) -> Option<StackSettings> {
    let client = persisted::read::<ConnectionInfo>(&folder.join(FILE)).ok()??.into_settings(None);
    is_reachable(&client).await.then_some(client)
}

fn settings(port: u16, urls: &Urls, codespace: Option<&Codespace>) -> Settings {
    let mut settings = Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), urls.neon_auth.clone());
    settings.directory_url = Some(urls.directory.clone());
    settings.app_owner = APP_OWNER.to_owned();
    settings.browser_origin = codespace.map(|codespace| codespace.origin(port));
    settings.trusted_domains = codespace.map(Codespace::every_origin).into_iter().collect();
    // As in a project of Neon whose app has an address on the internet.
    settings.allow_localhost = Some(codespace.is_none());
    settings
}

async fn run_until_aborted(running: Running) {
    std::future::pending::<()>().await;
    drop(running);
}

async fn is_reachable(client: &StackSettings) -> bool {
    let Ok(stack) = Stack::new(client.clone()) else { return false };
    NeonAuth::Stack(stack).settings().await.is_ok()
}

/// Waits until the other server ends, and its Neon Auth with it, then runs one at the same address.
async fn take_over(settings: Settings) {
    loop {
        tokio::time::sleep(TAKEOVER_POLL_INTERVAL).await;
        if port::is_free(settings.listen.port()) {
            match neon_auth::start(settings.clone()).await {
                Ok(running) => {
                    tracing::info!("took over the local Neon Auth");
                    return run_until_aborted(running).await;
                }
                Err(error) => tracing::warn!("cannot take over the local Neon Auth: {error}"),
            }
        }
    }
}

impl ConnectionInfo {
    fn from_running(running: &Running) -> Result<Self, url::ParseError> {
        Ok(Self {
            origin: running.origin.parse()?,
            project_id: running.project_id.clone(),
            publishable_client_key: running.publishable_client_key.clone(),
            secret_server_key: running.secret_server_key.clone(),
            super_secret_admin_key: running.super_secret_admin_key.clone(),
        })
    }

    fn into_settings(self, codespace: Option<&Codespace>) -> StackSettings {
        let forwarded = codespace.zip(self.origin.port()).map(|(codespace, port)| codespace.origin(port));
        StackSettings {
            browser_url: forwarded.and_then(|origin| origin.parse().ok()),
            api_url: self.origin,
            project_id: self.project_id,
            publishable_client_key: self.publishable_client_key.into(),
            secret_server_key: self.secret_server_key.into(),
        }
    }
}
