//! The cookies of Neon Auth, which the app keeps in its own session and sends back as they came. Their attributes do
//! not matter: no browser ever has them.

use cookie::Cookie;
use http::HeaderMap;
use http::header::SET_COOKIE;
use secrecy::SecretString;

/// Neon's documentation and its service spell the middle differently.
const PREFIX: &str = "__Secure-neon";
const SESSION_SUFFIX: &str = ".session_token";
/// The service sends both spellings; older versions of it know the first one only.
const CHALLENGE_SUFFIXES: [&str; 2] = [".session_challange", ".session_challenge"];

/// Bytes. The longest has a hundred.
const MAX_COOKIE_BYTES: usize = 4096;

/// Returns `name=value` of the session cookie, if the response sets one.
pub fn session(headers: &HeaderMap) -> Option<SecretString> {
    // As a browser has it: of two, the later one stays.
    let found = cookies(headers).filter(|cookie| cookie.name().ends_with(SESSION_SUFFIX)).last();
    found.map(|cookie| cookie.stripped().to_string().into())
}

/// Returns the challenge cookies of a login, which prove at the callback that it began here.
pub fn challenges(headers: &HeaderMap) -> Option<SecretString> {
    let found: Vec<_> = cookies(headers)
        .filter(|cookie| CHALLENGE_SUFFIXES.iter().any(|challenge| cookie.name().ends_with(challenge)))
        .map(|cookie| cookie.stripped().to_string())
        .collect();
    (!found.is_empty()).then(|| found.join("; ").into())
}

/// Returns the cookies of Neon Auth that the response sets. Removals are left out.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers.get_all(SET_COOKIE).iter().filter_map(|line| {
        let cookie = Cookie::parse(line.to_str().ok()?).ok()?;
        let (name, value) = (cookie.name(), cookie.value());
        let is_plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b'\\'));
        let is_valid = name.starts_with(PREFIX) && is_plain(name) && !value.is_empty() && is_plain(value);
        let is_removal = cookie.max_age().is_some_and(|age| !age.is_positive());
        (is_valid && name.len() + value.len() < MAX_COOKIE_BYTES && !is_removal).then_some(cookie)
    })
}

#[cfg(test)]
mod tests {
    use super::{challenges, session};
    use http::header::SET_COOKIE;
    use http::{HeaderMap, HeaderValue};
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (SET_COOKIE, HeaderValue::try_from(*line).unwrap())).collect()
    }

    fn found(lines: &[&str]) -> Option<String> {
        session(&headers(lines)).map(|cookie| cookie.expose_secret().to_owned())
    }

    #[test]
    fn session_cookie_is_kept_byte_for_byte() {
        let pair = "__Secure-neon-auth.session_token=abc.d%2Be%3D";
        assert_eq!(found(&[&format!("{pair}; Path=/; HttpOnly; Max-Age=604800")]).as_deref(), Some(pair));
        assert_eq!(found(&[pair]).as_deref(), Some(pair));
        assert_eq!(
            found(&["__Secure-neonauth.session_token=x; Domain=elsewhere.example"]).as_deref(),
            Some("__Secure-neonauth.session_token=x")
        );
        assert_eq!(found(&["__Secure-neon-auth.session_token=old", pair]).as_deref(), Some(pair));
    }

    #[test]
    fn other_cookies_are_ignored() {
        let long = format!("__Secure-neon-auth.session_token={}", "x".repeat(5000));
        for line in [
            "",
            "=x",
            "session_token=x",
            "neon-auth.session_token=x",
            "__Secure-neon-auth.session_token",
            "__Secure-neon-auth.session_token=",
            "__Secure-neon-auth.session_token=x; Max-Age=0",
            "__Secure-neon-auth.session_token=x; max-age = -1",
            "__Secure-neon-auth.session_token=a b",
            "__Secure-neon-auth.session_token=a\tb",
            "__Secure-neon-auth.session_data=x",
            "__Secure-neon-auth.session_token.x=x",
            &long,
        ] {
            assert_eq!(found(&[line]), None, "{line}");
        }
    }

    #[test]
    fn challenges_are_read_in_both_spellings() {
        let both = ["__Secure-neon-auth.session_challange=a; Max-Age=600", "__Secure-neon-auth.session_challenge=b"];
        let kept = challenges(&headers(&both)).unwrap();
        assert_eq!(
            kept.expose_secret(),
            "__Secure-neon-auth.session_challange=a; __Secure-neon-auth.session_challenge=b"
        );
        assert!(challenges(&headers(&["__Secure-neon-auth.session_token=x"])).is_none());
    }

    proptest! {
        #[test]
        fn kept_cookies_are_valid_request_headers(noise in any::<Vec<u8>>(), value in "[ -~]{0,40}") {
            let line = format!("__Secure-neon-auth.session_token={value}").into_bytes();
            for bytes in [noise, line] {
                let Ok(header) = HeaderValue::from_bytes(&bytes) else { continue };
                let Some(kept) = session(&HeaderMap::from_iter([(SET_COOKIE, header)])) else { continue };
                let (name, value) = kept.expose_secret().split_once('=').unwrap();
                prop_assert!(name.starts_with("__Secure-neon") && name.ends_with(".session_token"));
                prop_assert!(!value.is_empty() && !value.contains([';', ',', ' ', '"']));
                prop_assert!(HeaderValue::try_from(kept.expose_secret()).is_ok());
            }
        }
    }
}
