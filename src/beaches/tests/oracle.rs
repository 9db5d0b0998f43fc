//! The rule once more, told naively and shared with nothing: every instant afresh, every report held against every
//! other, `valid_until` found by asking at every instant at which anything could happen.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::manual_midpoint,
    reason = "formulas as they were written down, of small numbers"
)]
use crate::hours::{Calendar, OpeningHours};
use chrono::{DateTime, Days, Utc};
use std::collections::BTreeSet;

pub(super) const MIN: i64 = 60_000;

/// A report as the naive see it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) author: u8,
    /// In tenths.
    pub(super) role: i32,
    /// A count and whether it was estimated, or the number of the band.
    pub(super) crowd: Result<(u32, bool), u8>,
    pub(super) observed: i64,
    pub(super) received: i64,
    pub(super) withdrawn: bool,
    pub(super) confirmed: bool,
}

/// An override: level (0 to 2), access (0 to 2), start, end, creation, cancellation.
pub(super) type Decided = (Option<u8>, Option<u8>, i64, i64, i64, Option<i64>);

/// All that a status depends on. Percentages and factors are in tenths.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) amber: i64,
    pub(super) red: i64,
    pub(super) hysteresis: i64,
    pub(super) conflict: i64,
    pub(super) outlier: i64,
    pub(super) m2: i64,
    pub(super) half_life: i64,
    pub(super) fresh: i64,
    pub(super) expire: i64,
    pub(super) grace: i64,
    pub(super) low: (f64, f64),
    pub(super) high: (f64, f64),
    pub(super) hours: Option<&'static str>,
    pub(super) tide: Vec<(i64, f64)>,
    pub(super) reports: Vec<Seen>,
    pub(super) overrides: Vec<Decided>,
    pub(super) now: i64,
}

/// What the oracle says: levels are 0 (unknown) to 3 (red), access 0 to 2, freshness 0 (fresh) to 2 (none), confidence
/// 0 (low) to 2 (high).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) five: (u8, u8, u8, u8, usize),
    pub(super) estimate: Option<i64>,
    pub(super) capacity: i64,
    pub(super) valid_until: i64,
    pub(super) confidence: u8,
    pub(super) conflict: bool,
    pub(super) expected: Option<(u8, i64)>,
}

fn utc(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("an instant")
}

/// The day of `now`: when it begins and ends, and from when on its reports are cut off.
#[derive(Clone, Copy)]
struct Today {
    midnight: i64,
    next: i64,
    cut: Option<i64>,
}

impl Case {
    fn today(&self) -> Today {
        let calendar = Calendar::new("Europe/London", []).expect("a zone");
        let date = calendar.date(utc(self.now));
        let midnight = |date| calendar.midnight(date).timestamp_millis();
        let hours = self.hours.map(|text| OpeningHours::parse(text, &calendar).expect("hours"));
        let end = hours.and_then(|hours| hours.last_end(date)).map(|end| end.timestamp_millis());
        Today {
            midnight: midnight(date),
            next: midnight(date + Days::new(1)),
            cut: end.map(|end| end + self.grace * MIN),
        }
    }

    pub(super) fn height(&self, t: i64) -> Option<f64> {
        if let Some((_, height)) = self.tide.iter().find(|(at, _)| *at == t) {
            return Some(*height);
        }
        let (t1, h1) = *self.tide.iter().filter(|(at, _)| *at < t).max_by_key(|(at, _)| *at)?;
        let (t2, h2) = *self.tide.iter().filter(|(at, _)| *at > t).min_by_key(|(at, _)| *at)?;
        let turn = std::f64::consts::PI * (t - t1) as f64 / (t2 - t1) as f64;
        (t2 - t1 <= 8 * 60 * MIN).then(|| (h1 + h2) / 2.0 + (h1 - h2) / 2.0 * turn.cos())
    }

    fn capacity(&self, t: i64) -> i64 {
        let ((h_low, area_low), (h_high, area_high)) = (self.low, self.high);
        let area = match self.height(t) {
            None => area_low.min(area_high),
            Some(h) if h <= h_low => area_low,
            Some(h) if h >= h_high => area_high,
            Some(h) => area_low + (area_high - area_low) * (h - h_low) / (h_high - h_low),
        };
        ((area * 10.0 / self.m2 as f64 + 1e-9).floor() as i64).max(1)
    }

