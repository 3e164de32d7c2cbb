//! The one cookie: an opaque session id.
//! It must not carry anything else, and it never leaves https except on this machine.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use std::time::Duration;
use tower_sessions::session::Id;

/// `__Host-` makes browsers refuse the cookie unless it is Secure, for this host alone and for every path, so that no
/// neighbour on the same domain can plant one. Browsers apply that to removals too: they need `Secure` as well, which
/// the cookie manager of tower-sessions leaves out.
const HTTPS: SessionCookie = SessionCookie { name: "__Host-session", secure: true };

/// Development on plain http, where browsers would drop a Secure cookie.
const LOOPBACK: SessionCookie = SessionCookie { name: "session", secure: false };

/// What the browser sent under this name; more than once, where a neighbour has planted one beside ours.
pub fn sent<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter_map(move |(found, value)| (found == name).then_some(value))
}

#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    name: &'static str,
    secure: bool,
}

/// What the browser sent under the cookie's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    Nothing,
    Malformed,
    Id(Id),
}

impl SessionCookie {
    pub fn for_origin(https: bool) -> Self {
        if https { HTTPS } else { LOOPBACK }
    }

    pub fn read(self, headers: &HeaderMap) -> Presented {
        match sent(headers, self.name).next().map(str::parse) {
            None => Presented::Nothing,
            Some(Ok(id)) => Presented::Id(id),
            Some(Err(_)) => Presented::Malformed,
        }
    }

    pub fn set(self, id: Id, lifetime: Duration) -> Option<HeaderValue> {
        self.line(&id.to_string(), lifetime.as_secs())
    }

    pub fn remove(self) -> Option<HeaderValue> {
        self.line("", 0)
    }

    fn line(self, value: &str, max_age: u64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        // Lax, not Strict: the way back from the provider is a navigation that another site started.
        let line = format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", self.name);
        let mut line = HeaderValue::try_from(line).ok()?;
        line.set_sensitive(true);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::{Presented, SessionCookie};
    use http::HeaderValue;
    use http::{HeaderMap, header::COOKIE};
    use proptest::prelude::*;
    use std::time::Duration;
    use tower_sessions::session::Id;

    fn sent(line: &str) -> Presented {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, line.parse().unwrap());
        SessionCookie::for_origin(false).read(&headers)
    }

    #[test]
    fn only_a_whole_id_under_the_exact_name_is_read() {
        let id = Id::default();
        assert_eq!(sent(&format!("theme=dark; session={id}")), Presented::Id(id));
        assert_eq!(sent(&format!("__Host-session={id}")), Presented::Nothing);
        assert_eq!(sent(&format!("xsession={id}")), Presented::Nothing);
        for broken in ["session=", "session=x", "session=\"\"", "session=AAAAAAAAAAAAAAAAAAAAA", "session=%00"] {
            assert_eq!(sent(broken), Presented::Malformed, "{broken}");
        }
        assert_eq!(sent(&format!("session={id}A")), Presented::Malformed);
        assert_eq!(SessionCookie::for_origin(true).read(&HeaderMap::new()), Presented::Nothing);
    }

    #[test]
    fn https_cookies_and_their_removal_satisfy_the_host_prefix() {
        let cookie = SessionCookie::for_origin(true);
        for line in [cookie.set(Id::default(), Duration::from_secs(9)).unwrap(), cookie.remove().unwrap()] {
            let line = line.to_str().unwrap();
            assert!(line.starts_with("__Host-session="), "{line}");
            for attribute in ["; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
                assert!(line.contains(attribute), "{line} lacks {attribute}");
            }
            assert!(!line.contains("Domain"), "{line}");
        }
    }

    #[test]
    fn loopback_cookies_are_not_secure_and_have_no_prefix() {
        let line = SessionCookie::for_origin(false).set(Id::default(), Duration::from_secs(9)).unwrap();
        assert!(line.to_str().unwrap().starts_with("session="));
        assert!(!line.to_str().unwrap().contains("Secure"));
    }

    proptest! {
        #[test]
        fn no_header_is_too_strange(noise in any::<Vec<u8>>(), value in any::<String>()) {
            for bytes in [noise, format!("session={value}").into_bytes()] {
                let Ok(header) = HeaderValue::from_bytes(&bytes) else { continue };
                let headers = HeaderMap::from_iter([(COOKIE, header)]);
                if let Presented::Id(id) = SessionCookie::for_origin(false).read(&headers) {
                    prop_assert!(bytes.windows(22).any(|part| part == id.to_string().as_bytes()));
                }
            }
        }
    }
}
