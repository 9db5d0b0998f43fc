//! A schema.org Schedule as a rule of a series.
use super::dates::Series;
use super::node::{Node, Said};
use super::when::{self, Frequency};
use super::words::{Word, local};
use crate::formats::fuel::Fuel;
use crate::hours::Calendar;
use crate::recurrence::{Schedule, Wall};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};

const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "MO"),
    ("Tuesday", "TU"),
    ("Wednesday", "WE"),
    ("Thursday", "TH"),
    ("Friday", "FR"),
    ("Saturday", "SA"),
    ("Sunday", "SU"),
];

/// What the event says itself, for a schedule that says less.
pub(super) struct Fallback {
    pub(super) starts: Option<Wall>,
    pub(super) ends: Option<Wall>,
}

/// The series that `node` describes, in which what is not as it stands there is noted; or why there is none.
pub(super) fn read(
    node: &Node<'_>,
    calendar: &Calendar,
    fallback: &Fallback,
    notes: &mut Vec<(Word, String)>,
    fuel: &mut Fuel,
) -> Result<Series, String> {
    let zone = node.text(Word::ScheduleTimezone).map(|zone| zone.trim().to_owned());
    let zone = zone.filter(|zone| zone != calendar.zone_name());
    let own = match &zone {
        Some(name) => Calendar::new(name, [])
            .map_err(|_| format!("scheduleTimezone `{}` is no time zone", super::short(name)))?,
        None => calendar.clone(),
    };
    let date = |word: Word| match node.text(word) {
        None => Ok(None),
        Some(text) => match when::read(&text, &own) {
            Some(when) => Ok(Some(when.wall)),
            None => Err(format!("{} `{}` is no date", word.name(), super::short(&text))),
        },
    };
    let first = date(Word::StartDate)?.or(fallback.starts).ok_or("startDate of the schedule is missing")?;
    let starts = match (clock(node, Word::StartTime, notes)?, first, fallback.starts) {
        (Some(time), _, _) => Wall::Time(first.date().and_time(time)),
        (None, Wall::Day(day), Some(Wall::Time(time))) => Wall::Time(day.and_time(time.time())),
        (None, Wall::Day(_) | Wall::Time(_), _) => first,
    };
    let until = date(Word::EndDate)?;
    let rule = rule(node, starts, until, notes)?;
    let starts = match &rule {
        Some(rule) => first_of(starts, rule, node, fuel)?,
        None => starts,
    };
    let ends = ends(node, starts, fallback, notes)?;
    let rule = rule.map(|rule| ended(starts, rule, until, node, fuel)).transpose()?;
    let except = excepted(node, &own, notes);
    Ok(Series { starts, ends, rule, added: Vec::new(), except, zone, changes: Vec::new() })
}

/// A time of the day that is said in that word. What its offset says is left out: a schedule is of a wall.
fn clock(node: &Node<'_>, word: Word, notes: &mut Vec<(Word, String)>) -> Result<Option<NaiveTime>, String> {
    let Some(text) = node.text(word) else { return Ok(None) };
    match when::time(&text) {
        Some((time, None)) => Ok(Some(time)),
        Some((time, Some(_))) => {
            notes.push((
                word,
                "has an offset, which is left out: a schedule's times are those of its zone".to_owned(),
            ));
            Ok(Some(time))
        }
        None => Err(format!("{} `{}` is no time", word.name(), super::short(&text))),
    }
}

fn ends(
    node: &Node<'_>,
    starts: Wall,
    fallback: &Fallback,
    notes: &mut Vec<(Word, String)>,
) -> Result<Option<Wall>, String> {
    if let (Wall::Time(from), Some(time)) = (starts, clock(node, Word::EndTime, notes)?) {
        let day =
            if time <= from.time() { from.date().checked_add_days(Days::new(1)) } else { Some(from.date()) };
        return Ok(day.map(|day| Wall::Time(day.and_time(time))));
    }
    if let Some(text) = node.text(Word::Duration) {
        match when::length(&text) {
            Some(length) => return Ok(when::after(starts, length)),
            None => notes.push((Word::Duration, format!("`{}` is no length; left out", super::short(&text)))),
        }
    }
    let length = match (fallback.starts, fallback.ends) {
        // The end of an event with a schedule is often that of the whole series.
        (Some(from), Some(to)) => when::between(from, to).filter(|length| length.num_hours() < 24),
        _ => None,
    };
    Ok(length.and_then(|length| when::after(starts, length)))
}

