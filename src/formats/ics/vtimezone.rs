//! A zone of the time zone database as a VTIMEZONE. Outlook and others only follow rules, so what recurs is written as
//! one; where the clocks follow none that can be written, each change is listed.
use super::out::Out;
use crate::hours::{Calendar, Transition};
use chrono::{DateTime, Datelike, Days, NaiveDateTime, TimeDelta, Utc, Weekday};
use std::ops::Range;

/// The first year whose changes are listed where they follow no rule.
const FIRST_YEAR: i32 = 2010;
/// The last year that is known: what is written holds until then, and longer where it is a rule.
const LAST_YEAR: i32 = 2037;
/// The years whose changes are asked for.
pub(super) const YEARS: Range<i32> = 1970..LAST_YEAR + 1;
/// Years that a rule must have held at the end to be one.
const MIN_YEARS: i32 = 10;

/// Adds the VTIMEZONE of the zone of `calendar`, whose clocks change at `all` of these instants in [`YEARS`].
pub(super) fn write(out: &mut Out, calendar: &Calendar, all: &[Transition]) {
    out.line("BEGIN", "VTIMEZONE");
    out.line("TZID", calendar.zone_name());
    let rules = rules(all);
    let ruled_from = rules.as_ref().map(|rules| rules[0].first.at.year().min(rules[1].first.at.year()));
    let listed: Vec<&Transition> = all
        .iter()
        .filter(|change| {
            FIRST_YEAR <= change.at.year() && ruled_from.is_none_or(|from| change.at.year() < from)
        })
        .collect();
    if rules.is_none() {
        let since = listed.first().map_or_else(far, |change| change.at - TimeDelta::days(1));
        let (offset, name) = calendar.offset(since);
        observance(out, "19700101T000000", [offset, offset], &name, &[]);
    }
    let mut written: Vec<&Transition> = Vec::new();
    for change in &listed {
        if written.iter().any(|known| alike(known, change)) {
            continue;
        }
        written.push(change);
        let dates: Vec<String> =
            listed.iter().filter(|other| alike(other, change)).map(|other| said(wall(other))).collect();
        let rdates: Vec<(&str, &str)> = dates[1..].iter().map(|date| ("RDATE", date.as_str())).collect();
        observance(out, &dates[0], [change.before_s, change.after_s], &change.name, &rdates);
    }
    for rule in rules.iter().flatten() {
        let first = rule.first;
        let (month, day) = (wall(first).month(), rule.day());
        let rrule = format!("FREQ=YEARLY;BYMONTH={month};BYDAY={day}");
        observance(
            out,
            &said(wall(first)),
            [first.before_s, first.after_s],
            &first.name,
            &[("RRULE", &rrule)],
        );
    }
    out.line("END", "VTIMEZONE");
}

/// An instant at which a zone that has had no change lately is as it will be.
fn far() -> DateTime<Utc> {
    DateTime::from_timestamp(2_000_000_000, 0).unwrap_or_default()
}

fn observance(out: &mut Out, starts: &str, [before_s, after_s]: [i32; 2], name: &str, more: &[(&str, &str)]) {
    // By what it does to the clocks: where winter is the exception (Ireland), readers understand no other.
    let kind = if before_s < after_s { "DAYLIGHT" } else { "STANDARD" };
    out.line("BEGIN", kind);
    out.line("DTSTART", starts);
    out.line("TZOFFSETFROM", &offset(before_s));
    out.line("TZOFFSETTO", &offset(after_s));
    out.text("TZNAME", name);
    for (name, value) in more {
        out.line(name, value);
    }
    out.line("END", kind);
}

fn offset(seconds: i32) -> String {
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}

fn said(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%S").to_string()
}

/// What the wall shows at a change that is not made yet, as DTSTART wants it.
fn wall(change: &Transition) -> NaiveDateTime {
    change.at.naive_utc() + TimeDelta::seconds(change.before_s.into())
}

