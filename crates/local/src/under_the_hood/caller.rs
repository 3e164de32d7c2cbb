//! Who may look under the hood: this machine alone.
//! It must not believe a name, or an address, on its own.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http_server::http::client_address::ClientAddress;

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Returns whether this machine asks itself, by one of its names or by its `own` one. The name counts as well: another
/// site can let its own name lead here, and would read the answer.
pub fn is_this_machine(parts: &Parts, own: Option<&str>) -> bool {
    let ClientAddress(address) = ClientAddress::of(&parts.extensions);
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    address.is_loopback() && host.is_some_and(|host| NAMES.contains(&host.host()) || own == Some(host.host()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use std::net::IpAddr;

    fn asks(from: [u8; 4], host: Option<&str>) -> bool {
        let mut request = Request::builder().extension(ClientAddress(IpAddr::from(from)));
        if let Some(host) = host {
            request = request.header(HOST, host);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        is_this_machine(&parts, Some("app.localhost"))
    }

    #[test]
    fn this_machine_looks_by_any_of_its_names() {
        for host in ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000", "app.localhost:3000"] {
            assert!(asks([127, 0, 0, 1], Some(host)), "{host}");
        }
    }

    #[test]
    fn another_machine_does_not() {
        for address in [[192, 0, 2, 7], [10, 0, 0, 1], [0, 0, 0, 0]] {
            assert!(!asks(address, Some("localhost:3000")), "{address:?}");
        }
    }

    #[test]
    fn another_name_that_leads_here_does_not() {
        for host in ["elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example", "not a name"] {
            assert!(!asks([127, 0, 0, 1], Some(host)), "{host}");
        }
        assert!(!asks([127, 0, 0, 1], None));
    }
}