/// The rule without its end; none where the schedule is of one date.
fn rule(
    node: &Node<'_>,
    starts: Wall,
    until: Option<Wall>,
    notes: &mut Vec<(Word, String)>,
) -> Result<Option<String>, String> {
    let days = by_day(node, notes)?;
    let every = match node.text(Word::RepeatFrequency) {
        Some(text) => Some(when::frequency(&text).ok_or_else(|| {
            format!(
                "repeatFrequency `{}` is none that can be kept: give days, weeks, months or years",
                super::short(&text)
            )
        })?),
        None if !days.is_empty() => {
            notes.push((Word::ByDay, "without repeatFrequency; taken as weekly".to_owned()));
            Some(Frequency { name: "WEEKLY", interval: 1 })
        }
        None if until.is_some_and(|until| until.date() != starts.date()) => {
            return Err("repeatFrequency is missing".to_owned());
        }
        None => None,
    };
    let Some(Frequency { mut name, interval }) = every else { return Ok(None) };
    let weeks = numbers(node, Word::ByMonthWeek)?;
    let (months, month_days) = (numbers(node, Word::ByMonth)?, numbers(node, Word::ByMonthDay)?);
    // Of every day, these weekdays: the same as every week on them, and as calendars write it.
    if name == "DAILY" && interval == 1 && !days.is_empty() {
        name = "WEEKLY";
    }
    let mut rule = vec![format!("FREQ={name}")];
    if 1 < interval {
        rule.push(format!("INTERVAL={interval}"));
    }
    let list = |rule: &mut Vec<String>, part: &str, list: &[String]| {
        if !list.is_empty() {
            rule.push(format!("{part}={}", list.join(",")));
        }
    };
    list(&mut rule, "BYMONTH", &months);
    list(&mut rule, "BYMONTHDAY", &month_days);
    let numbered = weeks.iter().flat_map(|week| days.iter().map(move |day| format!("{week}{day}")));
    let days = if weeks.is_empty() { days.clone() } else { numbered.collect() };
    list(&mut rule, "BYDAY", &days);
    Ok(Some(rule.join(";")))
}

fn by_day(node: &Node<'_>, notes: &mut Vec<(Word, String)>) -> Result<Vec<String>, String> {
    let mut days: Vec<String> = Vec::new();
    for said in node.all(Word::ByDay) {
        let text = said.text().unwrap_or_default();
        for one in text.split(',').map(local).filter(|one| !one.is_empty()) {
            if one == "PublicHolidays" {
                notes.push((Word::ByDay, "has public holidays, which no rule can; left out".to_owned()));
                continue;
            }
            let known = WEEKDAYS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(one))
                .map(|(_, short)| (*short).to_owned());
            let written = one.is_ascii().then(|| one.split_at(one.len().saturating_sub(2)));
            let is_written = written.is_some_and(|(number, short)| {
                let is_number = number.is_empty() || number.parse::<i8>().is_ok();
                is_number && WEEKDAYS.iter().any(|(_, known)| *known == short)
            });
            let day = known.or_else(|| is_written.then(|| one.to_owned()));
            let day = day.ok_or_else(|| format!("byDay `{}` is no day of the week", super::short(one)))?;
            if !days.contains(&day) {
                days.push(day);
            }
        }
    }
    Ok(days)
}

fn numbers(node: &Node<'_>, word: Word) -> Result<Vec<String>, String> {
    let number = |said: &Said<'_>| match said {
        Said::Whole(number) => Ok(number.to_string()),
        said => match said.text().and_then(|text| text.trim().parse::<i64>().ok()) {
            Some(number) => Ok(number.to_string()),
            None => Err(format!("{} is no whole number", word.name())),
        },
    };
    node.all(word).iter().map(number).collect()
}

