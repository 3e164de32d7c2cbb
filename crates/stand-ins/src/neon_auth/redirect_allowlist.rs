//! Decides where browsers may be redirected to: localhost if the project allows it, and the trusted domains.

use url::{Host, Url};

/// Returns whether a browser may be redirected to `url`. As on the real server, every path on a trusted origin is
/// allowed.
pub fn allows(url: &str, trusted_domains: &[String], allow_localhost: bool) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return false };
    (allow_localhost && is_localhost(&url, host)) || trusted_domains.iter().any(|domain| matches(domain, &url, host))
}

/// Returns whether the host is localhost, with any scheme, port and path. `[::1]` is not localhost to the real server.
fn is_localhost(url: &Url, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        // A scheme that `url` does not know leaves the host as it was written.
        Some(Host::Domain(name)) => name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        Some(Host::Ipv6(_)) | None => false,
    };
    is_loopback || host == "localhost" || host.ends_with(".localhost")
}

/// Returns whether a `Host` header names the machine that we run on.
pub fn is_this_machine(host_header: &str) -> bool {
    let Ok(url) = Url::parse(&format!("http://{host_header}/")) else { return false };
    match url.host() {
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(_) => is_localhost(&url, url.host_str().unwrap_or_default()),
        None => false,
    }
}

/// Returns whether the URL matches the pattern: a scheme and a host, with an optional port. In the host, `*` stands for
/// a run without dots and `**` for any run. Without a port only the scheme's own one matches.
fn matches(pattern: &str, url: &Url, host: &str) -> bool {
    let Some((scheme, rest)) = pattern.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (pattern_host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port.parse().ok()),
        _ => (authority, None),
    };
    let default_port = match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    };
    url.scheme().eq_ignore_ascii_case(scheme)
        && url.port_or_known_default() == port.or(default_port)
        && !pattern_host.is_empty()
        && glob(pattern_host.to_ascii_lowercase().as_bytes(), host.to_ascii_lowercase().as_bytes())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=text.len()).any(|skipped| glob(rest, &text[skipped..])),
        [b'*', rest @ ..] => {
            let label = text.iter().take_while(|byte| **byte != b'.').count();
            (0..=label).any(|skipped| glob(rest, &text[skipped..]))
        }
        [first, rest @ ..] => text.first() == Some(first) && glob(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, domains: &[&str], allow_localhost: bool) -> bool {
        let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
        allows(url, &domains, allow_localhost)
    }

    /// Replays the table recorded from the real server, with `https://app.example.test` trusted and localhost allowed.
    #[test]
    fn redirects_match_the_recorded_table() {
        for (url, expected) in [
            ("http://localhost:3000/cb", true),
            ("http://localhost:1/cb", true),
            ("https://localhost:8443/cb", true),
            ("http://127.0.0.1:3000/cb", true),
            ("http://127.0.0.2:3000/cb", true),
            ("http://[::1]:3000/cb", false),
            ("http://foo.localhost:3000/cb", true),
            ("http://localhost.example:3000/cb", false),
            ("http://0.0.0.0:3000/cb", false),
            ("https://app.example.test", true),
            ("https://app.example.test/handler/oauth-callback", true),
            ("https://app.example.test/any/path?x=1", true),
            ("https://app.example.test:443/cb", true),
            ("https://app.example.test:8443/cb", false),
            ("http://app.example.test/cb", false),
            ("https://sub.app.example.test/cb", false),
            ("https://app.example.test.evil.example/cb", false),
            ("https://app.example.test@evil.example/cb", false),
            ("https://evil.example/https://app.example.test", false),
            ("https://evil.example\\@app.example.test/cb", false),
            ("https://app.example.test%2eevil.example/cb", false),
            ("javascript:alert(1)", false),
            ("not a url", false),
            ("/next", false),
        ] {
            assert_eq!(allowed(url, &["https://app.example.test"], true), expected, "{url}");
        }
    }

    #[test]
    fn localhost_is_refused_unless_allowed() {
        for url in ["http://localhost:3000", "http://127.0.0.1/", "http://a.localhost/", "http://0x7f.1/"] {
            assert!(!allowed(url, &["https://app.example.test"], false), "{url}");
        }
        assert!(allowed("http://localhost:3000/x", &["http://localhost:3000"], false));
        assert!(!allowed("https://app.example.test/", &[], false), "nothing is allowed");
    }

    #[test]
    fn wildcards_stop_at_dots_unless_doubled() {
        for (domain, url, expected) in [
            ("https://*.example.com", "https://app.example.com/cb", true),
            ("https://*.example.com", "https://example.com/cb", false),
            ("https://*.example.com", "https://a.b.example.com/cb", false),
            ("https://**.example.com", "https://a.b.example.com/cb", true),
            ("https://**.example.com", "https://a.b.example.com.evil.com/cb", false),
            ("https://app-*.example.com", "https://app-.example.com/cb", true),
            ("https://*.example.com", "https://app.example.com:8443/cb", false),
            ("https://*.example.com:8443", "https://app.example.com:8443/cb", true),
            ("https://*.example.com", "https://evil.com/.example.com", false),
            ("https://APP.example.com", "https://app.EXAMPLE.com/cb", true),
        ] {
            assert_eq!(allowed(url, &[domain], false), expected, "{domain} {url}");
        }
    }

    #[test]
    fn only_loopback_host_headers_name_this_machine() {
        for (host, expected) in [
            ("127.0.0.1:4000", true),
            ("localhost:4000", true),
            ("[::1]:4000", true),
            ("auth.localhost", true),
            ("evil.example:4000", false),
            ("127.0.0.1.evil.example", false),
            ("192.168.1.2:4000", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), expected, "{host}");
        }
    }
}
