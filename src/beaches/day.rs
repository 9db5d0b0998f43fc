//! One civil day of a beach: which reports are used at an instant, and the level that follows from them, instant by
//! instant. Nothing before midnight counts. Knows no overrides.
use super::beach::Beach;
use super::decimal::Decimal;
use super::estimate::{Weighed, upper_weighted_median};
use super::level::{Freshness, Level, step};
use super::policy::Policy;
use super::report::{Crowd, Report, Reports};
use super::tide::Tide;
use super::{MINUTE, next_ten_minutes};
use chrono::{Days, NaiveDate};
use std::collections::HashMap;

/// A report that may confirm an outlier is observed at most so long before or after it.
const CONFIRMS_WITHIN: i64 = 30 * MINUTE;

/// What does not change while a day is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'a> {
    pub(super) policy: &'a Policy,
    pub(super) beach: &'a Beach,
    pub(super) tide: &'a Tide,
}

/// A report of the day.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) observed: i64,
    /// From when it is used: an outlier from its confirmation on. `None`: never.
    from: Option<i64>,
    author: usize,
    pub(super) people: i64,
    weight: f64,
    pub(super) is_band: bool,
}

/// One civil day of a beach.
#[derive(Clone, Debug)]
pub(super) struct Day<'a> {
    pub(super) rule: Rule<'a>,
    start: i64,
    /// The next midnight.
    pub(super) end: i64,
    /// From when on no report is used: some time after the last patrol hours.
    pub(super) cut: Option<i64>,
    /// In the order of `observed` and id.
    entries: Vec<Entry>,
    authors: usize,
    /// The instants at which the level was looked at, and the levels.
    course: Vec<(i64, Level)>,
}

impl<'a> Day<'a> {
    /// The `date` of a beach on which `reports` were made.
    pub(super) fn new(rule: Rule<'a>, reports: &Reports, date: NaiveDate) -> Self {
        let beach = rule.beach;
        let midnight = |date: NaiveDate| beach.calendar.midnight(date).timestamp_millis();
        let start = midnight(date);
        let end = date.checked_add_days(Days::new(1)).map_or(start + 24 * 60 * MINUTE, midnight);
        let hours = beach.patrol_hours.as_ref();
        let last = hours.and_then(|hours| hours.last_end(date)).map(|end| end.timestamp_millis());
        let (entries, authors) = entries(rule, reports.between(start, end));
        let cut = last.map(|last| last + rule.policy.grace_ms);
        let mut day = Self { rule, start, end, cut, entries, authors, course: Vec::new() };
        day.course = day.told();
        day
    }

    /// The course of the day: a fold over the instants at which somebody reported, and every whole ten minutes.
    fn told(&self) -> Vec<(i64, Level)> {
        let mut instants: Vec<i64> = self.entries.iter().map(|entry| entry.observed).collect();
        let tens =
            std::iter::successors(Some(next_ten_minutes(self.start - 1)), |ms| Some(next_ten_minutes(*ms)));
        instants.extend(tens.take_while(|ms| *ms < self.end));
        instants.sort_unstable();
        instants.dedup();
        let mut level = Level::Unknown;
        let told = instants.into_iter().map(|ms| {
            let used = self.used(ms);
            level = self.step(level, &used, ms);
            (ms, level)
        });
        told.collect()
    }

    /// What the level `before` becomes at `ms`.
    fn step(&self, before: Level, used: &Used<'_>, ms: i64) -> Level {
        let Some(people) = used.estimate(self.rule.policy) else { return Level::Unknown };
        let Rule { policy, beach, tide } = self.rule;
        step(policy, before, used.freshness(policy, ms), people, beach.capacity(policy, tide, ms))
    }

    /// The level at `ms`, at which `used` are used: that of the last instant at or before it.
    pub(super) fn level(&self, used: &Used<'_>, ms: i64) -> Level {
        if used.0.is_empty() {
            return Level::Unknown;
        }
        let after = self.course.partition_point(|(at, _)| *at <= ms);
        after.checked_sub(1).map_or(Level::Unknown, |last| self.course[last].1)
    }

