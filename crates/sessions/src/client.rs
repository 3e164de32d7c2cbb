//! From where a session is used: what people recognise their devices by.
//! It must not decide anything: a browser says of itself what it likes.

use http::HeaderMap;
use http::header::USER_AGENT;
use std::net::IpAddr;

/// Characters. What comes after them is never what tells browsers apart.
const USER_AGENT_CHARS: usize = 256;

/// Whoever sent a request, as far as that can be told from outside.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub ip_address: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl Client {
    pub fn new(headers: &HeaderMap, ip_address: IpAddr) -> Self {
        let user_agent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let user_agent = user_agent.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Self {
            ip_address: (!ip_address.is_unspecified()).then_some(ip_address),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS).collect()),
        }
    }

    /// As the database's type reads it.
    pub fn ip_address_text(&self) -> Option<String> {
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
    fn a_name_is_cut_and_an_empty_one_is_left_out() {
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
    fn no_address_is_made_up() {
        let text = |address: &str| Client::new(&HeaderMap::new(), address.parse().unwrap()).ip_address_text();
        assert_eq!(text("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(text("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(text("0.0.0.0"), None);
    }
}
