//! The question of a container's health check, put to the server in the same container.
//! It must not ask for more than life: a container is restarted when the answer is no.

use crate::config::{Findings, Site};
use crate::http::health::ALIVE;
use anyhow::{Context, ensure};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);

pub async fn check() -> anyhow::Result<()> {
    ask(&Findings::from_env().basics.site).await
}

/// Asks whoever listens at the address of this site.
pub async fn ask(site: &Site) -> anyhow::Result<()> {
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

/// Where something that listens everywhere can be reached from here.
fn reachable(address: SocketAddr) -> SocketAddr {
    let everywhere = address.ip().is_unspecified();
    let ip = if everywhere { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}
