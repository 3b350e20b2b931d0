//! How many connections there are, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Places for connections.
#[derive(Debug)]
pub(crate) struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    pub(crate) fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_one, taken: Mutex::default() })
    }

    /// A place for a connection from an address, if there is one. Addresses of one IPv6 network of 64 bits count as one: each
    /// customer has so many. One who comes for many may have all.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr, is_proxy: bool) -> Option<Place> {
        let address = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = taken.by_address.get(&address).copied().unwrap_or(0);
        if taken.all >= self.most || !is_proxy && of_one >= self.most_of_one {
            return None;
        }
        taken.all += 1;
        metrics::gauge!("kalends_connections").increment(1.0);
        taken.by_address.insert(address, of_one + 1);
        Some(Place { places: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        metrics::gauge!("kalends_connections").decrement(1.0);
        if let Some(of_one) = taken.by_address.get_mut(&self.address) {
            *of_one = of_one.saturating_sub(1);
            if *of_one == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_are_taken_and_free_again() {
        let places = Places::new(3, 2);
        let first = places.take(address("192.0.2.1"), false).unwrap();
        let second = places.take(address("::ffff:192.0.2.1"), false).unwrap();
        assert!(places.take(address("192.0.2.1"), false).is_none(), "two of one address");
        let _third = places.take(address("192.0.2.2"), false).unwrap();
        assert!(places.take(address("192.0.2.3"), false).is_none(), "three in all");
        drop(first);
        let _fourth = places.take(address("192.0.2.1"), false).unwrap();
        drop(second);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let places = Places::new(9, 1);
        let _one = places.take(address("2001:db8::1"), false).unwrap();
        assert!(places.take(address("2001:db8::2"), false).is_none());
        assert!(places.take(address("2001:db8:0:1::2"), false).is_some());
    }

    #[test]
    fn a_proxy_comes_for_many() {
        let places = Places::new(3, 1);
        let taken: Vec<Option<Place>> = (0..4).map(|_| places.take(address("192.0.2.1"), true)).collect();
        assert_eq!(taken.iter().flatten().count(), 3, "as many as there are in all");
    }
}
