//! The cookie that carries the session's id, and the parsing of cookies. It carries nothing else, and is sent without
//! https on this machine only.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use std::str;
use std::time::Duration;
use tower_sessions::session::Id;

/// Makes browsers refuse the cookie unless it is `Secure`, without `Domain` and with `Path=/`, so that no other host of
/// the same domain can set one. Browsers apply that to removals too: they need `Secure` as well, which the cookie
/// manager of tower-sessions leaves out.
const HOST_PREFIX: &str = "__Host";

/// Returns the values that the browser sent under this name: several where another program has set one for a part of
/// the site.
///
/// Reads bytes, because `HeaderValue::to_str` refuses a whole line for one letter outside ASCII in another program's
/// cookie. Values that are no text are left out.
pub fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let values = pairs(headers).filter(move |(other, _)| *other == name.as_bytes());
    values.filter_map(|(_, value)| str::from_utf8(value).ok())
}

/// Returns the names and values of all cookies that the browser sent.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    pairs.filter_map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        Some((&pair[..end], &pair[end + 1..]))
    })
}

/// The cookie that carries the id of a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionCookie {
    /// The part of the name before the hyphen.
    prefix: &'static str,
    /// The part of the name after it.
    name: &'static str,
    secure: bool,
}

impl SessionCookie {
    /// Returns the cookie of a site on https. Its name gets the prefix `__Host-`.
    pub const fn https(name: &'static str) -> Self {
        Self { prefix: HOST_PREFIX, name, secure: true }
    }

    /// Returns the cookie of a site on plain http, for development: browsers would drop a `Secure` one. All programs on
    /// `localhost` share their cookies, whatever their port, so its name begins with that of the program.
    pub const fn loopback(program: &'static str, name: &'static str) -> Self {
        Self { prefix: program, name, secure: false }
    }

    /// Returns the session id that the browser sent. A value that is no id may belong to another program, and counts as
    /// not sent.
    pub fn read(self, headers: &HeaderMap) -> Option<Id> {
        let own = format!("{}-{}", self.prefix, self.name);
        let is_ours = |name: &[u8]| name == own.as_bytes();
        let mut values = pairs(headers).filter(|(name, _)| is_ours(name)).map(|(_, value)| value);
        values.find_map(|value| str::from_utf8(value).ok()?.parse().ok())
    }

    /// Returns the `Set-Cookie` header that gives the browser this id, for as long as the session may live.
    pub fn set(self, id: Id, lifetime: Duration) -> Option<HeaderValue> {
        self.set_cookie(&id.to_string(), lifetime.as_secs())
    }

    /// Returns the `Set-Cookie` header that takes the cookie away.
    pub fn remove(self) -> Option<HeaderValue> {
        self.set_cookie("", 0)
    }

    fn set_cookie(self, value: &str, max_age: u64) -> Option<HeaderValue> {
        let Self { prefix, name, secure } = self;
        let secure = if secure { "; Secure" } else { "" };
        // Lax, not Strict: the navigation back from an OAuth provider is started by another site.
        let line = format!("{prefix}-{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
        let mut line = HeaderValue::try_from(line).ok()?;
        line.set_sensitive(true);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::SessionCookie;
    use http::HeaderValue;
    use http::{HeaderMap, header::COOKIE};
    use proptest::prelude::*;
    use std::time::Duration;
    use tower_sessions::session::Id;

    const NAME: &str = "example-session";
    const HTTPS: SessionCookie = SessionCookie::https("session");
    const LOOPBACK: SessionCookie = SessionCookie::loopback("example", "session");

    fn read(lines: &[&[u8]]) -> Option<Id> {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_bytes(line).unwrap()));
        LOOPBACK.read(&lines.collect())
    }

    #[test]
    fn only_complete_ids_under_the_exact_name_are_read() {
        let id = Id::default();
        assert_eq!(read(&[format!("theme=dark; {NAME}={id}").as_bytes()]), Some(id));
        for other in [
            "__Host-session",
            "__Host-example-session",
            "session",
            "xexample-session",
            "example-sessionx",
            "EXAMPLE-SESSION",
        ] {
            assert_eq!(read(&[format!("{other}={id}").as_bytes()]), None, "{other}");
        }
        for broken in ["", "x", "\"\"", "AAAAAAAAAAAAAAAAAAAAA", "%00", &format!("{id}A")] {
            assert_eq!(read(&[format!("{NAME}={broken}").as_bytes()]), None, "{broken}");
        }
        assert_eq!(HTTPS.read(&HeaderMap::new()), None);
        for (name, expected) in [("__Host-session", Some(id)), ("session", None), ("__Host-", None)] {
            let header = format!("{name}={id}").parse().unwrap();
            assert_eq!(HTTPS.read(&HeaderMap::from_iter([(COOKIE, header)])), expected, "{name}");
        }
    }

    #[test]
    fn other_cookies_are_ignored() {
        let id = Id::default();
        let ours = format!("{NAME}={id}");
        let odd: [&[u8]; 8] = [
            "city=Zürich".as_bytes(),
            b"city=Z\xfcrich",
            b"\xff=\xfe",
            b"",
            b";;",
            b"=",
            b"a=\"b; c\"",
            b"example-session=x",
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
        for line in [HTTPS.set(Id::default(), Duration::from_secs(9)).unwrap(), HTTPS.remove().unwrap()] {
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
        let line = LOOPBACK.set(Id::default(), Duration::from_secs(9)).unwrap();
        assert!(line.to_str().unwrap().starts_with("example-session="));
        assert!(!line.to_str().unwrap().contains("Secure"));
    }

    proptest! {
        #[test]
        fn arbitrary_headers_do_not_panic(noise in any::<Vec<u8>>(), value in any::<String>()) {
            for bytes in [noise, format!("{NAME}={value}").into_bytes()] {
                let Ok(header) = HeaderValue::from_bytes(&bytes) else { continue };
                let headers = HeaderMap::from_iter([(COOKIE, header)]);
                if let Some(id) = LOOPBACK.read(&headers) {
                    prop_assert!(bytes.windows(22).any(|part| part == id.to_string().as_bytes()));
                }
            }
        }
    }
}
