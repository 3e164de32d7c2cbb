//! Cookies: how they are named and read, and the one that carries an opaque session id.
//! It must not carry anything else, and it never leaves https except on this machine.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use std::str;
use std::time::Duration;
use tower_sessions::session::Id;

/// `__Host-` makes browsers refuse the cookie unless it is Secure, for this host alone and for every path, so that no
/// neighbour on the same domain can plant one. Browsers apply that to removals too: they need `Secure` as well, which
/// the cookie manager of tower-sessions leaves out.
const HTTPS: SessionCookie = SessionCookie { name: "__Host-session", secure: true };

/// The session cookie's name in development on plain http, where browsers would drop a Secure cookie. All programs on
/// `localhost` share their cookies, whatever their port, so the name says whose it is.
pub const LOOPBACK_NAME: &str = "leptos-neon-session";

const LOOPBACK: SessionCookie = SessionCookie { name: LOOPBACK_NAME, secure: false };

/// Returns the values that the browser sent under this name, several where a neighbour has planted one beside ours.
///
/// Reads bytes: `HeaderValue::to_str` refuses a whole line for one letter outside ASCII in another program's cookie. A value
/// of ours is always text.
pub fn sent<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    let values = pairs.filter_map(move |pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    values.filter_map(|value| str::from_utf8(value).ok())
}

#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    name: &'static str,
    secure: bool,
}

impl SessionCookie {
    pub fn for_origin(https: bool) -> Self {
        if https { HTTPS } else { LOOPBACK }
    }

    /// Returns the session id that the browser sent. A value that is no id of ours may belong to another program, so it
    /// counts as not sent.
    pub fn read(self, headers: &HeaderMap) -> Option<Id> {
        sent(headers, self.name).find_map(|value| value.parse().ok())
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
    use super::{LOOPBACK_NAME, SessionCookie};
    use http::HeaderValue;
    use http::{HeaderMap, header::COOKIE};
    use proptest::prelude::*;
    use std::time::Duration;
    use tower_sessions::session::Id;

    fn read(lines: &[&[u8]]) -> Option<Id> {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_bytes(line).unwrap()));
        SessionCookie::for_origin(false).read(&lines.collect())
    }

    #[test]
    fn only_a_whole_id_under_the_exact_name_is_read() {
        let id = Id::default();
        assert_eq!(read(&[format!("theme=dark; {LOOPBACK_NAME}={id}").as_bytes()]), Some(id));
        for other in
            ["__Host-session", "session", "xleptos-neon-session", "leptos-neon-sessionx", "LEPTOS-NEON-SESSION"]
        {
            assert_eq!(read(&[format!("{other}={id}").as_bytes()]), None, "{other}");
        }
        for broken in ["", "x", "\"\"", "AAAAAAAAAAAAAAAAAAAAA", "%00", &format!("{id}A")] {
            assert_eq!(read(&[format!("{LOOPBACK_NAME}={broken}").as_bytes()]), None, "{broken}");
        }
        assert_eq!(SessionCookie::for_origin(true).read(&HeaderMap::new()), None);
    }

    #[test]
    fn what_stands_beside_it_does_not_matter() {
        let id = Id::default();
        let ours = format!("{LOOPBACK_NAME}={id}");
        let odd: [&[u8]; 8] = [
            "city=Zürich".as_bytes(),
            b"city=Z\xfcrich",
            b"\xff=\xfe",
            b"",
            b";;",
            b"=",
            b"a=\"b; c\"",
            b"leptos-neon-session=x",
        ];
        for odd in odd {
            assert_eq!(read(&[odd, ours.as_bytes()]), Some(id), "a line before: {odd:?}");
            assert_eq!(read(&[ours.as_bytes(), odd]), Some(id), "a line behind: {odd:?}");
            assert_eq!(read(&[&[odd, b"; ", ours.as_bytes()].concat()]), Some(id), "before: {odd:?}");
            assert_eq!(read(&[&[ours.as_bytes(), b";\t", odd].concat()]), Some(id), "behind: {odd:?}");
        }
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
        assert!(line.to_str().unwrap().starts_with("leptos-neon-session="));
        assert!(!line.to_str().unwrap().contains("Secure"));
    }

    proptest! {
        #[test]
        fn no_header_is_too_strange(noise in any::<Vec<u8>>(), value in any::<String>()) {
            for bytes in [noise, format!("{LOOPBACK_NAME}={value}").into_bytes()] {
                let Ok(header) = HeaderValue::from_bytes(&bytes) else { continue };
                let headers = HeaderMap::from_iter([(COOKIE, header)]);
                if let Some(id) = SessionCookie::for_origin(false).read(&headers) {
                    prop_assert!(bytes.windows(22).any(|part| part == id.to_string().as_bytes()));
                }
            }
        }
    }
}
