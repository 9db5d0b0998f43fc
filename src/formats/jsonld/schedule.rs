//! The series of an event as schema.org's Schedules: one of its rule, and one of each date beside it.
use super::super::json::write_key;
use super::super::shown::EventShown;
use super::{write_member, write_type};
use crate::recurrence::{Schedule, Wall};
use chrono::{Datelike, NaiveDate, NaiveTime};

const WEEKDAYS: [(&str, &str); 7] = [
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
];

/// A rule in the words of a Schedule.
#[derive(Default)]
struct Words<'a> {
    frequency: String,
    count: Option<&'a str>,
    until: Option<String>,
    days: Vec<&'a str>,
    months: Vec<&'a str>,
    month_days: Vec<&'a str>,
}

/// Appends the event's schedules; none of what is once, and of a rule that they have no words for: its dates stand
/// among the parts of the event.
pub(super) fn write_schedules(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    let schedule = shown.event().schedule();
    let Some(words) = words_of(&schedule).filter(|_| schedule.recurs()) else { return };
    let zone = shown.clocks().zone_name().to_owned();
    write_key(out, "eventSchedule");
    out.push(b'[');
    write_one(out, &schedule, schedule.starts(), &zone, Some(&words));
    for wall in schedule.added() {
        out.push(b',');
        write_one(out, &schedule, *wall, &zone, None);
    }
    out.push(b']');
}

fn write_one(out: &mut Vec<u8>, schedule: &Schedule, starts: Wall, zone: &str, words: Option<&Words<'_>>) {
    out.push(b'{');
    write_type(out, "Schedule");
    write_member(out, "startDate", &starts.date().to_string());
    if let Wall::Time(time) = starts {
        write_member(out, "startTime", &clock(time.time()));
        if let Some(length) = schedule.length() {
            let ends = time + length;
            // An end on another day is a length.
            if length.num_hours() < 24 {
                write_member(out, "endTime", &clock(ends.time()));
            }
        }
    }
    if let Some(length) = schedule.length() {
        write_member(out, "duration", &duration(length.num_seconds()));
    }
    write_member(out, "scheduleTimezone", zone);
    let Some(words) = words else {
        out.extend_from_slice(b",\"repeatCount\":1}");
        return;
    };
    if !words.frequency.is_empty() {
        write_member(out, "repeatFrequency", &words.frequency);
    }
    if let Some(count) = words.count {
        write_key(out, "repeatCount");
        out.extend_from_slice(count.as_bytes());
    }
    if let Some(until) = &words.until {
        write_member(out, "endDate", until);
    }
    let days: Vec<String> = words.days.iter().map(|day| day_of(day)).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    write_texts(out, "byDay", &days);
    for (name, numbers) in [("byMonth", &words.months), ("byMonthDay", &words.month_days)] {
        if !numbers.is_empty() {
            write_key(out, name);
            out.extend_from_slice(format!("[{}]", numbers.join(",")).as_bytes());
        }
    }
    let except: Vec<String> = schedule.except().iter().map(|wall| on_wall(*wall)).collect();
    let except: Vec<&str> = except.iter().map(String::as_str).collect();
    write_texts(out, "exceptDate", &except);
    out.push(b'}');
}

fn write_texts(out: &mut Vec<u8>, name: &str, texts: &[&str]) {
    if texts.is_empty() {
        return;
    }
    write_key(out, name);
    serde_json::to_writer(out, texts).expect("writing to memory cannot fail");
}

/// The rule in the words of a Schedule; none where it has a part that these do not have, or where its start is no date
/// of its own, which they cannot say.
fn words_of(schedule: &Schedule) -> Option<Words<'_>> {
    let Some(rule) = schedule.rule() else { return Some(Words::default()) };
    let (mut words, mut letter, mut interval) = (Words::default(), ' ', "1");
    for part in rule.split(';') {
        let (name, value) = part.split_once('=')?;
        let list = || value.split(',').collect();
        match name {
            "FREQ" => letter = value.chars().next()?,
            "INTERVAL" => interval = value,
            "COUNT" => words.count = Some(value),
            "UNTIL" => words.until = Some(until(value)?),
            "BYDAY" => words.days = list(),
            "BYMONTH" => words.months = list(),
            "BYMONTHDAY" => words.month_days = list(),
            _ => return None,
        }
    }
    if letter == 'D' && interval != "1" && !words.days.is_empty() {
        return None;
    }
    words.frequency = format!("P{interval}{letter}");
    starts_with_itself(schedule.starts().date(), &words).then_some(words)
}

fn starts_with_itself(starts: NaiveDate, words: &Words<'_>) -> bool {
    let weekday = WEEKDAYS[starts.weekday().num_days_from_monday() as usize].0;
    let has = |numbers: &[&str], number: u32| {
        numbers.is_empty() || numbers.iter().any(|known| known.parse() == Ok(number))
    };
    let nth = |day: &str| {
        let (number, short) = day.split_at(day.len() - 2);
        short == weekday && (number.is_empty() || is_nth(starts, number) && words.frequency.ends_with('M'))
    };
    (words.days.is_empty() || words.days.iter().any(|day| nth(day)))
        && has(&words.months, starts.month())
        && has(&words.month_days, starts.day())
}

/// Whether the day is the `number`-th of its weekday in its month, from the end where that is negative.
fn is_nth(day: NaiveDate, number: &str) -> bool {
    let from_start = (i64::from(day.day()) - 1) / 7 + 1;
    let days = i64::from(day.num_days_in_month());
    let from_end = -((days - i64::from(day.day())) / 7 + 1);
    number.parse() == Ok(from_start) || number.parse() == Ok(from_end)
}

/// A weekday by its name; a numbered one as calendars write it.
fn day_of(day: &str) -> String {
    let known = WEEKDAYS.iter().find(|(short, _)| *short == day);
    known.map_or_else(|| day.to_owned(), |(_, name)| format!("https://schema.org/{name}"))
}

/// `20261231T225959Z` as `2026-12-31T22:59:59Z`, and the shorter ones alike.
fn until(text: &str) -> Option<String> {
    let day = |text: &str| Some(format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..8)?));
    match text.split_once('T') {
        None => day(text),
        Some((date, time)) => Some(format!(
            "{}T{}:{}:{}{}",
            day(date)?,
            time.get(..2)?,
            time.get(2..4)?,
            time.get(4..6)?,
            time.get(6..)?
        )),
    }
}

fn on_wall(wall: Wall) -> String {
    match wall {
        Wall::Day(day) => day.to_string(),
        Wall::Time(time) => time.format("%Y-%m-%dT%H:%M:%S").to_string(),
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}

/// A length as ISO 8601 has it: whole days as days.
pub(super) fn duration(seconds: i64) -> String {
    let (days, hours, minutes, rest) =
        (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let mut out = "P".to_owned();
    if 0 < days {
        out.push_str(&days.to_string());
        out.push('D');
    }
    if hours + minutes + rest == 0 && 0 < days {
        return out;
    }
    out.push('T');
    for (number, letter) in [(hours, 'H'), (minutes, 'M'), (rest, 'S')] {
        if 0 < number || letter == 'S' && out.ends_with('T') {
            out.push_str(&number.to_string());
            out.push(letter);
        }
    }
    out
}
