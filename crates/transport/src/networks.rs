//! Networks by their addresses: whom one trusts.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses that begin alike: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// So many bits of it count.
    bits: u8,
}

/// What is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wanted an address or a network, as 127.0.0.1 or 10.0.0.0/8, found {0:?}")]
pub struct BadNetwork(String);

/// Several networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

impl Network {
    /// Is an address in it? One of IPv4 is the same in IPv6 (RFC 4291 2.5.5.2).
    pub fn contains(&self, address: IpAddr) -> bool {
        let mask = |number: u128, all: u32| {
            number.checked_shr(all.saturating_sub(u32::from(self.bits))).unwrap_or(0)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(here), IpAddr::V4(there)) => {
                mask(here.to_bits().into(), 32) == mask(there.to_bits().into(), 32)
            }
            (IpAddr::V6(here), IpAddr::V6(there)) => mask(here.to_bits(), 128) == mask(there.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.to_owned());
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).ok().filter(|bits| *bits <= most).ok_or_else(bad)?;
        Ok(Self { address, bits })
    }
}

impl Networks {
    /// Are there none?
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Is an address in one of them?
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Written one after the other, with blanks or commas between.
impl FromStr for Networks {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        words.map(str::parse).collect::<Result<Vec<_>, _>>().map(Self)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_what_begins_like_it() {
        for (network, inside, outside) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.0/9", "10.127.0.1", "10.128.0.1"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("::1", "::1", "127.0.0.1"),
            ("0.0.0.0/0", "192.0.2.9", "2001:db8::1"),
            ("::/0", "2001:db8::1", "192.0.2.9"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{network} {inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{network} {outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["here", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "127.0.0.1:80"]
        {
            assert!(text.parse::<Networks>().is_err(), "{text}");
        }
        let both: Networks = " 127.0.0.1, ::1 ".parse().unwrap();
        assert!(["127.0.0.1", "::1"].iter().all(|one| both.contains(one.parse().unwrap())));
        assert!(!"".parse::<Networks>().unwrap().contains("127.0.0.1".parse().unwrap()));
    }
}
