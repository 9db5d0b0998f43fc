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
    /// From when it is used: an outlier from its confirmation on.
    from: i64,
}

/// Counts of one author that wait, in the order of `observed` and id.
#[derive(Clone, Debug)]
struct Waiting {
    entries: Vec<Entry>,
    /// None of them is of fewer people.
    fewest: i64,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { entries: Vec::new(), fewest: i64::MAX }
    }
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
    /// What each author has said that is used from some instant on, in the order of `observed` and id.
    authors: BTreeMap<String, Vec<Entry>>,
    /// The counts of each author that wait for somebody to confirm them. Apart, so that no number of them makes it longer
    /// to find what is used.
    waiting: BTreeMap<String, Waiting>,
    /// No author has told of more people.
    most: BTreeMap<String, i64>,
    /// When somebody looked, and how many did.
    looks: BTreeMap<i64, usize>,
    /// Counts too large to be used by themselves that somebody has confirmed: when, whose and which.
    confirmed: BTreeSet<(i64, String, String)>,
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
        let (authors, waiting, most, looks, confirmed) = Default::default();
        let course = Vec::new();
        Self { rule, start, end, cut, authors, waiting, most, looks, confirmed, course, told: start - 1 }
    }

    /// Takes in a report, or what has become of it: withdrawn, confirmed. One of another day, and one that is refused,
    /// is left out; the same one twice is one.
    pub fn put(&mut self, report: &Report) {
        let observed = report.observed_at.timestamp_millis();
        if report.is_refused() || !(self.start..self.end).contains(&observed) {
            return;
        }
        if self.take_out(observed, &report.author, &report.id) {
            self.confirm_again(observed);
        }
        if !report.withdrawn {
            let (seen, is_outlier) = seen(&self.rule, report);
            let from = if is_outlier { self.confirmed_from(seen, &report.author) } else { Some(observed) };
            if is_outlier && from.is_some() {
                self.confirmed.insert((observed, report.author.clone(), report.id.clone()));
            }
            self.put_in(&report.author, report.id.clone(), seen, from);
            *self.looks.entry(observed).or_default() += 1;
            self.confirm_by(seen, &report.author);
        }
        self.course.truncate(self.course.partition_point(|(at, _)| *at < observed));
        self.told = self.told.min(observed - 1);
    }

    /// Puts an entry in its place, which is among those that wait when it is used from no instant on.
    fn put_in(&mut self, author: &str, id: String, seen: Seen, from: Option<i64>) {
        let most = self.most.entry(author.to_owned()).or_default();
        *most = seen.people.max(*most);
        let entries = if from.is_some() {
            self.authors.entry(author.to_owned()).or_default()
        } else {
            let waiting = self.waiting.entry(author.to_owned()).or_default();
            waiting.fewest = waiting.fewest.min(seen.people);
            &mut waiting.entries
        };
        let (Ok(at) | Err(at)) = place(entries, seen.observed, &id);
        entries.insert(at, Entry { id, seen, from: from.unwrap_or(i64::MAX) });
    }

    /// Takes a report out, if it is there.
    fn take_out(&mut self, observed: i64, author: &str, id: &str) -> bool {
        let usable = self.authors.get_mut(author);
        let waiting = self.waiting.get_mut(author).map(|waiting| &mut waiting.entries);
        let found = [usable, waiting]
            .into_iter()
            .flatten()
            .any(|entries| place(entries, observed, id).map(|at| drop(entries.remove(at))).is_ok());
        if found {
            self.confirmed.remove(&(observed, author.to_owned(), id.to_owned()));
            match self.looks.get_mut(&observed) {
                Some(looks) if 1 < *looks => *looks -= 1,
                Some(_) | None => drop(self.looks.remove(&observed)),
            }
        }
        found
    }

    /// Confirms what `seen`, by `author`, confirms: the counts of others at about the same time of which it is half.
    fn confirm_by(&mut self, seen: Seen, author: &str) {
        let near = |at: i64| (at - seen.observed).abs() <= CONFIRMS_WITHIN;
        let is_half = |people: i64| people <= 2 * seen.people;
        let mut confirmed = Vec::new();
        for (other, waiting) in self.waiting.iter_mut().filter(|(other, _)| *other != author) {
            if is_half(waiting.fewest) {
                let first = waiting
                    .entries
                    .partition_point(|entry| entry.seen.observed < seen.observed - CONFIRMS_WITHIN);
                let last = waiting
                    .entries
                    .partition_point(|entry| entry.seen.observed <= seen.observed + CONFIRMS_WITHIN);
                let (now, still): (Vec<Entry>, Vec<Entry>) =
                    waiting.entries.drain(first..last).partition(|entry| is_half(entry.seen.people));
                waiting.entries.splice(first..first, still);
                confirmed.extend(now.into_iter().map(|entry| (other.clone(), entry)));
            }
        }
        for (other, Entry { id, seen: outlier, .. }) in confirmed {
            self.confirmed.insert((outlier.observed, other.clone(), id.clone()));
            self.put_in(&other, id, outlier, Some(outlier.observed.max(seen.observed)));
        }
        let first = (seen.observed - CONFIRMS_WITHIN, String::new(), String::new());
        for (at, other, id) in self.confirmed.range(first..).take_while(|(at, _, _)| near(*at)) {
            let entries = self.authors.get_mut(other).filter(|_| other != author);
            let Some(entries) = entries else { continue };
            if let Ok(place) = place(entries, *at, id)
                && is_half(entries[place].seen.people)
            {
                entries[place].from = entries[place].from.min(seen.observed.max(*at));
            }
        }
    }

    /// Looks again who confirms the outliers near `observed`: somebody who did may have taken that back.
    fn confirm_again(&mut self, observed: i64) {
        let first = (observed - CONFIRMS_WITHIN, String::new(), String::new());
        let near = self.confirmed.range(first..).take_while(|(at, _, _)| *at <= observed + CONFIRMS_WITHIN);
        for key in near.cloned().collect::<Vec<_>>() {
            let (at, author, id) = &key;
            let Some(entries) = self.authors.get_mut(author) else { continue };
            let Ok(place) = place(entries, *at, id) else { continue };
            let Entry { id, seen, .. } = entries.remove(place);
            let from = self.confirmed_from(seen, author);
            if from.is_none() {
                self.confirmed.remove(&key);
            }
            self.put_in(author, id, seen, from);
        }
    }

    /// From when `outlier` counts, because another author saw half of it or more at about the same time.
    fn confirmed_from(&self, outlier: Seen, author: &str) -> Option<i64> {
        let is_half = |people: i64| outlier.people <= 2 * people;
        let others = self.most.iter().filter(|(other, most)| *other != author && is_half(**most));
        let confirms = others.flat_map(|(other, _)| {
            let waiting = self.waiting.get(other).map(|waiting| waiting.entries.as_slice());
            let lists = [self.authors.get(other).map(Vec::as_slice), waiting];
            lists.into_iter().flatten().filter_map(|entries| {
                let first =
                    entries.partition_point(|entry| entry.seen.observed < outlier.observed - CONFIRMS_WITHIN);
                let near = entries[first..].iter().map(|entry| entry.seen);
                // In the order of `observed`: the first is the earliest.
                near.take_while(|seen| seen.observed <= outlier.observed + CONFIRMS_WITHIN)
                    .find(|seen| is_half(seen.people))
            })
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
            let mut usable = young.filter(|entry| entry.from <= ms);
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
        self.waiting.values().flat_map(|waiting| &waiting.entries).map(|entry| entry.id.as_str())
    }
}

/// Where the report called `id` is among `entries`, or would be.
fn place(entries: &[Entry], observed: i64, id: &str) -> Result<usize, usize> {
    entries.binary_search_by(|entry| (entry.seen.observed, entry.id.as_str()).cmp(&(observed, id)))
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
