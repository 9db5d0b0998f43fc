//! How often somebody may ask: token buckets. Pure: what time it is, is an argument. It knows no requests.
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often somebody may ask: so many times at once, and so many a second from then on.
///
/// Written `2/50`: 2 a second, 50 at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    per_second: u32,
    burst: u32,
}

/// A text that is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected how many a second and how many at once, such as 2/50, each from 1 to 1000000")]
pub struct RateError;

impl Rate {
    /// `per_second` and `burst` from 1 to a million, or nothing.
    pub const fn new(per_second: u32, burst: u32) -> Option<Self> {
        const MOST: u32 = 1_000_000;
        if 0 < per_second && per_second <= MOST && 0 < burst && burst <= MOST {
            Some(Self { per_second, burst })
        } else {
            None
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let number = |text: &str| text.parse().map_err(|_| RateError);
        let (per_second, burst) = text.split_once('/').ok_or(RateError)?;
        Self::new(number(per_second)?, number(burst)?).ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.per_second, self.burst)
    }
}

/// Buckets that are remembered; each takes some 50 bytes.
const BUCKETS: usize = 65_536;
/// Parts of the map, each with a lock of its own.
const SHARDS: usize = 16;
/// How often a part that is full is searched for buckets that can be forgotten.
const SWEEP: Duration = Duration::from_secs(1);

/// A bucket for each `K` that asked lately.
#[derive(Debug)]
pub(super) struct Rates<K> {
    /// How long until there is one more token, and how many there are at most.
    token: Duration,
    burst: u32,
    hasher: RandomState,
    shards: [Mutex<Shard<K>>; SHARDS],
}

#[derive(Debug)]
struct Shard<K> {
    /// When the bucket will be full again. One that is full need not be remembered.
    full_at: HashMap<K, Instant>,
    swept: Option<Instant>,
}

impl<K: Hash + Eq> Rates<K> {
    pub(super) fn new(Rate { per_second, burst }: Rate) -> Self {
        Self::every(Duration::from_secs(1) / per_second, burst)
    }

    /// Buckets that get a token each `token`, for what is done less than once a second.
    pub(super) fn every(token: Duration, burst: u32) -> Self {
        let shard = |_| Mutex::new(Shard { full_at: HashMap::new(), swept: None });
        Self { token, burst, hasher: RandomState::new(), shards: std::array::from_fn(shard) }
    }

    /// Takes a token of `key`'s at `now`. Without one: how long until there is.
    ///
    /// Where so many ask at once that not all of them can be remembered, the newcomers are not counted: memory is
    /// bounded, and nobody is refused for what others do.
    pub(super) fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let (token, burst) = (self.token, self.burst);
        let shard = usize::try_from(self.hasher.hash_one(&key) >> 60).unwrap_or(0) % SHARDS;
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = shard.full_at.get_mut(&key) {
            // Counted in time: a bucket that lacks n tokens is full after n tokens' time.
            let after = (*full_at).max(now) + token;
            let late = (after - now).saturating_sub(token * burst);
            if !late.is_zero() {
                return Err(late);
            }
            *full_at = after;
            return Ok(());
        }
        if shard.has_room(now) {
            shard.full_at.insert(key, now + token);
        }
        Ok(())
    }
}

impl<K: Hash + Eq> Shard<K> {
    /// Whether one more can be remembered.
    fn has_room(&mut self, now: Instant) -> bool {
        if self.full_at.len() < BUCKETS / SHARDS {
            return true;
        }
        if self.swept.is_some_and(|at| now < at + SWEEP) {
            return false;
        }
        self.swept = Some(now);
        self.full_at.retain(|_, full_at| now < *full_at);
        self.full_at.len() < BUCKETS / SHARDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn rates(text: &str) -> Rates<u64> {
        Rates::new(text.parse().unwrap())
    }

    fn remembered(rates: &Rates<u64>) -> usize {
        rates.shards.iter().map(|shard| shard.lock().unwrap().full_at.len()).sum()
    }

    #[test]
    fn a_rate_is_two_numbers_that_are_not_nothing() {
        for good in ["2/50", "100/400", "1/1", "1000000/1000000"] {
            assert_eq!(good.parse::<Rate>().unwrap().to_string(), good);
        }
        for bad in
            ["", "2", "2/", "/50", "0/50", "2/0", "-2/50", "2/50/1", "2 / 50", "1000001/1", "0.5/5", "a/b"]
        {
            assert_eq!(bad.parse::<Rate>(), Err(RateError), "{bad}");
        }
    }

    #[test]
    fn a_burst_is_taken_at_once_and_then_a_token_comes_at_a_time() {
        let (rates, start) = (rates("2/3"), Instant::now());
        for (after, want) in [
            (ms(0), Ok(())),
            (ms(0), Ok(())),
            (ms(0), Ok(())),
            (ms(0), Err(ms(500))),
            (ms(100), Err(ms(400))),
            (ms(499), Err(ms(1))),
            // Being refused costs nothing.
            (ms(500), Ok(())),
            (ms(500), Err(ms(500))),
            (ms(1_600), Ok(())),
            (ms(1_600), Ok(())),
            (ms(1_600), Err(ms(400))),
            // However long one waits, it is a burst and no more.
            (ms(99_000), Ok(())),
            (ms(99_000), Ok(())),
            (ms(99_000), Ok(())),
            (ms(99_000), Err(ms(500))),
            // A clock that went back changes nothing.
            (ms(98_500), Err(ms(1_000))),
        ] {
            assert_eq!(rates.take(1, start + after), want, "{after:?}");
        }
        assert_eq!(rates.take(2, start), Ok(()), "others have their own");
    }

    #[test]
    fn what_is_remembered_is_bounded_and_who_is_remembered_is_still_held_to_it() {
        let (rates, start) = (rates("1/1"), Instant::now());
        for key in 0..100_000 {
            assert_eq!(rates.take(key, start), Ok(()), "nobody is refused for what others do");
        }
        assert_eq!(remembered(&rates), BUCKETS);
        assert_eq!(rates.take(0, start), Err(ms(1_000)));
        // When theirs are full again they are forgotten, and there is room.
        let later = start + ms(1_001);
        for key in 200_000..210_000 {
            assert_eq!(rates.take(key, later), Ok(()));
        }
        assert!(remembered(&rates) <= 10_000);
        assert_eq!(rates.take(209_999, later), Err(ms(1_000)));
    }
}
