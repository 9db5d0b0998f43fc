//! Schedules as tables: what is written, the window, and the dates on the wall of London.
use super::{Dates, Schedule, ScheduleError, Wall};
use crate::hours::Calendar;
use chrono::NaiveDate;
use std::ops::Range;

mod bombs;
mod clocks;
mod properties;
mod refusals;
mod rules;
mod walls;

fn london() -> Calendar {
    Calendar::new("Europe/London", []).expect("a zone that exists")
}

fn wall(text: &str) -> Wall {
    Wall::parse(text).unwrap_or_else(|| panic!("{text} is no wall"))
}

fn walls(text: &str) -> Vec<Wall> {
    text.split_whitespace().map(wall).collect()
}

/// `2026-07-18..2026-08-01`.
fn window(text: &str) -> Range<NaiveDate> {
    let (from, to) = text.split_once("..").expect("a window in a test");
    from.parse().expect("a day in a test")..to.parse().expect("a day in a test")
}

/// A schedule in one line: its start, a rule, then `+` dates added and `-` dates left out.
fn schedule(text: &str) -> Schedule {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn read(text: &str) -> Result<Schedule, ScheduleError> {
    let mut words = text.split_whitespace();
    let starts = wall(words.next().expect("a start"));
    let (mut rule, mut ends, mut added, mut except) = (None, None, vec![], vec![]);
    for word in words {
        match word.split_at(1) {
            ("+", date) => added.push(wall(date)),
            ("-", date) => except.push(wall(date)),
            ("/", date) => ends = Some(wall(date)),
            _ => rule = Some(word),
        }
    }
    Schedule::new(starts, ends, rule, added, except)
}

fn listed(dates: &Dates) -> String {
    let walls: Vec<String> = dates.dates.iter().map(|date| date.wall.to_string()).collect();
    walls.join(" ")
}

/// The dates of a window, all of them, as text.
fn dates(schedule: &Schedule, days: &str) -> String {
    let dates = schedule.dates(&london(), window(days), 1000);
    assert!(dates.complete);
    listed(&dates)
}
