//! The addresses at which browsers reach the ports of a codespace of GitHub, as its own variables name them.
//! It must not take any of it from a request.

use environment::Variables;

/// A codespace of GitHub that this machine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codespace {
    name: String,
    domain: String,
}

impl Codespace {
    /// Reads the variables of a codespace. Returns `None` on every other machine, and for names that could be more than
    /// a part of a host.
    pub(super) fn read(variables: &Variables<'_>) -> Option<Self> {
        let text = |name| variables.get(name)?.into_string().ok();
        let (name, domain) = (text("CODESPACE_NAME")?, text("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")?);
        (is_label(&name) && domain.split('.').all(is_label)).then_some(Self { name, domain })
    }

    /// Returns the origin at which browsers reach what listens on `port` of loopback.
    pub fn origin(&self, port: u16) -> String {
        format!("https://{}-{port}.{}", self.name, self.domain)
    }

    /// Returns the trusted domain that stands for all of its ports.
    pub fn every_origin(&self) -> String {
        format!("https://{}-*.{}", self.name, self.domain)
    }
}

/// Tells whether this is a label of a host, as browsers write one.
fn is_label(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::Codespace;
    use environment::{DotEnv, Variables};

    fn read(name: Option<&str>, domain: Option<&str>) -> Option<Codespace> {
        let environment = |asked: &str| match asked {
            "CODESPACE_NAME" => name.map(Into::into),
            "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN" => domain.map(Into::into),
            _ => None,
        };
        Codespace::read(&Variables::new(&environment, &DotEnv::default()))
    }

    #[test]
    fn each_port_has_a_host_of_its_own() {
        let codespace = read(Some("fluffy-parakeet-4x7"), Some("app.github.dev")).unwrap();
        assert_eq!(codespace.origin(3000), "https://fluffy-parakeet-4x7-3000.app.github.dev");
        assert_eq!(codespace.every_origin(), "https://fluffy-parakeet-4x7-*.app.github.dev");
    }

    #[test]
    fn names_that_are_no_host_are_refused() {
        let (name, domain) = (Some("fluffy"), Some("app.github.dev"));
        for (name, domain) in [
            (None, domain),
            (name, None),
            (Some(""), domain),
            (name, Some("")),
            (Some("evil.example/"), domain),
            (Some("a@b"), domain),
            (Some("*"), domain),
            (name, Some("github.dev/x")),
            (name, Some("github.dev:1")),
            (name, Some(".dev")),
            (name, Some("**")),
        ] {
            assert_eq!(read(name, domain), None, "{name:?} {domain:?}");
        }
    }
}
