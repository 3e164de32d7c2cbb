//! Checks whether a project trusts an origin, as far as its settings show. Neon Auth decides that each time.

use time::OffsetDateTime;
use url::{Host, Url};

/// The facts about a project that a check of the set-up needs.
#[derive(Clone, Debug)]
pub struct ProjectInfo {
    /// The origins that browsers may be redirected to, with `*` and `**` in the host. Unknown where it may not be read.
    pub trusted_domains: Option<Vec<String>>,
    /// Whether it also trusts every port of this machine. Unknown where it does not show.
    pub allows_localhost: Option<bool>,
    /// Its clock, to the second.
    pub clock: Option<OffsetDateTime>,
}

impl ProjectInfo {
    /// Returns whether the project trusts an origin. Unknown where only this machine could be meant, and the project
    /// does not show whether that is allowed.
    pub fn trusts(&self, origin: &Url) -> Option<bool> {
        let domains = self.trusted_domains.as_ref()?;
        if domains.iter().any(|domain| pattern_matches(domain, origin)) {
            return Some(true);
        }
        match origin.host() {
            Some(Host::Domain(name)) if name == "localhost" || name.ends_with(".localhost") => self.allows_localhost,
            // The generation that shows it means the name only; the other one means these addresses as well.
            Some(Host::Ipv4(address)) if address.is_loopback() => self.allows_localhost.and(Some(false)),
            _ => Some(false),
        }
    }

    /// Returns what the owner of the project has to change there for the app at `origin`, if anything.
    pub fn advice(&self, origin: &Url) -> Option<Advice> {
        let text = origin.origin().ascii_serialization();
        if self.trusts(origin) == Some(false) {
            let domains = self.trusted_domains.as_deref().unwrap_or_default();
            let list = if domains.is_empty() { "none".to_owned() } else { domains.join(", ") };
            return Some(Advice {
                breaks_sign_in: true,
                seen: format!("{text} is not among the trusted domains of Neon Auth ({list})"),
                fix: add_domain_fix(origin),
            });
        }
        (origin.scheme() == "https" && self.allows_localhost == Some(true)).then(|| Advice {
            breaks_sign_in: false,
            seen: "Neon Auth still trusts every port of localhost".to_owned(),
            fix: "switch off \"Allow localhost\" in Neon's console: Auth, Configuration, Domains".to_owned(),
        })
    }
}

/// Returns what the owner does to make Neon Auth trust the app at `origin`.
pub fn add_domain_fix(origin: &Url) -> String {
    format!("add {} in Neon's console: Auth, Configuration, Domains", origin.origin().ascii_serialization())
}

/// A fault of the set-up, and its fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Whether users cannot sign in, or not through a provider, until it is done.
    pub breaks_sign_in: bool,
    /// The finding.
    pub seen: String,
    /// The instruction that repairs it.
    pub fix: String,
}

/// Returns whether an origin matches `pattern`: a scheme and a host, with an optional port; in the host, `*` stands for
/// a run without dots and `**` for any run. Without a port only the default one of the scheme matches.
fn pattern_matches(pattern: &str, origin: &Url) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let Some((scheme, authority)) = pattern.split_once("://") else { return false };
    let authority = authority.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port.parse::<u16>().ok()),
        _ => (authority, None),
    };
    let default_port = if scheme == "https" { 443 } else { 80 };
    origin.scheme() == scheme
        && origin.port_or_known_default() == Some(port.unwrap_or(default_port))
        && glob(host.as_bytes(), origin.host_str().unwrap_or_default().as_bytes())
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
    use super::ProjectInfo;
    use super::pattern_matches;
    use proptest::prelude::*;
    use url::Url;

    fn project(domains: &[&str], allows_localhost: Option<bool>) -> ProjectInfo {
        let trusted_domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        ProjectInfo { trusted_domains: Some(trusted_domains), allows_localhost, clock: None }
    }

    #[test]
    fn advice_names_what_to_add_and_where() {
        let advice = |project: ProjectInfo, origin: &str| project.advice(&origin.parse().unwrap());
        let app = "https://app.example";
        let untrusted = advice(project(&["https://www.example"], None), app).unwrap();
        assert!(untrusted.breaks_sign_in && untrusted.seen.contains("https://www.example"), "{untrusted:?}");
        assert!(untrusted.fix.contains("add https://app.example in Neon's console"), "{untrusted:?}");
        assert_eq!(advice(project(&[app], None), app), None);
        assert_eq!(advice(project(&[app], Some(false)), app), None);
        let open = advice(project(&[app], Some(true)), app).unwrap();
        assert!(!open.breaks_sign_in && open.seen.contains("localhost"), "{open:?}");
        assert_eq!(advice(project(&[], Some(true)), "http://localhost:3000"), None);
        assert!(advice(project(&[], Some(false)), "http://localhost:3000").unwrap().breaks_sign_in);
        assert!(advice(project(&[], Some(true)), "http://127.0.0.1:3000").unwrap().breaks_sign_in);
        assert_eq!(advice(project(&[], None), "http://127.0.0.1:3000"), None);
    }

    #[test]
    fn origins_are_trusted_by_scheme_host_and_port() {
        let trusts = |domain: &str, origin: &str| project(&[domain], None).trusts(&origin.parse().unwrap());
        for (domain, origin, trusted) in [
            ("https://app.example", "https://app.example", true),
            ("https://App.example/", "https://app.example", true),
            ("https://app.example:443", "https://app.example", true),
            ("https://app.example:8443", "https://app.example", false),
            ("http://app.example", "https://app.example", false),
            ("https://www.app.example", "https://app.example", false),
            ("https://*.example", "https://app.example", true),
            ("https://*.example", "https://a.b.example", false),
            ("https://**.example", "https://a.b.example", true),
            ("https://app.example", "https://app.example.evil.example", false),
            ("app.example", "https://app.example", false),
        ] {
            assert_eq!(trusts(domain, origin), Some(trusted), "{domain} {origin}");
        }
        assert_eq!(trusts("https://app.example", "http://localhost:3000"), None);
        assert_eq!(trusts("http://localhost:3000", "http://localhost:3000"), Some(true));
        assert_eq!(trusts("https://app.example", "http://127.0.0.1:3000"), None);
    }

    proptest! {
        #[test]
        fn pattern_without_wildcards_matches_one_origin(noise in any::<String>(), host in "[a-z]{1,3}(\\.[a-z]{1,3}){0,2}", other in "[a-z]{1,3}(\\.[a-z]{1,3}){0,2}") {
            let origin: Url = format!("https://{host}").parse().unwrap();
            pattern_matches(&noise, &origin);
            prop_assert_eq!(pattern_matches(&format!("https://{other}"), &origin), other == host);
            prop_assert!(pattern_matches("https://**", &origin));
            prop_assert_eq!(pattern_matches("https://*", &origin), !host.contains('.'));
            prop_assert_eq!(pattern_matches(&format!("https://**.{host}"), &origin), false, "the domain itself is not below it");
        }
    }
}
