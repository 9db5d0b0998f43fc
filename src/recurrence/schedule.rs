//! A series: when it starts, its rule, the dates added and left out, and which dates that makes.
use super::expand::{Expander, Expansion};
use super::rule::{Rule, Until};
use super::{MAX_DATES_BY_HAND, MAX_LISTED, ScheduleError, Wall};
use crate::hours::Calendar;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::ops::Range;

/// When something takes place: once, on dates given by hand, or by a rule. Checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    starts: Wall,
    ends: Option<Wall>,
    /// Boxed: most of what is on takes place once.
    rule: Option<Box<Recurring>>,
    added: Vec<Wall>,
    except: Vec<Wall>,
}

/// A rule with what is made of it once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recurring {
    rule: Rule,
    text: String,
    expander: Expander,
}

/// One date of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date {
    /// What names it within its series.
    pub wall: Wall,
    /// When it starts; a day at its first instant.
    pub starts_at: DateTime<Utc>,
    /// When it ends, if that is known. Never before it starts.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it is over for whoever asks what is on: when it ends, and when that is not known, at the next local
    /// midnight.
    pub over_at: DateTime<Utc>,
}

/// The dates of a series in a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// The dates, in order, each once.
    pub dates: Vec<Date>,
    /// Local times (and days) that the clocks skip, so that they do not take place. In order.
    pub skipped: Vec<Wall>,
    /// Whether these are all in the window. `false`: the limit, or that of what is searched, cut it short.
    pub complete: bool,
    /// How many days of the rule were looked at for them: what it cost, whatever the machine.
    pub looked: u64,
}

impl Schedule {
    /// A series that starts then; `ends` is when its first date ends, of whole days the day after the last (as DTEND
    /// is), and `None` when that is not known. The others are as long, on the wall.
    ///
    /// `rule` is the value of an RRULE. `added` and `except` (RDATE, EXDATE) may come in any order and more than once;
    /// those left out need not be dates of the series, and are left out of what is added, too.
    ///
    /// # Errors
    /// When the rule cannot be read or asks for too much, when there are too many dates by hand, when it ends before
    /// it starts, and when days and times are mixed (except in what is left out).
    pub fn new(
        starts: Wall,
        ends: Option<Wall>,
        rule: Option<&str>,
        mut added: Vec<Wall>,
        mut except: Vec<Wall>,
    ) -> Result<Self, ScheduleError> {
        for (what, dates) in [("dates added", &added), ("dates left out", &except)] {
            if MAX_DATES_BY_HAND < dates.len() {
                return Err(ScheduleError::TooManyDates { what, count: dates.len() });
            }
        }
        let mut all =
            [starts].into_iter().chain(ends).chain(added.iter().copied()).chain(except.iter().copied());
        if let Some(wall) = all.find(|wall| !wall.is_sound()) {
            return Err(ScheduleError::OutOfRange { wall });
        }
        if let Some(wall) = ends.into_iter().chain(added.iter().copied()).find(|wall| !wall.is_like(starts)) {
            return Err(ScheduleError::Kind { starts, wall });
        }
        match ends {
            Some(ends) if ends < starts => return Err(ScheduleError::EndsBeforeStart { starts, ends }),
            Some(ends @ Wall::Day(_)) if ends == starts => return Err(ScheduleError::NoDay { starts, ends }),
            _ => {}
        }
        for dates in [&mut added, &mut except] {
            dates.sort_unstable();
            dates.dedup();
        }
        let rule = match rule {
            None => None,
            Some(text) => {
                let rule = Rule::read(text, starts)?;
                let expander = Expander::new(&rule, starts)?;
                Some(Box::new(Recurring { text: rule.to_string(), rule, expander }))
            }
        };
        Ok(Self { starts, ends, rule, added, except })
    }

    /// When the first date starts.
    #[must_use]
    pub fn starts(&self) -> Wall {
        self.starts
    }

    /// When the first date ends; of whole days the day after the last. `None`: not known.
    #[must_use]
    pub fn ends(&self) -> Option<Wall> {
        self.ends
    }

