//! Classifies the host of a database URL: Neon, pooled, Private Link.
//! It must not look further into the URL: there is a password in it.

use secrecy::{ExposeSecret, SecretString};
use std::net::IpAddr;
use url::{Host, Url};

/// The host of a database, and what its name says.
#[derive(Debug, PartialEq, Eq)]
pub struct DatabaseHost {
    pub name: String,
    pub is_neon: bool,
    /// Whether it is Neon's pooler, or another one that calls itself so.
    pub is_pooled: bool,
    /// Whether its name is one of Private Link. A private address behind an ordinary name is one as well.
    pub is_private_link: bool,
}

impl DatabaseHost {
    pub fn from_url(database_url: &SecretString) -> Option<Self> {
        let url = Url::parse(database_url.expose_secret()).ok()?;
        let host = url.host()?;
        let name = host.to_string().to_ascii_lowercase();
        let labels: Vec<&str> = name.split('.').collect();
        let is_name = matches!(host, Host::Domain(_));
        Some(Self {
            is_neon: is_name && labels.len() > 2 && labels.ends_with(&["neon", "tech"]),
            is_pooled: is_name && labels[0].ends_with("-pooler"),
            is_private_link: is_name && labels.iter().any(|label| *label == "vpce" || label.starts_with("vpce-")),
            name,
        })
    }

    /// Returns whether the name leads into a private network, as Neon's names do where Private Link has its own DNS.
    pub async fn resolves_to_private_address(&self) -> bool {
        let Ok(addresses) = tokio::net::lookup_host((self.name.as_str(), 5432)).await else { return false };
        self.is_neon && addresses.into_iter().any(|address| is_private(address.ip().to_canonical()))
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseHost;

    #[test]
    fn hosts_are_classified_by_name() {
        for (host, neon, pooled, private) in [
            ("ep-cool-dawn-123.eu-central-1.aws.neon.tech", true, false, false),
            ("ep-cool-dawn-123-pooler.c-2.us-east-2.aws.neon.tech", true, true, false),
            ("ep-cool-dawn-123.vpce.us-east-2.aws.neon.tech", true, false, true),
            ("vpce-0abc-1xyz.vpce-svc-0def.us-east-2.vpce.amazonaws.com", false, false, true),
            ("neon.tech.example.com", false, false, false),
            ("127.0.0.1", false, false, false),
            ("db.internal", false, false, false),
        ] {
            let host = DatabaseHost::from_url(&format!("postgresql://web:secret@{host}/neondb").into()).unwrap();
            assert_eq!((host.is_neon, host.is_pooled, host.is_private_link), (neon, pooled, private), "{}", host.name);
        }
        assert_eq!(DatabaseHost::from_url(&"nonsense".into()), None);
    }
}
