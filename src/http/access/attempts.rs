//! How often a wrong enrolment code may be tried: a code has 40 bits, so few tries must be all there are.
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const OF_ADDRESS: usize = 5;
const OF_ADDRESS_WITHIN: TimeDelta = TimeDelta::minutes(10);
const OF_ALL: usize = 100;
const OF_ALL_WITHIN: TimeDelta = TimeDelta::hours(1);

/// The tries of the last hour, oldest first. A try counts until it is known to be a good one.
#[derive(Debug, Default)]
pub(in crate::http) struct Attempts(Mutex<VecDeque<(DateTime<Utc>, IpAddr)>>);

impl Attempts {
    /// Counts a try from `address` at `now`.
    ///
    /// # Errors
    /// When there were too many; the error says how long until there may be another.
    pub(super) fn take(&self, address: IpAddr, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tries.front().is_some_and(|(at, _)| *at + OF_ALL_WITHIN <= now) {
            tries.pop_front();
        }
        if let Some((oldest, _)) = tries.front().filter(|_| OF_ALL <= tries.len()) {
            return Err(*oldest + OF_ALL_WITHIN - now);
        }
        let own = tries.iter().filter(|(at, of)| *of == address && now < *at + OF_ADDRESS_WITHIN);
        let own: Vec<DateTime<Utc>> = own.map(|(at, _)| *at).collect();
        if OF_ADDRESS <= own.len() {
            return Err(own[0] + OF_ADDRESS_WITHIN - now);
        }
        tries.push_back((now, address));
        Ok(())
    }

    /// Takes back the try from `address` at `at`: it was no guess.
    pub(super) fn give_back(&self, address: IpAddr, at: DateTime<Utc>) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let (start, attempts) = (DateTime::UNIX_EPOCH, Attempts::default());
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
}
