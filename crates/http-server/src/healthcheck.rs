//! The health check of a container: it asks the server in the same container whether it is alive.

use crate::config::{LeptosSettings, PartialConfig};
use crate::http::health::ALIVE;
use anyhow::{Context, ensure};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How long the server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Asks the server that the environment and `.env` describe whether it is alive, and fails with the reason if it is
/// not. It need not be ready: a container whose check fails is restarted.
pub async fn check() -> anyhow::Result<()> {
    ask(&PartialConfig::from_env().common.leptos).await
}

/// Asks what listens at this address, and fails if that is not a server of this app.
pub(crate) async fn ask(settings: &LeptosSettings) -> anyhow::Result<()> {
    let address = reachable(settings.address());
    // The server is here: no proxy of the environment leads to it.
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
    let response = client.get(format!("http://{address}/healthz")).send().await;
    let response = response.with_context(|| format!("no server answers at {address}"))?;
    let status = response.status();
    ensure!(status.is_success(), "{address} answers with {status}");
    let body = response.text().await.with_context(|| format!("{address} breaks off"))?;
    ensure!(body == ALIVE, "another program answers at {address}");
    Ok(())
}

/// Returns the address at which this machine reaches a server that listens at `address`, which may be every address.
fn reachable(address: SocketAddr) -> SocketAddr {
    let is_every = address.ip().is_unspecified();
    let ip = if is_every { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}