    fn people(&self, report: &Seen) -> i64 {
        let capacity = self.capacity(report.observed);
        match report.crowd {
            Ok((count, _)) => i64::from(count),
            Err(0) => self.amber * capacity / 2_000,
            Err(1) => (self.amber + self.red) * capacity / 2_000,
            Err(_) => (self.red + 1_000) * capacity / 2_000,
        }
    }

    /// The reports that count at all and were observed by `known`.
    fn sent(&self, known: i64) -> Vec<&Seen> {
        let mut sent: Vec<&Seen> = Vec::new();
        for report in &self.reports {
            let is_refused =
                report.observed > report.received || report.received - report.observed > 7 * 24 * 60 * MIN;
            let is_copy = sent.iter().any(|other| other.id == report.id);
            if !is_refused && !is_copy && !report.withdrawn && report.observed <= known {
                sent.push(report);
            }
        }
        sent
    }

    fn is_waiting(&self, day: Today, report: &Seen, t: i64, sent: &[&Seen]) -> bool {
        let Ok((count, _)) = report.crowd else { return false };
        let count = i64::from(count);
        let is_outlier = count * 10 > self.outlier * self.capacity(report.observed);
        let confirms = |other: &&&Seen| {
            other.author != report.author
                && (day.midnight..day.next).contains(&other.observed)
                && (other.observed - report.observed).abs() <= 30 * MIN
                && self.people(other) * 2 >= count
                && other.observed.max(report.observed) <= t
        };
        is_outlier && !report.confirmed && !sent.iter().any(|other| confirms(&other))
    }

    fn used(&self, day: Today, t: i64, known: i64) -> Vec<&Seen> {
        let sent = self.sent(known);
        if day.cut.is_some_and(|cut| t >= cut) {
            return Vec::new();
        }
        let is_candidate = |report: &Seen| {
            !self.is_waiting(day, report, t, &sent)
                && (day.midnight..day.next).contains(&report.observed)
                && report.observed <= t
                && t - report.observed < self.expire * MIN
        };
        let candidates: Vec<&Seen> = sent.iter().copied().filter(|report| is_candidate(report)).collect();
        let is_newest = |report: &&Seen| {
            !candidates.iter().any(|other| {
                other.author == report.author && (other.observed, &other.id) > (report.observed, &report.id)
            })
        };
        candidates.iter().copied().filter(is_newest).collect()
    }

    fn estimate(&self, t: i64, used: &[&Seen]) -> Option<i64> {
        let weight = |report: &&&Seen| {
            let method = match report.crowd {
                Ok((_, false)) => 1.0,
                Ok((_, true)) => 0.7,
                Err(_) => 0.5,
            };
            let age_min = (t - report.observed) as f64 / MIN as f64;
            f64::from(report.role) / 10.0 * method * 0.5_f64.powf(age_min / self.half_life as f64)
        };
        let total: f64 = used.iter().map(|report| weight(&report)).sum();
        let holds = |v: &i64| {
            let held: f64 =
                used.iter().filter(|report| self.people(report) >= *v).map(|report| weight(&report)).sum();
            held >= total / 2.0 - 1e-9 * total
        };
        used.iter().map(|report| self.people(report)).filter(holds).max()
    }

    fn freshness(&self, t: i64, used: &[&Seen]) -> u8 {
        match used.iter().map(|report| report.observed).max() {
            None => 2,
            Some(newest) => u8::from(t - newest >= self.fresh * MIN),
        }
    }

    fn turn(&self, level: u8, freshness: u8, people: i64, capacity: i64) -> u8 {
        let under = |tenths: i64| people * 1_000 < tenths * capacity;
        let plain = if !under(self.red) {
            3
        } else if !under(self.amber) {
            2
        } else {
            1
        };
        if freshness == 1 {
            return if level == 0 && plain == 1 { 0 } else { level.max(plain) };
        }
        if level == 0 || plain >= level {
            return plain;
        }
        let mut level = level;
        if level == 3 && under(self.red - self.hysteresis) {
            level = 2;
        }
        if level == 2 && under(self.amber - self.hysteresis) {
            level = 1;
        }
        level
    }

