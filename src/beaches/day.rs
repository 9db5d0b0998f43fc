//! One civil day of a beach: its reports, and the level that follows from them, instant by instant. Nothing before
//! midnight counts. Knows no overrides.
//!
//! A day takes reports one by one, in any order. What a report says of an instant it says of that one and of later ones
//! only, so the course of the day is kept up to there and told anew from there on.
use super::beach::Beach;
use super::decimal::Decimal;
use super::level::{Level, step};
use super::policy::Policy;
use super::report::{Crowd, Report};
use super::tide::Tide;
use super::used::{Seen, Used};
use super::watch::Watch;
use super::{MINUTE, instant, next_ten_minutes};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A report that may confirm an outlier is observed at most so long before or after it.
const CONFIRMS_WITHIN: i64 = 30 * MINUTE;

/// What does not change while a day is told.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What is adjustable.
    pub policy: Arc<Policy>,
    /// The beach.
    pub beach: Arc<Beach>,
    /// The tide.
    pub tide: Arc<Tide>,
}

impl Rule {
    /// For how many people there is room at `ms`; none where the beach's profile is not known.
    pub(super) fn capacity(&self, ms: i64) -> Option<i64> {
        self.beach.capacity(&self.policy, &self.tide, ms)
    }

    /// What the level `before` becomes at `ms`, at which `used` are used.
    pub(super) fn step(&self, before: Level, used: &Used, ms: i64) -> Level {
        let people = used.estimate(&self.policy);
        match people.zip(self.capacity(ms)) {
            Some((people, capacity)) => {
                step(&self.policy, before, used.freshness(&self.policy, ms), people, capacity)
            }
            None => Level::Unknown,
        }
    }
}

/// A report of the day.
#[derive(Clone, Debug)]
struct Entry {
    id: String,
    seen: Seen,
    /// From when it is used: an outlier from its confirmation on. `None`: never.
    from: Option<i64>,
}

/// One civil day of a beach.
#[derive(Clone, Debug)]
pub struct Day {
    rule: Rule,
    start: i64,
    /// The next midnight.
    end: i64,
    /// From when on no report is used: some time after the last patrol hours.
    cut: Option<i64>,
    /// Of each author, in the order of `observed` and id.
    authors: BTreeMap<String, Vec<Entry>>,
    /// When somebody looked, and how many did.
    looks: BTreeMap<i64, usize>,
    /// Counts too large to be used by themselves: when, whose and which.
    outliers: BTreeSet<(i64, String, String)>,
    /// The instants at which the level was looked at, and the levels.
    course: Vec<(i64, Level)>,
    /// The course is told up to here.
    told: i64,
}

impl Day {
    /// The `date` of a beach, before anybody reports.
    pub fn new(rule: Rule, date: NaiveDate) -> Self {
        let beach = &rule.beach;
        let midnight = |date: NaiveDate| beach.calendar.midnight(date).timestamp_millis();
        let start = midnight(date);
        let end = date.checked_add_days(Days::new(1)).map_or(start + 24 * 60 * MINUTE, midnight);
        let hours = beach.patrol_hours.as_ref();
        let last = hours.and_then(|hours| hours.last_end(date)).map(|end| end.timestamp_millis());
        let cut = last.map(|last| last + rule.policy.grace_ms);
        let (authors, looks, outliers) = Default::default();
        Self { rule, start, end, cut, authors, looks, outliers, course: Vec::new(), told: start - 1 }
    }

    /// Takes in a report, or what has become of it: withdrawn, confirmed. One of another day, and one that is refused,
    /// is left out; the same one twice is one.
    pub fn put(&mut self, report: &Report) {
        let observed = report.observed_at.timestamp_millis();
        if report.is_refused() || !(self.start..self.end).contains(&observed) {
            return;
        }
        let entries = self.authors.entry(report.author.clone()).or_default();
        let place = |entry: &Entry| (entry.seen.observed, entry.id.as_str()).cmp(&(observed, &report.id));
        let at = entries.binary_search_by(place);
        let key = (observed, report.author.clone(), report.id.clone());
        if let Ok(at) = at {
            entries.remove(at);
            self.outliers.remove(&key);
            match self.looks.get_mut(&observed) {
                Some(looks) if 1 < *looks => *looks -= 1,
                Some(_) | None => drop(self.looks.remove(&observed)),
            }
        }
        if !report.withdrawn {
            let (Ok(at) | Err(at)) = at;
            let (seen, is_outlier) = seen(&self.rule, report);
            let from = (!is_outlier).then_some(observed);
            entries.insert(at, Entry { id: report.id.clone(), seen, from });
            *self.looks.entry(observed).or_default() += 1;
            if is_outlier {
                self.outliers.insert(key);
            }
        }
        self.confirm(observed);
        self.course.truncate(self.course.partition_point(|(at, _)| *at < observed));
        self.told = self.told.min(observed - 1);
    }

