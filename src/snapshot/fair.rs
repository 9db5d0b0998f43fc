//! An order among what has no order of its own: a draw, with one lot a round for whoever offers something, however much that
//! is. The draw follows from a seed, so a client pages through one and the same.
use super::entry::Entry;
use crate::features::Promotion;
use crate::ids::Collection;
use crate::spatial::Near;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What a draw follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u32);

/// A place in a draw: who has drawn which lot in which round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lot {
    /// The round, from 0 on.
    pub round: u32,
    /// What was drawn: the lowest comes first.
    pub drawn: u64,
}

/// Offers of one owner that an answer about what is near has at most.
pub(super) const SHARE: usize = 3;

impl Seed {
    /// The seed for whoever gives none: another each minute, and the same for everybody, so that caches may keep the answer.
    pub fn of_minute(now: DateTime<Utc>) -> Self {
        let minute = now.timestamp().div_euclid(60).to_le_bytes();
        Self(u32::try_from(xxh3_64(&minute) >> 32).expect("32 bits"))
    }

    /// When [`Seed::of_minute`] is another.
    pub fn next_minute(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp((now.timestamp().div_euclid(60) + 1) * 60, 0)
    }

    /// What the owner of that hash draws in a round.
    fn of_owner(self, round: u32, hash: u64) -> u64 {
        xxh3_64_with_seed(&hash.to_le_bytes(), u64::from(self.0) << 32 | u64::from(round))
    }

    /// What decides among the offers of one owner, and among those that are equally near.
    fn of_offer(self, id: &str) -> u64 {
        xxh3_64_with_seed(id.as_bytes(), u64::from(self.0))
    }
}

/// Who offers what, of a collection of promotions. Each offer is known by its key.
#[derive(Debug, Default)]
pub(super) struct Owners {
    /// The hash of each owner, and the keys of what it offers.
    owners: Vec<(u64, Vec<u32>)>,
    /// The owner of each key.
    of: Vec<u32>,
}

impl Owners {
    /// Those of `entries`; none of a collection that nobody draws in.
    pub(super) fn new(collection: Collection, entries: &[Arc<Entry>]) -> Option<Self> {
        if collection != Collection::Promotions {
            return None;
        }
        let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (key, entry) in (0_u32..).zip(entries) {
            // What is nobody's is each its own.
            let feature = &entry.item.feature;
            let owner = Promotion::of(feature).and_then(|promotion| promotion.organisation());
            let name = owner.unwrap_or(feature.id().as_str());
            by_name.entry(name).or_default().push(key);
        }
        let mut of = vec![0; entries.len()];
        for (number, keys) in (0_u32..).zip(by_name.values()) {
            for key in keys {
                of[*key as usize] = number;
            }
        }
        let owners = by_name.into_iter().map(|(name, keys)| (xxh3_64(name.as_bytes()), keys)).collect();
        Some(Self { owners, of })
    }

    /// The first `wanted` keys behind `after` in the draw of `seed`, of those that fit, each with its lot.
    pub(super) fn drawn(
        &self,
        seed: Seed,
        after: Option<Lot>,
        wanted: usize,
        entries: &[Arc<Entry>],
        fits: impl Fn(u32) -> bool,
    ) -> Vec<(Lot, u32)> {
        let first = after.map_or(0, |after| after.round);
        // What each owner offers, of what fits, in the order of its own draw; once it is asked for.
        let mut offers: Vec<Option<Vec<u32>>> = vec![None; self.owners.len()];
        let mut out = Vec::with_capacity(wanted);
        for round in first.. {
            let begins = after.filter(|after| after.round == round).map(|after| after.drawn);
            let goes_on = |number: u32| {
                let (_, keys) = &self.owners[number as usize];
                offers[number as usize].as_ref().unwrap_or(keys).len() > round as usize
            };
            let mut lots: Vec<(u64, u32)> = (0_u32..)
                .zip(&self.owners)
                .filter(|(number, _)| goes_on(*number))
                .map(|(number, (hash, _))| (seed.of_owner(round, *hash), number))
                .collect();
            if lots.is_empty() {
                break;
            }
            lots.retain(|(drawn, _)| begins.is_none_or(|begins| begins < *drawn));
            let mut rest = lots.as_mut_slice();
            while !rest.is_empty() && out.len() < wanted {
                // As many as are likely to be enough: the others need no order.
                let some = rest.len().min(2 * (wanted - out.len()));
                if some < rest.len() {
                    rest.select_nth_unstable(some);
                }
                let (next, others) = rest.split_at_mut(some);
                next.sort_unstable();
                for (drawn, number) in next {
                    let own = offers[*number as usize]
                        .get_or_insert_with(|| self.drawn_of(seed, *number, entries, &fits));
                    if let Some(key) = own.get(round as usize).filter(|_| out.len() < wanted) {
                        out.push((Lot { round, drawn: *drawn }, *key));
                    }
                }
                rest = others;
            }
            if out.len() == wanted {
                break;
            }
        }
        out
    }

