//! The client of a request, by which users recognise their devices. It must not decide anything: a client can claim
//! anything about itself.

use http::HeaderMap;
use http::header::USER_AGENT;
use std::net::IpAddr;

/// The number of characters that the column takes. Those after them do not tell browsers apart.
const USER_AGENT_CHARS: usize = 256;

/// The IP address and browser of the client that sent a request.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The IP address that the request came from, if that is known.
    pub ip_address: Option<IpAddr>,
    /// The user agent of the browser.
    pub user_agent: Option<String>,
}

impl Client {
    /// Takes the browser from the headers of a request. An unspecified IP address, such as `0.0.0.0`, counts as
    /// unknown.
    pub fn new(headers: &HeaderMap, ip_address: IpAddr) -> Self {
        let user_agent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let user_agent = user_agent.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Self {
            ip_address: (!ip_address.is_unspecified()).then_some(ip_address),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS).collect()),
        }
    }

    /// Returns the IP address as PostgreSQL's `inet` reads it.
    pub(crate) fn ip_address_text(&self) -> Option<String> {
        self.ip_address.map(|address| address.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, USER_AGENT_CHARS};
    use http::HeaderMap;
    use http::header::USER_AGENT;
    use std::net::{IpAddr, Ipv4Addr};

    const UNSPECIFIED_IP: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    #[test]
    fn user_agents_are_truncated_and_empty_ones_dropped() {
        let user_agent_of = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, value.try_into().unwrap());
            Client::new(&headers, UNSPECIFIED_IP).user_agent
        };
        assert_eq!(user_agent_of(b" Firefox ").as_deref(), Some("Firefox"));
        assert_eq!(user_agent_of(&[b'x'; 5000]).map(|text| text.len()), Some(USER_AGENT_CHARS));
        assert_eq!(user_agent_of(b"  "), None);
        assert_eq!(
            user_agent_of(b"Firef\xf6x (X11)").as_deref(),
            Some("Firef\u{fffd}x (X11)"),
            "one odd letter hides no browser"
        );
        assert_eq!(Client::new(&HeaderMap::new(), UNSPECIFIED_IP).user_agent, None);
    }

    #[test]
    fn unspecified_ip_addresses_are_dropped() {
        let text = |address: &str| Client::new(&HeaderMap::new(), address.parse().unwrap()).ip_address_text();
        assert_eq!(text("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(text("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(text("0.0.0.0"), None);
    }
}