    /// Looks again which outliers near `observed` are confirmed.
    fn confirm(&mut self, observed: i64) {
        let first = (observed - CONFIRMS_WITHIN, String::new(), String::new());
        let near = self.outliers.range(first..).take_while(|(at, _, _)| *at <= observed + CONFIRMS_WITHIN);
        let near: Vec<_> = near.cloned().collect();
        for (at, author, id) in near {
            let Some(outlier) = self.entry(at, &author, &id) else { continue };
            let from = self.confirmed_from(outlier.seen, &author);
            if let Some(outlier) = self.entry_mut(at, &author, &id) {
                outlier.from = from;
            }
        }
    }

    fn entry(&self, at: i64, author: &str, id: &str) -> Option<&Entry> {
        let entries = self.authors.get(author)?;
        let found = entries.binary_search_by(|entry| (entry.seen.observed, entry.id.as_str()).cmp(&(at, id)));
        entries.get(found.ok()?)
    }

    fn entry_mut(&mut self, at: i64, author: &str, id: &str) -> Option<&mut Entry> {
        let entries = self.authors.get_mut(author)?;
        let found = entries.binary_search_by(|entry| (entry.seen.observed, entry.id.as_str()).cmp(&(at, id)));
        entries.get_mut(found.ok()?)
    }

    /// From when `outlier` counts, because another author saw half of it or more at about the same time.
    fn confirmed_from(&self, outlier: Seen, author: &str) -> Option<i64> {
        let others = self.authors.iter().filter(|(other, _)| *other != author);
        let confirms = others.filter_map(|(_, entries)| {
            let first =
                entries.partition_point(|entry| entry.seen.observed < outlier.observed - CONFIRMS_WITHIN);
            let near = entries[first..].iter().map(|entry| entry.seen);
            // In the order of `observed`: the first is the earliest.
            near.take_while(|seen| seen.observed <= outlier.observed + CONFIRMS_WITHIN)
                .find(|seen| outlier.people <= 2 * seen.people)
        });
        confirms.map(|seen| seen.observed.max(outlier.observed)).min()
    }

    /// Tells the course of the day up to `ms`: a fold over the instants at which somebody looked, and every whole ten
    /// minutes.
    fn tell(&mut self, ms: i64) {
        let last = ms.min(self.end - 1);
        let mut level = self.course.last().map_or(Level::Unknown, |(_, level)| *level);
        while self.told < last {
            let look = self.looks.range(self.told + 1..).next().map(|(at, _)| *at);
            let next = look.unwrap_or(i64::MAX).min(next_ten_minutes(self.told));
            if last < next {
                break;
            }
            level = self.rule.step(level, &self.used(next), next);
            self.course.push((next, level));
            self.told = next;
        }
        self.told = self.told.max(last);
    }

    /// The reports that are used at `ms`: the newest of each author.
    fn used(&self, ms: i64) -> Used {
        if self.cut.is_some_and(|cut| cut <= ms) {
            return Used::default();
        }
        let expire = self.rule.policy.expire_ms;
        let of_author = |entries: &Vec<Entry>| {
            let seen_by_now = entries.partition_point(|entry| entry.seen.observed <= ms);
            let young =
                entries[..seen_by_now].iter().rev().take_while(|entry| ms - entry.seen.observed < expire);
            let mut usable = young.filter(|entry| entry.from.is_some_and(|from| from <= ms));
            usable.next().map(|entry| entry.seen)
        };
        self.authors.values().filter_map(of_author).collect()
    }

    /// When somebody looked after `now`: what they saw is not known then.
    pub fn looks_after(&self, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.looks.range(now.timestamp_millis() + 1..).map(|(at, _)| instant(*at))
    }

    /// What is known at `ms`, which must be of this day.
    pub fn watch(&mut self, ms: i64) -> Watch {
        self.tell(ms);
        let after = self.course.partition_point(|(at, _)| *at <= ms);
        let level = after.checked_sub(1).map_or(Level::Unknown, |last| self.course[last].1);
        Watch {
            rule: self.rule.clone(),
            at: ms,
            midnight: self.end,
            over: None,
            cut: self.cut,
            used: self.used(ms),
            level,
            blind: false,
        }
    }

    /// The ids of the counts that nobody has confirmed yet, and that are therefore not used.
    pub fn awaiting(&self) -> impl Iterator<Item = &str> {
        let waits = |(at, author, id): &(i64, String, String)| {
            self.entry(*at, author, id).is_some_and(|entry| entry.from.is_none())
        };
        self.outliers.iter().filter(move |key| waits(key)).map(|(_, _, id)| id.as_str())
    }
}

/// What a report says, and whether it waits for somebody to confirm it.
fn seen(rule: &Rule, report: &Report) -> (Seen, bool) {
    let observed = report.observed_at.timestamp_millis();
    let is_band = match report.crowd {
        Crowd::Band(_) => true,
        Crowd::Count(..) => false,
    };
    let capacity = rule.capacity(observed);
    // Where it is not known, nothing is computed from a band.
    let people = report.crowd.people(&rule.policy, capacity.unwrap_or(1));
    let most = capacity.map(|capacity| rule.policy.values().outlier_factor.times(capacity));
    let is_too_many = most.is_some_and(|most| most < Decimal::units(people.into()));
    let is_outlier = is_too_many && !is_band && !report.confirmed;
    (Seen { observed, people, weight: report.weight(), is_band }, is_outlier)
}
