//! The dates of an event as properties: what it begins and ends with, its rule, and what is added and left out.
use super::dates::naive;
use super::out::Out;
use super::own;
use super::until::Until;
use super::vtimezone::YEARS;
use crate::features::Event;
use crate::hours::{Calendar, Transition};
use crate::recurrence::{Dates, MAX_LISTED, Schedule, Wall};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// An event on the wall of its zone.
pub(super) struct Written<'a> {
    /// It.
    pub(super) event: Event<'a>,
    schedule: Schedule,
    calendar: &'a Calendar,
    transitions: &'a [Transition],
}

/// A zone, with what is asked of it for every event.
pub(super) struct ZoneShown {
    /// Its clocks.
    pub(super) calendar: Calendar,
    pub(super) transitions: Vec<Transition>,
}

impl ZoneShown {
    /// The zone of `calendar`.
    pub(super) fn new(calendar: Calendar) -> Self {
        // Times that the clocks skip are looked for in these years.
        let transitions = calendar.transitions(YEARS);
        Self { calendar, transitions }
    }

    /// Whether times of that zone are written as UTC, which needs no VTIMEZONE.
    pub(super) fn is_utc(&self) -> bool {
        is_utc(&self.calendar)
    }
}

fn is_utc(zone: &Calendar) -> bool {
    matches!(zone.zone_name(), "UTC" | "Etc/UTC")
}

impl<'a> Written<'a> {
    /// `event`, whose zone is `zone`.
    pub(super) fn new(event: Event<'a>, zone: &'a ZoneShown) -> Self {
        let ZoneShown { calendar, transitions } = zone;
        Self { event, schedule: event.schedule(), calendar, transitions }
    }

    /// Whether that is the one date that it has.
    pub(super) fn is_only(&self, date: Wall) -> bool {
        !self.schedule.recurs() && self.schedule.except().is_empty() && self.schedule.starts() == date
    }

    /// When its only date is: where it was `moved` to, and where it was before that, or as all of it.
    pub(super) fn only(&self, out: &mut Out, moved: Option<(Wall, Option<Wall>)>) {
        let Some((starts, ends)) = moved else { return self.series(out) };
        self.span(out, starts, ends.map(|ends| self.shown(ends)));
        let was = self.schedule.starts();
        if starts == was && ends.is_none() {
            return;
        }
        self.wall(out, own::WAS_START, was);
        if let Some(ends) = self.schedule.ends() {
            self.wall(out, own::WAS_END, ends);
        }
    }

    /// When all of it is.
    pub(super) fn series(&self, out: &mut Out) {
        let starts = self.schedule.starts();
        let ends = self.schedule.ends();
        // Of a series it says how long each date is, so it stays as it stands.
        self.span(out, starts, if self.schedule.recurs() { ends } else { ends.map(|ends| self.shown(ends)) });
        let skipped = self.skipped();
        if let Some(rule) = self.schedule.rule() {
            out.line("RRULE", &self.rule(rule, !skipped.is_empty()));
        }
        let takes_place = |wall: &&Wall| match wall {
            Wall::Day(_) => true,
            Wall::Time(time) => self.calendar.exact(*time).is_some(),
        };
        for added in self.schedule.added().iter().filter(takes_place) {
            self.wall(out, "RDATE", *added);
        }
        for left_out in self.left_out(skipped) {
            self.wall(out, "EXDATE", left_out);
        }
    }

    /// When a date of it is, in its place or where it was `moved` to.
    pub(super) fn date(&self, out: &mut Out, date: Wall, moved: Option<(Wall, Option<Wall>)>) {
        self.wall(out, "RECURRENCE-ID", date);
        let (starts, ends) = moved.unwrap_or_else(|| {
            let ends = self.schedule.length().and_then(|length| naive(date).checked_add_signed(length));
            (date, ends.map(|ends| alike(date, ends)))
        });
        self.span(out, starts, ends.map(|ends| self.shown(ends)));
    }

    /// What the wall shows when something ends that ends at `wall`, which the clocks may skip.
    fn shown(&self, wall: Wall) -> Wall {
        match wall {
            Wall::Day(_) => wall,
            Wall::Time(time) if self.calendar.exact(time).is_some() => wall,
            Wall::Time(time) => Wall::Time(self.calendar.local(self.calendar.instant(time))),
        }
    }

    fn span(&self, out: &mut Out, starts: Wall, ends: Option<Wall>) {
        self.wall(out, "DTSTART", starts);
        match ends {
            None => {}
            // An end must be later than the beginning, a length may be nought.
            Some(ends) if ends == starts => out.line("DURATION", "PT0S"),
            Some(ends) => self.wall(out, "DTEND", ends),
        }
    }

    fn wall(&self, out: &mut Out, name: &str, wall: Wall) {
        match wall {
            Wall::Day(day) => out.line(&format!("{name};VALUE=DATE"), &day.format("%Y%m%d").to_string()),
            Wall::Time(time) if is_utc(self.calendar) => out.line(name, &in_utc(time)),
            Wall::Time(time) => {
                let zone = self.calendar.zone_name();
                out.line(&format!("{name};TZID={zone}"), &time.format("%Y%m%dT%H%M%S").to_string());
            }
        }
    }

    /// The rule, with an UNTIL of the kind that RFC 5545 wants: a day of days, of times one in UTC.
    fn rule(&self, rule: &str, skips: bool) -> String {
        let part = |part: &str| {
            if let Some(until) = part.strip_prefix("UNTIL=").and_then(Until::read) {
                return format!("UNTIL={}", self.until(until));
            }
            // Others count what the clocks skip, and do not count a start that the rule does not give.
            if part.starts_with("COUNT=") && (skips || !self.schedule.gives_start()) {
                return format!("UNTIL={}", self.until(self.last()));
            }
            part.to_owned()
        };
        rule.split(';').map(part).collect::<Vec<_>>().join(";")
    }