fn alike(one: &Transition, other: &Transition) -> bool {
    (one.before_s, one.after_s, &one.name) == (other.before_s, other.after_s, &other.name)
}

/// A change that comes every year.
struct Rule<'a> {
    /// The first that is so.
    first: &'a Transition,
    weekday: Weekday,
    /// Which such weekday of the month, as long as every year has had it as the same.
    nth: Option<u32>,
    is_last: bool,
}

impl<'a> Rule<'a> {
    fn of(change: &'a Transition) -> Self {
        let day = wall(change).date();
        let is_last = day.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != day.month());
        Self { first: change, weekday: day.weekday(), nth: Some((day.day() - 1) / 7 + 1), is_last }
    }

    /// The rule that made `earlier`, too; none when none did both.
    fn with(&self, earlier: &'a Transition) -> Option<Self> {
        let other = Rule::of(earlier);
        let (this, that) = (wall(self.first), wall(earlier));
        let nth = self.nth.filter(|nth| other.nth == Some(*nth));
        let is_last = self.is_last && other.is_last;
        let same = alike(self.first, earlier)
            && this.time() == that.time()
            && this.month() == that.month()
            && self.weekday == other.weekday
            && (nth.is_some() || is_last);
        same.then_some(Self { nth, is_last, ..other })
    }

    fn day(&self) -> String {
        let weekday = &self.weekday.to_string().to_ascii_uppercase()[..2];
        match self.nth {
            _ if self.is_last => format!("-1{weekday}"),
            Some(nth) => format!("{nth}{weekday}"),
            None => weekday.to_owned(),
        }
    }
}

/// The two rules that made every change from some year on until the last year that is known, if they did for long.
fn rules(all: &[Transition]) -> Option<[Rule<'_>; 2]> {
    let of_year = |year: i32| -> Option<[&Transition; 2]> {
        let from = all.partition_point(|change| change.at.year() < year);
        let to = all.partition_point(|change| change.at.year() <= year);
        <[Transition; 2]>::try_from(all[from..to].to_vec()).ok()?;
        Some([&all[from], &all[from + 1]])
    };
    let mut rules = of_year(LAST_YEAR)?.map(Rule::of);
    let mut years = 1;
    for year in (1970..LAST_YEAR).rev() {
        let Some([one, two]) = of_year(year) else { break };
        let [Some(first), Some(second)] = [rules[0].with(one), rules[1].with(two)] else { break };
        rules = [first, second];
        years += 1;
    }
    (MIN_YEARS <= years).then_some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(zone: &str) -> String {
        let mut out = Out::default();
        let calendar = Calendar::new(zone, []).unwrap();
        write(&mut out, &calendar, &calendar.transitions(YEARS));
        String::from_utf8(out.bytes()).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn clocks_that_follow_rules_are_written_as_these() {
        assert_eq!(
            written("Europe/London"),
            "BEGIN:VTIMEZONE\nTZID:Europe/London\nBEGIN:DAYLIGHT\nDTSTART:19960331T010000\nTZOFFSETFROM:+0000\n\
             TZOFFSETTO:+0100\nTZNAME:BST\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nBEGIN:STANDARD\n\
             DTSTART:19961027T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nTZNAME:GMT\n\
             RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n"
        );
        let new_york = written("America/New_York");
        assert!(
            new_york.contains("DTSTART:20070311T020000") && new_york.contains("BYMONTH=3;BYDAY=2SU"),
            "{new_york}"
        );
        assert_eq!(new_york.matches("BEGIN:").count(), 3, "{new_york}");
    }

    #[test]
    fn clocks_that_follow_none_are_listed() {
        let istanbul = written("Europe/Istanbul");
        assert!(!istanbul.contains("RRULE") && istanbul.contains("RDATE:20160327T030000"), "{istanbul}");
        assert!(written("Africa/Casablanca").matches("RDATE").count() > 20);
        let kolkata = written("Asia/Kolkata");
        assert!(
            kolkata.contains("DTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nTZNAME:IST"),
            "{kolkata}"
        );
    }
}
