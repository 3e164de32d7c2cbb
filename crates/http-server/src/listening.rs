//! The address that the server listens on, and whether it can.

use crate::config::{ConfigError, LeptosSettings, Problem};
use crate::healthcheck;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};

/// Listens at the configured address, or returns the variable that has to change.
pub async fn bind(settings: &LeptosSettings) -> Result<TcpListener, ConfigError> {
    let bound = TcpListener::bind(settings.address()).await;
    bound.map_err(|error| ConfigError(vec![problem_of(settings, &error)]))
}

/// Returns why a server could not listen at the configured address, if it could not. A server of this app that listens
/// there already is no problem: the doctor is run beside it.
pub async fn bind_problem(settings: &LeptosSettings) -> Option<Problem> {
    let error = try_bind(settings.address()).err()?;
    if error.kind() == ErrorKind::AddrInUse && healthcheck::ask(settings).await.is_ok() {
        return None;
    }
    Some(problem_of(settings, &error))
}

/// Takes the address without listening, which keeps no server from it that starts at this moment.
fn try_bind(address: SocketAddr) -> io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}

/// Returns the problem of an address at which listening failed.
fn problem_of(settings: &LeptosSettings, error: &io::Error) -> Problem {
    let what = format!("leads to {}, where the server cannot listen ({error})", settings.address());
    Problem::of_value(settings.address_variable, what, "an address of this machine and a port that is free")
}
