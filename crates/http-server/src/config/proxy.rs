//! Which proxy in front of the server is believed about where a request comes from, `TRUSTED_PROXY`.
//! It must not trust any unless told: every client can send the headers that proxies send.

use super::vars::{Unreadable, Vars};
use ipnet::IpNet;
use std::net::IpAddr;
use std::num::NonZeroU8;
use std::str::FromStr;
use std::sync::Arc;

/// More proxies in a row than any deployment has.
const MOST_HOPS: u8 = 10;

/// The proxy in front of the server that is believed about where a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustedProxy {
    /// Browsers reach the server directly.
    #[default]
    None,
    /// The proxy of Fly.io, which sets `Fly-Client-IP` and lets no client set it.
    Fly,
    /// So many proxies in a row, each of which appends the address of its own client to `X-Forwarded-For`.
    Hops(NonZeroU8),
    /// Proxies in these networks, each of which does the same.
    Networks(Arc<[IpNet]>),
}

impl TrustedProxy {
    pub(super) fn read(vars: &mut Vars<'_>) -> Self {
        let fix = "fly, a number of proxies such as 1, or their networks such as 10.0.0.0/8,fd00::/8; or leave it out";
        vars.parsed("TRUSTED_PROXY", Self::None, fix)
    }
}

impl FromStr for TrustedProxy {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        if text.eq_ignore_ascii_case("fly") {
            return Ok(Self::Fly);
        }
        if let Ok(hops) = text.parse::<NonZeroU8>() {
            return if hops.get() <= MOST_HOPS { Ok(Self::Hops(hops)) } else { Err(Unreadable) };
        }
        text.split(',').map(|network| parse_network(network.trim())).collect::<Result<_, _>>().map(Self::Networks)
    }
}

/// Parses a network, or one address. Refuses a network of everything, which would trust every client.
fn parse_network(text: &str) -> Result<IpNet, Unreadable> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| Unreadable)?;
    if network.prefix_len() == 0 { Err(Unreadable) } else { Ok(network) }
}

#[cfg(test)]
mod tests {
    use super::{TrustedProxy, Unreadable};
    use std::num::NonZeroU8;

    #[test]
    fn a_proxy_is_fly_a_number_or_networks() {
        assert_eq!("fly".parse(), Ok(TrustedProxy::Fly));
        assert_eq!("2".parse(), Ok(TrustedProxy::Hops(NonZeroU8::new(2).unwrap())));
        let networks = ["10.0.0.0/8".parse().unwrap(), "fd00::1/128".parse().unwrap()];
        assert_eq!("10.0.0.0/8, fd00::1".parse(), Ok(TrustedProxy::Networks(networks.into())));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "yes", "true", "0", "-1", "11", "256", "0.0.0.0/0", "::/0", "10.0.0.0/8,", "10.0.0.0/33", "*"]
        {
            assert_eq!(text.parse::<TrustedProxy>(), Err(Unreadable), "{text}");
        }
    }
}