    /// The reports that are used at `ms`: the newest of each author.
    pub(super) fn used(&self, ms: i64) -> Used<'_> {
        let mut used = Vec::new();
        if self.cut.is_some_and(|cut| cut <= ms) {
            return Used(used);
        }
        let seen_by_now = self.entries.partition_point(|entry| entry.observed <= ms);
        let mut heard = vec![false; self.authors];
        for entry in self.entries[..seen_by_now].iter().rev() {
            if self.rule.policy.expire_ms <= ms - entry.observed {
                break;
            }
            let is_usable = entry.from.is_some_and(|from| from <= ms);
            if is_usable && !std::mem::replace(&mut heard[entry.author], true) {
                used.push(entry);
            }
        }
        Used(used)
    }
}

/// The reports that are used at an instant, newest first.
#[derive(Clone, Debug)]
pub(super) struct Used<'a>(pub(super) Vec<&'a Entry>);

impl Used<'_> {
    /// When the newest was observed.
    pub(super) fn newest(&self) -> Option<i64> {
        self.0.first().map(|entry| entry.observed)
    }

    /// Until when the same are used, but for the end of the patrol's day.
    pub(super) fn expiry(&self, policy: &Policy) -> Option<i64> {
        self.0.last().map(|entry| entry.observed + policy.expire_ms)
    }

    pub(super) fn freshness(&self, policy: &Policy, ms: i64) -> Freshness {
        match self.newest() {
            None => Freshness::None,
            Some(newest) if ms - newest < policy.fresh_ms => Freshness::Fresh,
            Some(_) => Freshness::Ageing,
        }
    }

    /// How many people there are. Ages are counted from the newest report: all weights decay together, and so none
    /// of them can vanish in the limits of a binary number when all are old.
    pub(super) fn estimate(&self, policy: &Policy) -> Option<i64> {
        let newest = self.newest()?;
        let weighed = |entry: &&Entry| {
            #[expect(clippy::cast_precision_loss, reason = "less than a day in milliseconds")]
            let age = (newest - entry.observed) as f64;
            Weighed { people: entry.people, weight: entry.weight * (-age / policy.half_life_ms).exp2() }
        };
        upper_weighted_median(self.0.iter().map(weighed).collect())
    }
}

/// The reports of a day, and how many authors they have.
fn entries(rule: Rule<'_>, reports: &[Report]) -> (Vec<Entry>, usize) {
    let Rule { policy, beach, tide } = rule;
    let mut authors: HashMap<&str, usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::with_capacity(reports.len());
    // The numbers over which a count waits for somebody to confirm it.
    let mut waiting = Vec::new();
    for (number, report) in reports.iter().enumerate() {
        let observed = report.observed_at.timestamp_millis();
        let capacity = beach.capacity(policy, tide, observed);
        let people = report.crowd.people(policy, capacity);
        let is_band = match report.crowd {
            Crowd::Band(_) => true,
            Crowd::Count(..) => false,
        };
        let most = policy.values().outlier_factor.times(capacity);
        if !is_band && !report.confirmed && most < Decimal::units(people.into()) {
            waiting.push(number);
        }
        let next = authors.len();
        let author = *authors.entry(&report.author).or_insert(next);
        entries.push(Entry {
            observed,
            from: Some(observed),
            author,
            people,
            weight: report.weight(),
            is_band,
        });
    }
    for number in waiting {
        entries[number].from = confirmed_from(&entries, number);
    }
    (entries, authors.len())
}

/// From when the outlier `number` counts, because another author saw half of it or more at about the same time.
fn confirmed_from(entries: &[Entry], number: usize) -> Option<i64> {
    let outlier = &entries[number];
    let first = entries.partition_point(|entry| entry.observed < outlier.observed - CONFIRMS_WITHIN);
    let near =
        entries[first..].iter().take_while(|entry| entry.observed <= outlier.observed + CONFIRMS_WITHIN);
    let mut confirming =
        near.filter(|entry| entry.author != outlier.author && outlier.people <= 2 * entry.people);
    // They are in the order of `observed`: the first is the earliest.
    confirming.next().map(|entry| entry.observed.max(outlier.observed))
}
