//! The question of a container's health check, put to the server in the same container.

use crate::config::{Findings, Site};
use crate::http::health::ALIVE;
use anyhow::{Context, ensure};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the server that the environment and `.env` describe whether it is alive, and fails with the reason if it is
/// not. It need not be ready: a container whose check fails is restarted.
pub async fn check() -> anyhow::Result<()> {
    ask(&Findings::from_env().basics.site).await
}

/// Asks what listens at the address of this site, and fails if that is not a server of this app.
pub(crate) async fn ask(site: &Site) -> anyhow::Result<()> {
    let address = reachable(site.address());
    // The server is here: no proxy of the environment leads to it.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let answer = client.get(format!("http://{address}/healthz")).send().await;
    let answer = answer.with_context(|| format!("nobody answers at {address}"))?;
    let status = answer.status();
    ensure!(status.is_success(), "{address} answers with {status}");
    let said = answer.text().await.with_context(|| format!("{address} breaks off"))?;
    ensure!(said == ALIVE, "another program answers at {address}");
    Ok(())
}

/// Returns the address at which this machine reaches a server that listens at `address`, which may be every address.
fn reachable(address: SocketAddr) -> SocketAddr {
    let everywhere = address.ip().is_unspecified();
    let ip = if everywhere { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}
