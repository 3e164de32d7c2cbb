//! Chooses ports on this machine's loopback interface that will still be free at the next start.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// The lowest port: below the range that operating systems hand out to outgoing connections, which could sit on a kept
/// port later.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
const ATTEMPTS: usize = 100;

/// Returns whether no program listens on this port of loopback.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Returns a port that is free. It is random, so that two projects that start together do not meet.
pub fn choose_free() -> io::Result<u16> {
    for _ in 0..ATTEMPTS {
        let mut bytes = [0; 2];
        SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("no random bytes"))?;
        let port = FIRST + u16::from_le_bytes(bytes) % COUNT;
        if is_free(port) {
            return Ok(port);
        }
    }
    Err(io::Error::new(io::ErrorKind::AddrInUse, "found no free port on 127.0.0.1 between 20000 and 32000"))
}