/// The first date of the rule from `starts` on: a schedule may begin on a day that is none of its own.
fn first_of(starts: Wall, rule: &str, node: &Node<'_>, fuel: &mut Fuel) -> Result<Wall, String> {
    if is_of(starts.date(), node) {
        return Ok(starts);
    }
    let schedule =
        Schedule::new(starts, None, Some(rule), Vec::new(), Vec::new()).map_err(|cause| cause.to_string())?;
    let from = starts.date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    let to = from.checked_add_days(Days::new(20 * 366)).unwrap_or(NaiveDate::MAX);
    let dates = fuel.dates(&schedule, Calendar::utc(), from..to, 1)?;
    dates.dates.first().map(|date| date.wall).ok_or_else(|| "the schedule has no date".to_owned())
}

/// Whether the day is one of those that the schedule names.
fn is_of(day: NaiveDate, node: &Node<'_>) -> bool {
    let weekday = WEEKDAYS[day.weekday().num_days_from_monday() as usize].1;
    let days = by_day(node, &mut Vec::new()).unwrap_or_default();
    // What is numbered is found by the rule itself.
    if days.iter().any(|day| day.len() != 2) || !node.all(Word::ByMonthWeek).is_empty() {
        return false;
    }
    let has = |word: Word, number: u32| {
        let numbers = numbers(node, word).unwrap_or_default();
        numbers.is_empty() || numbers.contains(&number.to_string())
    };
    (days.is_empty() || days.iter().any(|day| day == weekday))
        && has(Word::ByMonthDay, day.day())
        && has(Word::ByMonth, day.month())
}

/// The rule with its end: after so many dates, or with that day, whichever comes first.
fn ended(
    starts: Wall,
    rule: String,
    until: Option<Wall>,
    node: &Node<'_>,
    fuel: &mut Fuel,
) -> Result<String, String> {
    let count = match node.get(Word::RepeatCount) {
        None => None,
        Some(said) => {
            let count =
                said.number().filter(|count| (1.0..=10_000.0).contains(count) && count.fract() == 0.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, and in range"
            )]
            Some(count.map(|count| count as usize).ok_or("repeatCount is no number of dates")?)
        }
    };
    let with_until = until.map(|until| match (until, starts) {
        (Wall::Day(day), _) => format!("{rule};UNTIL={}", day.format("%Y%m%d")),
        (Wall::Time(time), Wall::Day(_)) => format!("{rule};UNTIL={}", time.format("%Y%m%d")),
        (Wall::Time(time), Wall::Time(_)) => format!("{rule};UNTIL={}", time.format("%Y%m%dT%H%M%S")),
    });
    match (count, with_until) {
        (None, None) => Ok(rule),
        (None, Some(with_until)) => Ok(with_until),
        (Some(count), None) => Ok(format!("{rule};COUNT={count}")),
        (Some(count), Some(with_until)) => {
            let series = Schedule::new(starts, None, Some(&with_until), Vec::new(), Vec::new());
            let series = series.map_err(|cause| cause.to_string())?;
            let all = fuel.dates(&series, Calendar::utc(), starts.date()..NaiveDate::MAX, count + 1)?;
            Ok(if count < all.dates.len() { format!("{rule};COUNT={count}") } else { with_until })
        }
    }
}

fn excepted(node: &Node<'_>, calendar: &Calendar, notes: &mut Vec<(Word, String)>) -> Vec<Wall> {
    let mut out = Vec::new();
    for said in node.all(Word::ExceptDate) {
        let text = said.text().unwrap_or_default();
        for one in text.split(',').filter(|one| !one.trim().is_empty()) {
            match when::read(one, calendar) {
                Some(when) => out.push(when.wall),
                None => {
                    notes.push((Word::ExceptDate, format!("`{}` is no date; left out", super::short(one))));
                }
            }
        }
    }
    out
}