    /// The rule as the value of an RRULE, written the one way.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_ref().map(|recurring| recurring.text.as_str())
    }

    /// The dates added to the rule, in order.
    #[must_use]
    pub fn added(&self) -> &[Wall] {
        &self.added
    }

    /// The dates left out, in order.
    #[must_use]
    pub fn except(&self) -> &[Wall] {
        &self.except
    }

    /// Whether it may take place more than once: it has a rule or dates added.
    #[must_use]
    pub fn recurs(&self) -> bool {
        self.rule.is_some() || !self.added.is_empty()
    }

    /// Whether its rule gives its start, too, as RFC 5545 wants it; without a rule it does. Programs differ in whether
    /// COUNT counts a start that it does not give: here it does.
    #[must_use]
    pub fn gives_start(&self) -> bool {
        let Some(recurring) = &self.rule else { return true };
        let (starts, first) = (self.starts.time(), self.starts.date());
        let mut dates = recurring.expander.dates(&recurring.rule, first, first);
        dates.find(|time| starts <= *time) == Some(starts)
    }

    /// How long each date is, on the wall. `None`: not known.
    #[must_use]
    pub fn length(&self) -> Option<TimeDelta> {
        self.ends.map(|ends| ends.time() - self.starts.time())
    }

    /// The dates whose local start day is in `window`, in order, each once; no more than `limit` (and
    /// [`MAX_LISTED`](super::MAX_LISTED)) from the window's start on. None is later than [`Wall::LAST_YEAR`].
    #[must_use]
    pub fn dates(&self, calendar: &Calendar, window: Range<NaiveDate>, limit: usize) -> Dates {
        let limit = limit.min(MAX_LISTED);
        let last_day = NaiveDate::from_ymd_opt(Wall::LAST_YEAR + 1, 1, 1).unwrap_or(NaiveDate::MAX);
        let window = window.start..window.end.min(last_day);
        let mut found = Dates { dates: Vec::new(), skipped: Vec::new(), complete: true, looked: 0 };
        let mut by_hand = self.by_hand(calendar, &window).into_iter().peekable();
        let mut by_rule = self.by_rule(calendar, &window);
        let mut next_by_rule = by_rule.as_mut().and_then(Iterator::next);
        loop {
            let wall = match (by_hand.peek().copied(), next_by_rule) {
                (None, None) => break,
                (Some(hand), Some(rule)) if hand <= rule => hand,
                (Some(hand), None) => hand,
                (_, Some(rule)) => rule,
            };
            if by_hand.peek() == Some(&wall) {
                by_hand.next();
            }
            if next_by_rule == Some(wall) {
                next_by_rule = by_rule.as_mut().and_then(Iterator::next);
            }
            if self.is_excepted(wall) {
                continue;
            }
            let date = self.date(calendar, wall);
            if limit <= found.dates.len() && date.is_some() {
                found.complete = false;
                found.looked = by_rule.map_or(0, |by_rule| by_rule.expansion.looked());
                return found;
            }
            match date {
                Some(date) => found.dates.push(date),
                None => found.skipped.push(wall),
            }
        }
        found.looked = by_rule.as_ref().map_or(0, |by_rule| by_rule.expansion.looked());
        found.complete = by_rule.is_none_or(|by_rule| by_rule.is_complete());
        found
    }

    /// The instants of a date of this series, whether or not it has that date. `None`: the clocks skip it.
    #[must_use]
    pub fn date(&self, calendar: &Calendar, wall: Wall) -> Option<Date> {
        let starts_at = starts_at(calendar, wall)?;
        let ends = self.length().and_then(|length| wall.time().checked_add_signed(length));
        let ends_at = ends.map(|ends| calendar.instant(ends).max(starts_at));
        let over_at = ends_at.unwrap_or_else(|| {
            let next_day = wall.date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
            calendar.midnight(next_day).max(starts_at)
        });
        Some(Date { wall, starts_at, ends_at, over_at })
    }

    /// Whether this is a date of the series: one that takes place.
    #[must_use]
    pub fn has(&self, calendar: &Calendar, wall: Wall) -> bool {
        let day = wall.date();
        let Some(next) = day.checked_add_days(Days::new(1)) else { return false };
        self.dates(calendar, day..next, MAX_LISTED).dates.iter().any(|date| date.wall == wall)
    }

    /// The start and the dates added, as far as they are in the window; in order, each once.
    fn by_hand(&self, calendar: &Calendar, window: &Range<NaiveDate>) -> Vec<Wall> {
        let from = self.added.partition_point(|wall| wall.date() < window.start);
        let to = self.added.partition_point(|wall| wall.date() < window.end);
        let mut by_hand = self.added.get(from..to).unwrap_or_default().to_vec();
        if window.contains(&self.starts.date()) && !self.ends_before_it_starts(calendar) {
            by_hand.push(self.starts);
            by_hand.sort_unstable();
            by_hand.dedup();
        }
        by_hand
    }

    /// The dates of the rule in the window, but for the start. `None`: there are none, for certain.
    fn by_rule<'a>(&'a self, calendar: &'a Calendar, window: &Range<NaiveDate>) -> Option<ByRule<'a>> {
        let recurring = self.rule.as_deref()?;
        let over = recurring.rule.until.map(|until| match until {
            Until::Day(day) => day,
            Until::Time(time) => time.date(),
            Until::Instant(at) => calendar.date(at),
        });
        let is_over = window.end <= self.starts.date()
            || window.end <= window.start
            || over.is_some_and(|over| over < window.start || over < self.starts.date());
        if is_over {
            return None;
        }
        let first = self.starts.date();
        let left = recurring.rule.count.map(|count| {
            let is_start =
                matches!(self.starts, Wall::Day(_)) || calendar.exact(self.starts.time()).is_some();
            count - u32::from(is_start)
        });
        // What is counted has to be counted from the start on.
        let from = if left.is_some() { first } else { window.start };
        Some(ByRule {
            schedule: self,
            calendar,
            until: recurring.rule.until,
            window: window.clone(),
            expansion: recurring.expander.dates(&recurring.rule, first, from),
            left,
            is_exhausted: false,
        })
    }

    fn ends_before_it_starts(&self, calendar: &Calendar) -> bool {
        let until = self.rule.as_ref().and_then(|recurring| recurring.rule.until);
        until.is_some_and(|until| !is_within(until, calendar, self.starts))
    }

    fn is_excepted(&self, wall: Wall) -> bool {
        if self.except.is_empty() {
            return false;
        }
        let day = Wall::Day(wall.date());
        match wall {
            Wall::Time(_) => [wall, day].iter().any(|wall| self.except.binary_search(wall).is_ok()),
            Wall::Day(date) => {
                let at = self.except.partition_point(|except| *except < day);
                self.except.get(at).is_some_and(|except| except.date() == date)
            }
        }
    }
}

