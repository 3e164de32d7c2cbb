//! Decides which clients may see the page: those on this machine alone.
//! It must not trust the host name, or the IP address, on its own.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http_server::http::client_address::ClientAddress;

const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Returns whether the client is on this machine and used one of its names, or the app's `own` one. The name counts as
/// well, against DNS rebinding: another site can let its own name resolve to this machine, and would read the page.
pub fn is_this_machine(parts: &Parts, own: Option<&str>) -> bool {
    let ClientAddress(address) = ClientAddress::of(&parts.extensions);
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    address.is_loopback() && host.is_some_and(|host| LOOPBACK_NAMES.contains(&host.host()) || own == Some(host.host()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use std::net::IpAddr;

    fn is_allowed(from: [u8; 4], host: Option<&str>) -> bool {
        let mut request = Request::builder().extension(ClientAddress(IpAddr::from(from)));
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        is_this_machine(&parts, Some("app.localhost"))
    }

    #[test]
    fn loopback_clients_are_allowed_under_local_names() {
        for host in ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000", "app.localhost:3000"] {
            assert!(is_allowed([127, 0, 0, 1], Some(host)), "{host}");
        }
    }

    #[test]
    fn remote_clients_are_refused() {
        for address in [[192, 0, 2, 7], [10, 0, 0, 1], [0, 0, 0, 0]] {
            assert!(!is_allowed(address, Some("localhost:3000")), "{address:?}");
        }
    }

    #[test]
    fn foreign_host_names_are_refused() {
        for host in ["elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example", "not a name"] {
            assert!(!is_allowed([127, 0, 0, 1], Some(host)), "{host}");
        }
        assert!(!is_allowed([127, 0, 0, 1], None));
    }
}
