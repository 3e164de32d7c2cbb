//! The address that the server listens on, and whether it can.

use crate::alive;
use crate::config::{ConfigError, Problem, Site};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};

/// Listens at the address of the site, or returns the variable that has to change.
pub async fn bind(site: &Site) -> Result<TcpListener, ConfigError> {
    let bound = TcpListener::bind(site.address()).await;
    bound.map_err(|error| ConfigError(vec![refused(site, &error)]))
}

/// Returns why a server could not listen at the address of the site, if it could not. A server of this app that listens
/// there already is no reason: the doctor is run beside it.
pub async fn obstacle(site: &Site) -> Option<Problem> {
    let error = try_out(site.address()).err()?;
    if error.kind() == ErrorKind::AddrInUse && alive::ask(site).await.is_ok() {
        return None;
    }
    Some(refused(site, &error))
}

/// Takes the address without listening, which keeps no server from it that starts at this moment.
fn try_out(address: SocketAddr) -> io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}

/// Returns the problem of an address at which listening failed.
fn refused(site: &Site, error: &io::Error) -> Problem {
    let what = format!("leads to {}, where the server cannot listen ({error})", site.address());
    Problem::of_value(site.address_variable, what, "an address of this machine and a port that is free")
}
