//! How often an address may do what everybody may: try a wrong enrolment code, which has 40 bits, so that few tries must
//! be all there are; and apply for a business.
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How many tries there may be, of an address and of all.
#[derive(Clone, Copy, Debug)]
struct Most {
    of_address: (usize, TimeDelta),
    /// Within an hour, as they are remembered for so long.
    of_all: usize,
}

const CODES: Most = Most { of_address: (5, TimeDelta::minutes(10)), of_all: 100 };
const APPLICATIONS: Most = Most { of_address: (3, HOUR), of_all: 100 };
const HOUR: TimeDelta = TimeDelta::hours(1);

/// The tries of the last hour, oldest first.
#[derive(Debug)]
pub(in crate::http) struct Attempts {
    most: Most,
    tries: Mutex<VecDeque<(DateTime<Utc>, IpAddr)>>,
}

impl Attempts {
    /// Those of wrong codes: a try counts until it is known to be a good one.
    pub(in crate::http) fn of_codes() -> Self {
        Self { most: CODES, tries: Mutex::default() }
    }

    /// Those of applications: one counts until it is refused.
    pub(in crate::http) fn of_applications() -> Self {
        Self { most: APPLICATIONS, tries: Mutex::default() }
    }

    /// Counts a try from `address` at `now`.
    ///
    /// # Errors
    /// When there were too many; the error says how long until there may be another.
    pub(super) fn take(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        let Most { of_address: (number, within), of_all } = self.most;
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        while tries.front().is_some_and(|(at, _)| *at + HOUR <= now) {
            tries.pop_front();
        }
        if let Some((oldest, _)) = tries.front().filter(|_| of_all <= tries.len()) {
            return Err(*oldest + HOUR - now);
        }
        let own = tries.iter().filter(|(at, of)| *of == address && now < *at + within);
        let own: Vec<DateTime<Utc>> = own.map(|(at, _)| *at).collect();
        if number <= own.len() {
            return Err(own[0] + within - now);
        }
        tries.push_back((now, address));
        Ok(())
    }

    /// Takes back the try from `address` at `at`: it was no guess.
    pub(super) fn give_back(&self, address: IpAddr, at: DateTime<Utc>) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = tries.iter().rposition(|tried| *tried == (at, address)) {
            tries.remove(n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_codes_of_an_address_in_ten_minutes_and_a_hundred_of_all_in_an_hour() {
        let (start, attempts) = (DateTime::UNIX_EPOCH, Attempts::of_codes());
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        let minutes = |n| start + TimeDelta::minutes(n);
        for n in 0..5 {
            assert_eq!(attempts.take(address(0), minutes(n)), Ok(()), "{n}");
        }
        assert_eq!(attempts.take(address(0), minutes(5)), Err(TimeDelta::minutes(5)));
        attempts.give_back(address(0), minutes(4));
        assert_eq!(attempts.take(address(0), minutes(5)), Ok(()));
        assert_eq!(attempts.take(address(0), minutes(9)), Err(TimeDelta::minutes(1)));
        assert_eq!(attempts.take(address(0), minutes(10)), Ok(()), "the first is forgiven");
        for n in 0..94 {
            assert_eq!(attempts.take(address(1 + n), minutes(10)), Ok(()), "{n}");
        }
        assert_eq!(attempts.take(address(200), minutes(10)), Err(TimeDelta::minutes(50)));
        assert_eq!(attempts.take(address(200), minutes(60)), Ok(()));
    }
    #[test]
    fn three_applications_of_an_address_in_an_hour() {
        let (start, attempts) = (DateTime::UNIX_EPOCH, Attempts::of_applications());
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        for n in 0..3 {
            assert_eq!(attempts.take(address(0), start + TimeDelta::minutes(n)), Ok(()), "{n}");
        }
        let later = start + TimeDelta::minutes(59);
        assert_eq!(attempts.take(address(0), later), Err(TimeDelta::minutes(1)));
        assert_eq!(attempts.take(address(1), later), Ok(()));
        assert_eq!(attempts.take(address(0), start + HOUR), Ok(()));
    }
}