/// The instant that a wall shows this first. `None`: it never does.
fn starts_at(calendar: &Calendar, wall: Wall) -> Option<DateTime<Utc>> {
    match wall {
        // A whole day that is skipped (Samoa, 2011-12-30) begins on another.
        Wall::Day(day) => Some(calendar.midnight(day)).filter(|at| calendar.date(*at) == day),
        Wall::Time(time) => calendar.exact(time),
    }
}

/// Whether a date is not after the end of its rule.
fn is_within(until: Until, calendar: &Calendar, wall: Wall) -> bool {
    match (until, wall) {
        (Until::Day(day), _) => wall.date() <= day,
        (Until::Time(time), Wall::Time(wall)) => wall <= time,
        (Until::Time(time), Wall::Day(day)) => day <= time.date(),
        (Until::Instant(at), Wall::Time(wall)) => calendar.instant(wall) <= at,
        (Until::Instant(at), Wall::Day(day)) => day <= calendar.date(at),
    }
}

/// The dates of a rule after the start and in a window.
struct ByRule<'a> {
    schedule: &'a Schedule,
    calendar: &'a Calendar,
    until: Option<Until>,
    window: Range<NaiveDate>,
    expansion: Expansion,
    /// How many dates there may still be.
    left: Option<u32>,
    /// The expansion had no more, where the window and the rule's end would have allowed some.
    is_exhausted: bool,
}

impl ByRule<'_> {
    fn is_complete(&self) -> bool {
        !self.is_exhausted || self.window.end <= self.expansion.searched()
    }

    /// The next date on the wall, if the rule has not ended before it.
    fn following(&mut self) -> Option<Wall> {
        if self.left == Some(0) {
            return None;
        }
        let starts = self.schedule.starts;
        let after = |time: &NaiveDateTime| starts.time() < *time;
        let Some(time) = self.expansion.find(after) else {
            self.is_exhausted = true;
            return None;
        };
        let wall = starts.alike(time);
        let is_past = self.window.end <= wall.date()
            || self.until.is_some_and(|until| !is_within(until, self.calendar, wall));
        if is_past {
            self.left = Some(0);
            return None;
        }
        if let Some(left) = &mut self.left {
            *left -= u32::from(starts_at(self.calendar, wall).is_some());
        }
        Some(wall)
    }
}

impl Iterator for ByRule<'_> {
    type Item = Wall;

    fn next(&mut self) -> Option<Wall> {
        loop {
            let wall = self.following()?;
            if self.window.start <= wall.date() {
                return Some(wall);
            }
        }
    }
}
