//! The dates of a rule, on the wall. The one place that names the crate `rrule`, and what it gets wrong stays here.
//!
//! The crate is told neither COUNT nor UNTIL: which dates count depends on the clocks, which it does not know. Given a
//! zone it repeats and loses dates around their changes, so it is given UTC, where every day has 24 hours. It never
//! adds the start by itself.
//!
//! It looks for the next date until the year 10,000, and at a hundred thousand periods at most. That it gave up there
//! it does not say of a rule (only of dates left out), so [`Expansion::searched`] works it out. A rule without dates
//! would cost it eight thousand years; so it is shown a time [`AHEAD`], from where it has a few hundred to go.
use super::ScheduleError;
use super::Wall;
use super::rule::{Freq, Rule};
use chrono::{DateTime, Datelike, Days, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, RRuleSetIter, Tz, Unvalidated};

/// The periods that the crate looks at for one date.
const PERIODS_SEARCHED: u64 = 100_000 - 1;

/// How far ahead of the wall's time the crate is kept: 7,600 years. The Gregorian calendar repeats itself after 400, to
/// the weekday, which are this many days; and from the last year that a schedule names it is still short of the end.
const AHEAD: Days = Days::new(7_600 / 400 * 146_097);

/// The last day that the crate looks at.
const LAST_SEARCHED: NaiveDate = NaiveDate::from_ymd_opt(9_999, 12, 31).expect("a day");

/// A rule as the crate wants it, with all that it would take from a start said in it: so where it is expanded from
/// makes no difference but which dates are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expander {
    rule: RRule,
    interval: u32,
}

impl Expander {
    pub(super) fn new(rule: &Rule, starts: Wall) -> Result<Self, ScheduleError> {
        let made = said(rule, starts.time()).validate(utc(starts.time()));
        let rule_made = made
            .map_err(|cause| ScheduleError::Refused { rule: rule.to_string(), cause: cause.to_string() })?;
        Ok(Self { rule: rule_made, interval: rule.interval.into() })
    }

    /// The dates of the rule from the beginning of a period on that is not after `from`, in order.
    ///
    /// Periods (years, months, weeks from WKST on, days) are counted from that of `starts`, as many apart as the
    /// interval says, and each has its dates by itself. So periods that are over before `from` can be left out, and
    /// the first can be taken as a whole: BYSETPOS counts in all of it, also before the start, as RFC 5545 has it.
    pub(super) fn dates(&self, rule: &Rule, starts: NaiveDate, from: NaiveDate) -> Expansion {
        let first = period(rule, starts, from.max(starts));
        let ahead = (first + AHEAD).and_time(NaiveTime::MIN);
        let set = RRuleSet::new(utc(ahead)).rrule(self.rule.clone()).limit();
        let days = match rule.freq {
            Freq::Yearly => 365,
            Freq::Monthly => 28,
            Freq::Weekly => 7,
            Freq::Daily => 1,
        };
        let interval = u64::from(self.interval);
        let reach = Days::new(PERIODS_SEARCHED * days * interval);
        Expansion { dates: set.into_iter(), reach, interval, last: first, looked: 0 }
    }
}

/// The dates of a rule, one after the other.
pub(super) struct Expansion {
    dates: RRuleSetIter,
    reach: Days,
    /// Of so many periods one is looked at.
    interval: u64,
    last: NaiveDate,
    looked: u64,
}

impl Expansion {
    /// When it has no more dates: up to which day that is certain.
    pub(super) fn searched(&self) -> NaiveDate {
        self.last.checked_add_days(self.reach).unwrap_or(NaiveDate::MAX)
    }

    /// How many days were looked at: what it cost so far.
    pub(super) fn looked(&self) -> u64 {
        self.looked
    }

    /// Days that are looked at from the last date to `day`.
    fn between(&self, day: NaiveDate) -> u64 {
        (day - self.last).num_days().unsigned_abs() / self.interval
    }
}

impl Iterator for Expansion {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        let Some(date) = self.dates.next() else {
            let end = self.searched().min(LAST_SEARCHED - AHEAD);
            self.looked += self.between(end);
            return None;
        };
        let date = date.naive_utc() - AHEAD;
        self.looked += 1 + self.between(date.date());
        self.last = date.date();
        Some(date)
    }
}