    /// What an owner offers, of what fits, in the order of its own draw.
    fn drawn_of(
        &self,
        seed: Seed,
        number: u32,
        entries: &[Arc<Entry>],
        fits: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let (_, keys) = &self.owners[number as usize];
        let lot = |key: u32| seed.of_offer(entries[key as usize].item.feature.id().as_str());
        let mut fitting: Vec<(u64, u32)> =
            keys.iter().filter(|key| fits(**key)).map(|key| (lot(*key), *key)).collect();
        fitting.sort_unstable();
        fitting.into_iter().map(|(_, key)| key).collect()
    }

    /// `hits`, nearest first, with those that are exactly as near in the order of the draw, and no more than `share` of one owner.
    pub(super) fn fairly<'a>(
        &'a self,
        hits: impl Iterator<Item = Near> + 'a,
        seed: Seed,
        share: usize,
        entries: &'a [Arc<Entry>],
    ) -> impl Iterator<Item = Near> + 'a {
        let drawn = move |tied: &mut Vec<Near>| {
            let id = |near: &Near| entries[near.key as usize].item.feature.id().as_str();
            let owner = |near: &Near| self.of[near.key as usize];
            tied.sort_by_cached_key(|near| (owner(near), seed.of_offer(id(near))));
            // In each round one of each owner, as in a list.
            let mut round = 0;
            let mut before = None;
            let mut lots: Vec<(Lot, Near)> = Vec::with_capacity(tied.len());
            for near in tied.drain(..) {
                let number = owner(&near);
                round = if before == Some(number) { round + 1 } else { 0 };
                before = Some(number);
                let (hash, _) = self.owners[number as usize];
                lots.push((Lot { round, drawn: seed.of_owner(round, hash) }, near));
            }
            lots.sort_by_key(|(lot, _)| std::cmp::Reverse(*lot));
            tied.extend(lots.into_iter().map(|(_, near)| near));
        };
        Ties { hits: hits.peekable(), tied: Vec::new(), drawn }
            .scan(BTreeMap::<u32, usize>::new(), move |taken, near| {
                let taken = taken.entry(self.of[near.key as usize]).or_default();
                *taken += 1;
                Some((*taken <= share).then_some(near))
            })
            .flatten()
    }
}

/// Hits, those that are equally near in the order of a draw.
struct Ties<I: Iterator<Item = Near>, D> {
    hits: Peekable<I>,
    /// Those that are as near as each other, the next one last.
    tied: Vec<Near>,
    /// Puts those that are into their order, the last first.
    drawn: D,
}

impl<I: Iterator<Item = Near>, D: Fn(&mut Vec<Near>)> Iterator for Ties<I, D> {
    type Item = Near;

    fn next(&mut self) -> Option<Near> {
        if let Some(next) = self.tied.pop() {
            return Some(next);
        }
        let first = self.hits.next()?;
        let as_near = |near: &Near| near.chord2.total_cmp(&first.chord2).is_eq();
        while let Some(next) = self.hits.next_if(as_near) {
            self.tied.push(next);
        }
        if self.tied.is_empty() {
            return Some(first);
        }
        self.tied.push(first);
        (self.drawn)(&mut self.tied);
        self.tied.pop()
    }
}