    /// The last date of a rule that is over after a number of them.
    fn last(&self) -> Until {
        match self.all_of_rule().dates.last().map_or(self.schedule.starts(), |date| date.wall) {
            Wall::Day(day) => Until::Day(day),
            Wall::Time(time) => Until::Time(time),
        }
    }

    fn until(&self, until: Until) -> String {
        let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
        let instant = |time: NaiveDateTime| in_utc(self.calendar.instant(time).naive_utc());
        match (self.schedule.starts(), until) {
            (Wall::Day(_), Until::Day(last)) => day(last),
            (Wall::Day(_), Until::Time(last)) => day(last.date()),
            (Wall::Day(_), Until::Instant(last)) => day(self.calendar.date(last)),
            (Wall::Time(_), Until::Day(last)) => instant(last.and_time(LAST_SECOND)),
            (Wall::Time(_), Until::Time(last)) => instant(last),
            (Wall::Time(_), Until::Instant(last)) => in_utc(last.naive_utc()),
        }
    }

    /// What is left out, as dates of the series: a day of times is each of its times.
    fn left_out(&self, skipped: Vec<Wall>) -> Vec<Wall> {
        let is_day = matches!(self.schedule.starts(), Wall::Day(_));
        let (mut left_out, days): (Vec<Wall>, Vec<Wall>) =
            self.schedule.except().iter().partition(|wall| matches!(wall, Wall::Time(_)) || is_day);
        if is_day {
            for wall in &mut left_out {
                *wall = Wall::Day(wall.date());
            }
        }
        if let [first, .., last] | [first @ last] = days.as_slice() {
            let window = first.date()..last.date().succ_opt().unwrap_or(NaiveDate::MAX);
            let all = self.with_all(window);
            left_out
                .extend(all.into_iter().filter(|wall| days.binary_search(&Wall::Day(wall.date())).is_ok()));
        }
        left_out.extend(skipped);
        left_out.sort_unstable();
        left_out.dedup();
        left_out
    }

    /// The dates in a window with those that are left out.
    fn with_all(&self, window: std::ops::Range<NaiveDate>) -> Vec<Wall> {
        let schedule = &self.schedule;
        let (starts, added) = (schedule.starts(), schedule.added().to_vec());
        let all = Schedule::new(starts, schedule.ends(), schedule.rule(), added, Vec::new());
        let dates = all.map(|all| all.dates(self.calendar, window, MAX_LISTED).dates);
        dates.unwrap_or_default().into_iter().map(|date| date.wall).collect()
    }

    /// Every date of the rule, from its start on; of one without end as many as are listed.
    fn all_of_rule(&self) -> Dates {
        let schedule = &self.schedule;
        let alone =
            Schedule::new(schedule.starts(), schedule.ends(), schedule.rule(), Vec::new(), Vec::new());
        let days = schedule.starts().date()..NaiveDate::MAX;
        alone.map(|alone| alone.dates(self.calendar, days, MAX_LISTED)).unwrap_or_default()
    }

    /// Dates of the rule that the clocks skip. Others show them, at another time.
    fn skipped(&self) -> Vec<Wall> {
        let (Wall::Time(starts), Some(rule)) = (self.schedule.starts(), self.schedule.rule()) else {
            return Vec::new();
        };
        let several = rule.contains("BYHOUR") || rule.contains("BYMINUTE");
        let gap = |change: &Transition| {
            let wall = |offset_s: i32| change.at.naive_utc() + TimeDelta::seconds(offset_s.into());
            let (from, to) = (wall(change.before_s), wall(change.after_s));
            // A gap is in one day, but for zones that leave out a whole one.
            let days = [from.date(), to.date()];
            let may = |day: &NaiveDate| several || (from..to).contains(&day.and_time(starts.time()));
            (from < to && starts <= to && days.iter().any(may))
                .then(|| from.date()..to.date().succ_opt().unwrap_or(NaiveDate::MAX))
        };
        let mut gaps = self.transitions.iter().filter_map(gap).peekable();
        if gaps.peek().is_none() {
            return Vec::new();
        }
        // What is counted is counted from the start on, so once is enough.
        if rule.contains("COUNT=") {
            return self.all_of_rule().skipped;
        }
        let mut skipped = Vec::new();
        // Before that day there is no date.
        let mut next = starts.date();
        for gap in gaps {
            if gap.end <= next {
                continue;
            }
            // To look for the next date leaves out the gaps before it, which matters where there is none for long.
            let ahead = self.schedule.dates(self.calendar, gap.start..LAST_DAY, 1);
            let first = ahead.dates.first().map(|date| date.wall).into_iter().chain(ahead.skipped).min();
            let Some(first) = first else { break };
            next = first.date();
            if gap.contains(&next) {
                skipped.extend(self.schedule.dates(self.calendar, gap, MAX_LISTED).skipped);
            }
        }
        skipped
    }
}

/// The day after the last on which a gap is looked for.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(YEARS.end, 1, 1).expect("a day");

/// The last second of a day.
const LAST_SECOND: NaiveTime = NaiveTime::from_hms_opt(23, 59, 59).expect("a time of day");

fn in_utc(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A wall like `of` that shows `time`.
fn alike(of: Wall, time: NaiveDateTime) -> Wall {
    match of {
        Wall::Day(_) => Wall::Day(time.date()),
        Wall::Time(_) => Wall::Time(time),
    }
}