/// The first day of the last period not after `from` (which is not before `starts`).
fn period(rule: &Rule, starts: NaiveDate, from: NaiveDate) -> NaiveDate {
    let interval = i64::from(rule.interval);
    // How far `to` is from `first`, less what is over the last whole interval.
    let whole = |first: i64, to: i64| first + (to - first).max(0) / interval * interval;
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let day = |year: i64, month: i64| {
        i32::try_from(year)
            .ok()
            .and_then(|year| NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, 1))
            .unwrap_or(starts)
    };
    match rule.freq {
        Freq::Yearly => day(whole(starts.year().into(), from.year().into()), 1),
        Freq::Monthly => {
            let month = whole(months(starts), months(from));
            day(month.div_euclid(12), month.rem_euclid(12) + 1)
        }
        Freq::Weekly => {
            let first = starts.week(rule.week_start).first_day();
            let days = (from - first).num_days() / (7 * interval) * (7 * interval);
            first + Days::new(days.unsigned_abs())
        }
        Freq::Daily => {
            let days = (from - starts).num_days() / interval * interval;
            starts + Days::new(days.unsigned_abs())
        }
    }
}

/// The rule for the crate, with what it would take from the start.
fn said(rule: &Rule, starts: NaiveDateTime) -> RRule<Unvalidated> {
    let small = |number: u32| u8::try_from(number).expect("parts of a time are below 60");
    let or_of_start =
        |given: &[u8], own: u32| if given.is_empty() { vec![small(own)] } else { given.to_vec() };
    let mut months = rule.months.clone();
    let mut month_days = rule.month_days.clone();
    let mut days = weekdays(rule);
    let selects_days = !(rule.weeks.is_empty()
        && rule.year_days.is_empty()
        && rule.month_days.is_empty()
        && rule.days.is_empty());
    if !selects_days {
        match rule.freq {
            Freq::Yearly => {
                if months.is_empty() {
                    months = vec![small(starts.month())];
                }
                month_days = vec![i8::try_from(starts.day()).expect("a month has 31 days at most")];
            }
            Freq::Monthly => {
                month_days = vec![i8::try_from(starts.day()).expect("a month has 31 days at most")];
            }
            Freq::Weekly => days = vec![NWeekday::Every(starts.weekday())],
            Freq::Daily => {}
        }
    }
    let months: Vec<Month> = months.iter().filter_map(|month| Month::try_from(*month).ok()).collect();
    RRule::new(match rule.freq {
        Freq::Yearly => Frequency::Yearly,
        Freq::Monthly => Frequency::Monthly,
        Freq::Weekly => Frequency::Weekly,
        Freq::Daily => Frequency::Daily,
    })
    .interval(rule.interval)
    .week_start(rule.week_start)
    .by_month(&months)
    .by_week_no(rule.weeks.clone())
    .by_year_day(rule.year_days.clone())
    .by_month_day(month_days)
    .by_weekday(days)
    .by_hour(or_of_start(&rule.hours, starts.hour()))
    .by_minute(or_of_start(&rule.minutes, starts.minute()))
    .by_second(vec![small(starts.second())])
    .by_set_pos(rule.positions.clone())
}

/// The weekdays for the crate. It takes `1MO,FR` for days that are both, as dateutil does, where RFC 5545 means all
/// of them: so where some are numbered, plain ones are written as every number that a month has.
fn weekdays(rule: &Rule) -> Vec<NWeekday> {
    let is_numbered = rule.days.iter().any(|day| day.nth.is_some());
    let mut weekdays = Vec::new();
    for day in &rule.days {
        match day.nth {
            Some(nth) => weekdays.push(NWeekday::Nth(nth, day.weekday)),
            None if is_numbered => {
                weekdays.extend((1..=5).map(|nth| NWeekday::Nth(nth, day.weekday)));
            }
            None => weekdays.push(NWeekday::Every(day.weekday)),
        }
    }
    weekdays
}

fn utc(time: NaiveDateTime) -> DateTime<Tz> {
    Tz::UTC.from_utc_datetime(&time)
}
