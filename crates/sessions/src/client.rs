//! The client of a request, by which users recognise their devices. It must not decide anything: a client says of itself what it
//! likes.

use http::HeaderMap;
use http::header::USER_AGENT;
use std::net::IpAddr;

/// As many characters as the column takes. What comes after them does not tell browsers apart.
const USER_AGENT_CHARS: usize = 256;

/// What is known of the client that sent a request.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Where the request came from, if that is known.
    pub ip_address: Option<IpAddr>,
    /// How the browser calls itself.
    pub user_agent: Option<String>,
}

impl Client {
    /// Takes the browser from the headers of a request. An unspecified address, such as `0.0.0.0`, counts as unknown.
    pub fn new(headers: &HeaderMap, ip_address: IpAddr) -> Self {
        let user_agent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let user_agent = user_agent.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Self {
            ip_address: (!ip_address.is_unspecified()).then_some(ip_address),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS).collect()),
        }
    }

    /// Returns the address as PostgreSQL's `inet` reads it.
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

    const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    #[test]
    fn a_user_agent_is_cut_and_an_empty_one_left_out() {
        let named = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, value.try_into().unwrap());
            Client::new(&headers, NOWHERE).user_agent
        };
        assert_eq!(named(b" Firefox ").as_deref(), Some("Firefox"));
        assert_eq!(named(&[b'x'; 5000]).map(|text| text.len()), Some(USER_AGENT_CHARS));
        assert_eq!(named(b"  "), None);
        assert_eq!(
            named(b"Firef\xf6x (X11)").as_deref(),
            Some("Firef\u{fffd}x (X11)"),
            "one odd letter hides no browser"
        );
        assert_eq!(Client::new(&HeaderMap::new(), NOWHERE).user_agent, None);
    }

    #[test]
    fn an_unspecified_address_is_left_out() {
        let text = |address: &str| Client::new(&HeaderMap::new(), address.parse().unwrap()).ip_address_text();
        assert_eq!(text("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(text("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(text("0.0.0.0"), None);
    }
}