    /// The fold of the whole day, of what was observed by `known`: every instant and its level.
    fn fold(&self, day: Today, known: i64) -> Vec<(i64, u8)> {
        let (midnight, t) = (day.midnight, day.next - 1);
        let mut instants: BTreeSet<i64> = self.sent(known).iter().map(|report| report.observed).collect();
        instants.extend((midnight..=t).step_by(10 * 60_000));
        let mut level = 0;
        let mut fold = Vec::new();
        for instant in instants.range(midnight..=t) {
            let used = self.used(day, *instant, known);
            level = match self.estimate(*instant, &used) {
                None => 0,
                Some(people) => {
                    self.turn(level, self.freshness(*instant, &used), people, self.capacity(*instant))
                }
            };
            fold.push((*instant, level));
        }
        fold
    }

    /// The five members that `valid_until` is about, at `t`.
    fn five(&self, day: Today, t: i64, known: i64, fold: &[(i64, u8)]) -> (u8, u8, u8, u8, usize) {
        let used = self.used(day, t, known);
        let last = fold.iter().rev().find(|(instant, _)| *instant <= t).expect("midnight at least");
        let computed = if used.is_empty() { 0 } else { last.1 };
        let mut decides: Option<Decided> = None;
        for &one in &self.overrides {
            let end = one.5.map_or(one.3, |cancelled| cancelled.min(one.3));
            if one.2 <= t && t < end && decides.is_none_or(|other| other.4 <= one.4) {
                decides = Some(one);
            }
        }
        let level = decides.and_then(|one| one.0).map_or(computed, |level| level + 1);
        (level, computed, decides.and_then(|one| one.1).unwrap_or(0), self.freshness(t, &used), used.len())
    }

    pub(super) fn said(&self) -> Said {
        let (now, day) = (self.now, self.today());
        let midnight = day.next;
        let fold = self.fold(day, now);
        let five = self.five(day, now, now, &fold);
        let mut whens: BTreeSet<i64> = fold.iter().map(|(instant, _)| *instant).collect();
        for report in &self.reports {
            whens.extend([report.observed + self.expire * MIN, report.observed + self.fresh * MIN]);
        }
        for one in &self.overrides {
            whens.extend([one.2, one.3, one.4]);
            whens.extend(one.5);
        }
        whens.extend(day.cut);
        let differs = |when: &&i64| self.five(day, **when, now, &fold) != five;
        let valid_until = whens.range(now + 1..midnight).find(differs).copied().unwrap_or(midnight);

        let used = self.used(day, now, now);
        let (estimate, capacity) = (self.estimate(now, &used), self.capacity(now));
        let apart = |a: &Seen, b: &Seen| (self.people(a) - self.people(b)).abs() * 1_000;
        let near = |report: &Seen| now - report.observed <= 30 * MIN;
        let pairs = || used.iter().flat_map(|a| used.iter().map(move |b| (*a, *b)));
        let conflict = pairs().any(|(a, b)| near(a) && near(b) && apart(a, b) > self.conflict * capacity);
        let agree = pairs().any(|(a, b)| a.author != b.author && apart(a, b) <= self.conflict * capacity);
        let bands_only = used.iter().all(|report| report.crowd.is_err());
        let tide_known = self.height(now).is_some();
        let confidence = if five.3 != 0 || bands_only || !tide_known || conflict {
            0
        } else {
            1 + u8::from(agree && used.iter().any(|report| near(report)))
        };
        let mut expected = None;
        if let Some(people) = estimate.filter(|_| five.1 != 0) {
            let first = (now + 1..=now + 10 * MIN).find(|t| t % (10 * MIN) == 0).expect("within ten minutes");
            let steps = (first..=now + 180 * MIN).step_by(10 * 60_000);
            let turned = |t: i64| (self.turn(five.1, 0, people, self.capacity(t)), t);
            expected = steps.map(turned).find(|(level, _)| *level != five.1);
        }
        Said { five, estimate, capacity, valid_until, confidence, conflict, expected }
    }
}
