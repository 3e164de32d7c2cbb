//! The networks that share a budget: of IPv6 those that one customer of a provider gets.

use std::net::{IpAddr, Ipv6Addr};

/// Bits of the prefix that a household gets: /56 is what providers hand out, and a /64 is in one.
const HOUSEHOLD: u32 = 56;

/// Bits of the prefix that a company or a rented server gets.
const SITE: u32 = 48;

/// Returns the network that counts as one client. An address of IPv4 is one by itself.
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => prefix(address, HOUSEHOLD).into(),
    }
}

/// Returns the larger network around it that has a budget of its own: the 256 households of one /48 may be one
/// attacker.
pub fn site(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(prefix(address, SITE).into()),
    }
}

fn prefix(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

#[cfg(test)]
mod tests {
    use super::{household, site};
    use std::net::IpAddr;

    #[test]
    fn ipv6_addresses_share_the_prefix_of_their_customer() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(household(address("2001:db8:1:2ff:3:4:5:6")), address("2001:db8:1:200::"));
        assert_eq!(household(address("2001:db8:1:300::1")), address("2001:db8:1:300::"));
        assert_eq!(household(address("192.0.2.7")), address("192.0.2.7"));
        assert_eq!(site(address("2001:db8:1:2ff:3:4:5:6")), Some(address("2001:db8:1::")));
        assert_eq!(site(address("192.0.2.7")), None);
    }
}
