//! An order among what has no order of its own: a draw, with one lot a round for whoever offers something, however much that
//! is. The draw follows from a seed, so a client pages through one and the same.
use super::entry::Entry;
use crate::features::Promotion;
use crate::ids::Collection;
use crate::spatial::Near;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Range;
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

    /// What decides among the offers of one owner, and among those that are equally near: `hash` is that of its id.
    fn of_offer(self, hash: u64) -> u64 {
        xxh3_64_with_seed(&hash.to_le_bytes(), u64::from(self.0))
    }
}

/// Who offers what, of a collection of promotions. Each offer is known by its key.
#[derive(Debug, Default)]
pub(super) struct Owners {
    /// The hash of each owner, and the keys of what it offers.
    each: Vec<(u64, Vec<u32>)>,
    /// The owner of each key.
    of: Vec<u32>,
    /// The hash of the id of each key.
    hashes: Vec<u64>,
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
        let each = by_name.into_iter().map(|(name, keys)| (xxh3_64(name.as_bytes()), keys)).collect();
        let hashes =
            entries.iter().map(|entry| xxh3_64(entry.item.feature.id().as_str().as_bytes())).collect();
        Some(Self { each, of, hashes })
    }

    /// The first `wanted` of `keys` behind `after` in the draw of `seed`, each with its lot.
    pub(super) fn drawn_of(
        &self,
        seed: Seed,
        after: Option<Lot>,
        wanted: usize,
        keys: &[u32],
    ) -> Vec<(Lot, u32)> {
        let (mut is_one, mut has_one) = (vec![false; self.of.len()], vec![false; self.each.len()]);
        for key in keys {
            is_one[*key as usize] = true;
            has_one[self.of[*key as usize] as usize] = true;
        }
        let fits = |key: u32| is_one[key as usize];
        let owners: Vec<u32> = self.all().filter(|owner| has_one[*owner as usize]).collect();
        self.drawn(seed, after, wanted, owners.iter().copied(), fits)
    }

    /// The number of each owner.
    pub(super) fn all(&self) -> Range<u32> {
        0..u32::try_from(self.each.len()).expect("fewer owners than keys")
    }

    /// The first `wanted` keys behind `after` in the draw of `seed`, of those that fit and that one of `owners` offers, each with
    /// its lot.
    pub(super) fn drawn(
        &self,
        seed: Seed,
        after: Option<Lot>,
        wanted: usize,
        owners: impl Iterator<Item = u32> + Clone,
        fits: impl Fn(u32) -> bool,
    ) -> Vec<(Lot, u32)> {
        let first = after.map_or(0, |after| after.round);
        let count = owners.clone().count().max(1) as u64;
        // What each owner offers, of what fits, in the order of its own draw; once it is asked for.
        let mut offers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut out = Vec::with_capacity(wanted);
        for round in first.. {
            let goes_on = |offers: &BTreeMap<u32, Vec<u32>>, number: u32| {
                let (_, keys) = &self.each[number as usize];
                offers.get(&number).unwrap_or(keys).len() > round as usize
            };
            if out.len() == wanted || !owners.clone().any(|number| goes_on(&offers, number)) {
                break;
            }
            let mut begins = after.filter(|after| after.round == round).map(|after| after.drawn);
            // So many of the lots are looked at as are likely to be enough: those behind them need no order.
            let mut width = (u64::MAX / count).saturating_mul(2 * (wanted - out.len()) as u64);
            while out.len() < wanted && begins != Some(u64::MAX) {
                let ends = begins.unwrap_or(0).saturating_add(width);
                let lot = |number: u32| (seed.of_owner(round, self.each[number as usize].0), number);
                let mut lots: Vec<(u64, u32)> = owners
                    .clone()
                    .map(lot)
                    .filter(|(drawn, _)| begins.is_none_or(|begins| begins < *drawn) && *drawn <= ends)
                    .filter(|(_, number)| goes_on(&offers, *number))
                    .collect();
                lots.sort_unstable();
                for (drawn, number) in lots {
                    if out.len() == wanted {
                        break;
                    }
                    let own = offers.entry(number).or_insert_with(|| self.own(seed, number, &fits));
                    out.extend(own.get(round as usize).map(|key| (Lot { round, drawn }, *key)));
                }
                begins = Some(ends);
                width = width.saturating_mul(4);
            }
        }
        out
    }

    /// What an owner offers, of what fits, in the order of its own draw.
    fn own(&self, seed: Seed, number: u32, fits: impl Fn(u32) -> bool) -> Vec<u32> {
        let (_, keys) = &self.each[number as usize];
        let lot = |key: u32| seed.of_offer(self.hashes[key as usize]);
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
    ) -> impl Iterator<Item = Near> + 'a {
        let drawn = move |tied: &mut Vec<Near>| {
            let owner = |near: &Near| self.of[near.key as usize];
            tied.sort_by_cached_key(|near| (owner(near), seed.of_offer(self.hashes[near.key as usize])));
            // In each round one of each owner, as in a list.
            let mut round = 0;
            let mut before = None;
            let mut lots: Vec<(Lot, Near)> = Vec::with_capacity(tied.len());
            for near in tied.drain(..) {
                let number = owner(&near);
                round = if before == Some(number) { round + 1 } else { 0 };
                before = Some(number);
                let (hash, _) = self.each[number as usize];
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
