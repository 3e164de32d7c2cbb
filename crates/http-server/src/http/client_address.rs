//! Where a request comes from: the one place that decides it.
//! It must not believe a header unless the configuration names the proxy that sends it.

use crate::config::TrustedProxy;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str;

const FLY_CLIENT_IP: &str = "fly-client-ip";
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the browser, or of the last proxy that there is no reason to believe. Never an IPv4 address in the
/// notation of IPv6. Handlers take it as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// Puts the [`ClientAddress`] into the request.
pub(crate) async fn resolve(State(proxy): State<TrustedProxy>, mut request: Request, next: Next) -> Response {
    let address = behind(&proxy, peer(request.extensions()), request.headers());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

impl ClientAddress {
    /// Returns the address of the request with these extensions.
    pub fn of(request: &Extensions) -> Self {
        request.get().copied().unwrap_or_else(|| Self(peer(request)))
    }
}

/// Returns the address that opened the connection. Without a connection, as in a test that needs no socket, all clients
/// are the same.
fn peer(request: &Extensions) -> IpAddr {
    let connection = request.get::<ConnectInfo<SocketAddr>>();
    connection.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(address)| address.ip().to_canonical())
}

/// Tells whether the request came through a proxy that the configuration names.
pub(crate) fn is_behind(proxy: &TrustedProxy, request: &Extensions) -> bool {
    match proxy {
        TrustedProxy::None => false,
        // No client gets around these, or their headers could not be believed either.
        TrustedProxy::Fly | TrustedProxy::Hops(_) => true,
        TrustedProxy::Networks(networks) => networks.iter().any(|network| network.contains(&peer(request))),
    }
}

/// Returns the address of the client behind the proxies that are believed. A header that is missing or makes no sense
/// is no proxy's word: then it is the peer that counts, so that a client that leaves it out shares a limit with others
/// instead of escaping it.
fn behind(proxy: &TrustedProxy, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    match proxy {
        TrustedProxy::None => peer,
        TrustedProxy::Fly => headers.get(FLY_CLIENT_IP).and_then(|value| parse(value.as_bytes())).unwrap_or(peer),
        TrustedProxy::Hops(hops) => {
            let place = usize::from(hops.get()) - 1;
            forwarded_for(headers).nth(place).and_then(parse).unwrap_or(peer)
        }
        TrustedProxy::Networks(networks) => {
            let mut nearest = peer;
            let mut farther = forwarded_for(headers);
            while networks.iter().any(|network| network.contains(&nearest)) {
                let Some(next) = farther.next().and_then(parse) else { break };
                nearest = next;
            }
            nearest
        }
    }
}

/// Returns the entries from the nearest proxy's word to the farthest. Several headers are one list. Entries are bytes:
/// what a client wrote in front of them must not hide what a proxy added.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lists = headers.get_all(X_FORWARDED_FOR).iter().map(HeaderValue::as_bytes);
    let entries: Vec<&[u8]> = lists.flat_map(|list| list.split(|byte| *byte == b',')).collect();
    entries.into_iter().rev()
}

/// Reads an address, with a port or without: some proxies add it.
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim();
    let address = entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{FLY_CLIENT_IP, X_FORWARDED_FOR, behind};
    use http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;

    const PEER: &str = "10.0.0.7";

    fn client(proxy: &str, headers: &[(&'static str, &str)]) -> String {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        let proxy = if proxy.is_empty() { Default::default() } else { proxy.parse().unwrap() };
        behind(&proxy, PEER.parse().unwrap(), &pairs.collect::<HeaderMap>()).to_string()
    }

    #[test]
    fn forwarding_headers_are_ignored_without_their_proxy() {
        let spoofed = [(FLY_CLIENT_IP, "1.1.1.1"), (X_FORWARDED_FOR, "2.2.2.2")];
        assert_eq!(client("", &spoofed), PEER);
        assert_eq!(client("1", &spoofed[..1]), PEER);
        assert_eq!(client("fly", &spoofed[1..]), PEER);
        assert_eq!(client("192.168.0.0/16", &spoofed), PEER, "the peer is not one of these proxies");
    }

    #[test]
    fn fly_client_ip_is_the_client() {
        assert_eq!(client("fly", &[(FLY_CLIENT_IP, "1.1.1.1"), (X_FORWARDED_FOR, "2.2.2.2")]), "1.1.1.1");
        assert_eq!(client("fly", &[(FLY_CLIENT_IP, "2001:db8::1")]), "2001:db8::1");
        assert_eq!(client("fly", &[(FLY_CLIENT_IP, "unknown")]), PEER);
    }

    #[test]
    fn hops_are_counted_from_the_nearest_proxy() {
        let chain = [(X_FORWARDED_FOR, "9.9.9.9, 1.1.1.1, 2.2.2.2")];
        assert_eq!(client("1", &chain), "2.2.2.2");
        assert_eq!(client("2", &chain), "1.1.1.1");
        assert_eq!(client("4", &chain), PEER, "it did not come through so many");
        assert_eq!(client("1", &[(X_FORWARDED_FOR, "1.1.1.1"), (X_FORWARDED_FOR, "2.2.2.2")]), "2.2.2.2");
        assert_eq!(client("1", &[(X_FORWARDED_FOR, "1.1.1.1, unknown")]), PEER);
        assert_eq!(client("1", &[(X_FORWARDED_FOR, "Zürich, 2.2.2.2")]), "2.2.2.2", "a client hides no proxy's word");
    }

    #[test]
    fn known_proxies_are_skipped() {
        let chain = |list: &str| client("10.0.0.0/8, fd00::/8", &[(X_FORWARDED_FOR, list)]);
        assert_eq!(chain("9.9.9.9, 1.1.1.1, 10.1.1.1"), "1.1.1.1");
        assert_eq!(chain("9.9.9.9, 1.1.1.1, fd00::5, 10.1.1.1"), "1.1.1.1");
        assert_eq!(chain("9.9.9.9, nonsense, 10.1.1.1"), "10.1.1.1");
        assert_eq!(chain("10.2.2.2"), "10.2.2.2");
        assert_eq!(chain(""), PEER);
    }

    #[test]
    fn ports_and_brackets_are_parsed() {
        for (entry, address) in [
            ("1.1.1.1:5000", "1.1.1.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:1.1.1.1", "1.1.1.1"),
        ] {
            assert_eq!(client("1", &[(X_FORWARDED_FOR, entry)]), address);
        }
    }

    proptest! {
        #[test]
        fn hostile_headers_neither_panic_nor_spoof_the_peer(said in any::<Vec<u8>>(), near in "[0-9a-f:., \\[\\]]{0,40}") {
            for bytes in [said, near.into_bytes()] {
                let Ok(header) = HeaderValue::from_bytes(&bytes) else { continue };
                let names = [X_FORWARDED_FOR, FLY_CLIENT_IP].map(HeaderName::from_static);
                let headers = HeaderMap::from_iter(names.map(|name| (name, header.clone())));
                for proxy in ["fly", "1", "3", "10.0.0.0/8"] {
                    behind(&proxy.parse().unwrap(), PEER.parse().unwrap(), &headers);
                }
                let unproxied = behind(&Default::default(), PEER.parse().unwrap(), &headers);
                prop_assert_eq!(unproxied.to_string(), PEER, "without a proxy no header counts");
            }
        }
    }
}
