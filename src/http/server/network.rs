//! A range of IP addresses, such as a proxy's.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// All addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
///
/// Parsed from text; without a `/` it is the one address. An IPv4 address and the same address mapped
/// into IPv6 are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    // As IPv6, where IPv4 lives under ::ffff:0:0/96: one comparison serves both.
    bits: u128,
    mask: u128,
}

/// Why a text is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The part before the `/` is not an address.
    #[error("not an IP address: {0:?}")]
    Address(String),
    /// The part after the `/` is not a number of bits such an address has.
    #[error("not a prefix length for this address: {0:?}")]
    Prefix(String),
    /// The address has bits set beyond the prefix, so it names a host, not a network.
    #[error("{0:?} has bits set after its prefix")]
    HostBits(String),
}

impl Network {
    /// Whether `address` lies in this network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        as_ipv6(address).to_bits() & self.mask == self.bits
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    /// # Errors
    /// When the address or the prefix length cannot be read, or the address has bits after its prefix.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Address(address.to_owned()))?;
        let width: u32 = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        let host_bits = match prefix {
            None => 0,
            Some(prefix) => prefix
                .parse()
                .ok()
                .and_then(|length| width.checked_sub(length))
                .ok_or_else(|| NetworkError::Prefix(prefix.to_owned()))?,
        };
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        let bits = as_ipv6(address).to_bits();
        if bits & !mask != 0 {
            return Err(NetworkError::HostBits(text.to_owned()));
        }
        Ok(Self { bits, mask })
    }
}

/// Whom an address is counted as: an IPv4 address is itself, an IPv6 address its /64, which is what one subscriber
/// holds.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// Whom an address is counted as where few are let in at all: an IPv6 address as its /48, which is the most that one
/// household is given.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 80 << 80)),
    }
}

fn as_ipv6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_share_its_prefix() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::1", "::1", true),
        ] {
            let parsed: Network = network.parse().expect(network);
            let address = address.parse().expect(address);
            assert_eq!(parsed.contains(address), inside, "{address} in {network}");
        }
    }

    #[test]
    fn a_text_that_is_no_network_is_refused_with_its_fault() {
        let fault = |text: &str| text.parse::<Network>().expect_err(text);
        assert_eq!(fault("proxy"), NetworkError::Address("proxy".into()));
        assert_eq!(fault("10.0.0.0/33"), NetworkError::Prefix("33".into()));
        assert_eq!(fault("10.0.0.0/"), NetworkError::Prefix(String::new()));
        assert_eq!(fault("::/129"), NetworkError::Prefix("129".into()));
        assert_eq!(fault("10.0.0.1/8"), NetworkError::HostBits("10.0.0.1/8".into()));
    }
}
