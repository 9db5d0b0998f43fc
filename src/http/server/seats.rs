//! How many connections each client address holds, or how many of something else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::network::subscriber;
use super::{Limits, Network};

/// The open connections by address (IPv4) or /64 (IPv6), and how many each may have.
#[derive(Debug)]
pub(in crate::http) struct Seats {
    taken: Mutex<HashMap<IpAddr, usize>>,
    per_ipv4: usize,
    per_ipv6_64: usize,
    exempt: Vec<Network>,
}

/// One connection's place. Dropping it gives the place back.
#[derive(Debug)]
pub(in crate::http) struct Seat {
    held: Option<(Arc<Seats>, IpAddr)>,
}

impl Seats {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            taken: Mutex::new(HashMap::new()),
            per_ipv4: limits.per_ipv4,
            per_ipv6_64: limits.per_ipv6_64,
            exempt: limits.exempt.clone(),
        }
    }

    /// As many for each address as `each` says, and as many as they like for those that are `exempt`.
    pub(in crate::http) fn each(each: usize, exempt: Vec<Network>) -> Self {
        Self { taken: Mutex::new(HashMap::new()), per_ipv4: each, per_ipv6_64: each, exempt }
    }

    /// A place for one more connection from `address`, or nothing where it has all it may have.
    pub(in crate::http) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        if self.exempt.iter().any(|network| network.contains(address)) {
            return Some(Seat { held: None });
        }
        let holder = subscriber(address);
        let cap = match holder {
            IpAddr::V4(_) => self.per_ipv4,
            IpAddr::V6(_) => self.per_ipv6_64,
        };
        let mut taken = self.taken();
        let held = taken.get(&holder).copied().unwrap_or(0);
        if held >= cap {
            return None;
        }
        taken.insert(holder, held + 1);
        drop(taken);
        Some(Seat { held: Some((Arc::clone(self), holder)) })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((seats, holder)) = self.held.take() else {
            return;
        };
        let mut taken = seats.taken();
        if let Some(held) = taken.get_mut(&holder) {
            *held -= 1;
            if *held == 0 {
                taken.remove(&holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats() -> Arc<Seats> {
        Arc::new(Seats::new(&Limits {
            per_ipv4: 2,
            per_ipv6_64: 1,
            exempt: vec!["192.0.2.0/24".parse().expect("a network")],
            ..Limits::default()
        }))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let seats = seats();
        let first = seats.take(ip("203.0.113.1"));
        let second = seats.take(ip("::ffff:203.0.113.1"));
        assert!(first.is_some() && second.is_some());
        assert!(seats.take(ip("203.0.113.1")).is_none());
        assert!(seats.take(ip("203.0.113.2")).is_some());
        drop(first);
        assert!(seats.take(ip("203.0.113.1")).is_some());
        drop(second);
        assert!(seats.taken().is_empty());
    }

    #[test]
    fn a_slash_64_counts_as_one_client() {
        let seats = seats();
        let _one = seats.take(ip("2001:db8:0:1::1")).expect("a seat");
        assert!(seats.take(ip("2001:db8:0:1:ffff::2")).is_none());
        assert!(seats.take(ip("2001:db8:0:2::1")).is_some());
    }

    #[test]
    fn an_exempt_proxy_has_no_share_to_run_out_of() {
        let seats = seats();
        let all: Vec<_> = (0..10).map(|_| seats.take(ip("192.0.2.9"))).collect();
        assert!(all.iter().all(Option::is_some));
    }
}
