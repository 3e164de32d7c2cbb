//! The local Neon Auth of this folder: one at a time of each generation, whichever server came first runs it.

mod connection;
mod service;

use super::databases::Urls;
use super::secrets::Secrets;
use connection::ConnectionInfo;
use http_server::config::{Codespace, LocalMode, NeonAuthSettings};
pub use service::make_directory;
use service::{Running, Service};
use stand_ins::{persisted, port};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;

const TAKEOVER_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The time for which a port that nothing answers on is waited for: a program that was just stopped may still have it.
const PORT_PATIENCE: Duration = Duration::from_secs(2);
const PORT_POLL_INTERVAL: Duration = Duration::from_millis(50);

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
    mode: &LocalMode,
) -> anyhow::Result<(NeonAuthSettings, Guard)> {
    let file = folder.join(secrets.generation.connection_file());
    let kept_port = secrets.instance().neon_auth_port;
    if !port::is_free(kept_port) {
        if let Some(settings) = find_at(&file, Some(kept_port), mode.codespace.as_ref()).await? {
            tracing::info!("another server of this folder runs the local Neon Auth");
            let service = Service::new(folder, secrets, urls, mode);
            return Ok((settings, Guard(tokio::spawn(take_over(service, file)))));
        }
        if !becomes_free(kept_port).await {
            let new = port::choose_free()?;
            let taken = kept_port;
            tracing::warn!(taken, new, "another program listens on the port of the local Neon Auth: all sessions end");
            secrets.instance_mut().neon_auth_port = new;
            secrets.save(folder)?;
        }
    }
    let (running, connection) = launch(&Service::new(folder, secrets, urls, mode), &file).await?;
    let settings = connection.into_settings(mode.codespace.as_ref());
    service::log_pages(&settings);
    Ok((settings, Guard(tokio::spawn(run_until_aborted(running)))))
}

/// Returns the settings of the local Neon Auth of the generation in use, if it runs.
pub async fn find_running(folder: &Path, secrets: &Secrets) -> Option<NeonAuthSettings> {
    find_at(&folder.join(secrets.generation.connection_file()), None, None).await.ok()?
}

/// Returns the settings of the local Neon Auth that the file leads to, if it answers, and on this port where one is
/// given.
async fn find_at(
    file: &Path,
    port: Option<u16>,
    codespace: Option<&Codespace>,
) -> anyhow::Result<Option<NeonAuthSettings>> {
    let Some(connection) = persisted::read::<ConnectionInfo>(file)? else { return Ok(None) };
    if port.is_some() && port != connection.port() {
        return Ok(None);
    }
    let settings = connection.into_settings(codespace);
    Ok(service::is_reachable(&settings).await.then_some(settings))
}

async fn becomes_free(port: u16) -> bool {
    let free = async {
        while !port::is_free(port) {
            tokio::time::sleep(PORT_POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(PORT_PATIENCE, free).await.is_ok()
}

/// Starts it, and writes down how to reach it.
async fn launch(service: &Service, file: &Path) -> anyhow::Result<(Running, ConnectionInfo)> {
    let running = service.start().await?;
    let connection = ConnectionInfo::from_running(&running)?;
    persisted::write(file, &connection)?;
    Ok((running, connection))
}

async fn run_until_aborted(running: Running) {
    std::future::pending::<()>().await;
    drop(running);
}

/// Waits until the other server ends, and its Neon Auth with it, then runs one at the same address.
async fn take_over(service: Service, file: PathBuf) {
    loop {
        tokio::time::sleep(TAKEOVER_POLL_INTERVAL).await;
        if port::is_free(service.port()) {
            match launch(&service, &file).await {
                Ok((running, _)) => {
                    tracing::info!("took over the local Neon Auth");
                    return run_until_aborted(running).await;
                }
                Err(error) => tracing::warn!("cannot take over the local Neon Auth: {error:#}"),
            }
        }
    }
}
