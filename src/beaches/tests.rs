//! The beach rule: what its vectors say, what holds for all input, and the same told again by somebody naive.
mod clocks;
mod days;
mod oracle;
mod properties;
mod rules;
mod vectors;

use super::*;
use crate::hours::{Calendar, OpeningHours};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant in a test")
}

fn london() -> Calendar {
    Calendar::new("Europe/London", []).expect("a zone that exists")
}

fn beach(patrol_hours: Option<&str>) -> Beach {
    let hours = |text| OpeningHours::parse(text, &london()).expect("hours that parse");
    let profile = Profile::new((0.4, 24_000.0), (4.2, 9_000.0)).expect("a profile");
    Beach { profile: Some(profile), patrol_hours: patrol_hours.map(hours), calendar: london() }
}

/// A day of July on which the tide, low at 09:00 and high at 15:00, is as in the vectors.
fn tide() -> Tide {
    let points = [("2026-07-18T09:00:00Z", 0.4), ("2026-07-18T15:00:00Z", 4.2)];
    let points = points.map(|(when, height_m)| TurningPoint { at: at(when), height_m });
    Tide::new(None, points.to_vec()).expect("a table")
}

/// That time of that day, in UTC.
fn time(text: &str) -> DateTime<Utc> {
    at(&if text.len() == 5 { format!("2026-07-18T{text}:00Z") } else { format!("2026-07-18T{text}Z") })
}

/// A count of the patrol, received as it was made.
fn count(author: &str, when: &str, people: u32) -> Report {
    Report {
        id: format!("{when} {author}"),
        received_at: time(when),
        observed_at: time(when),
        author: author.to_owned(),
        role: Role::Patrol,
        crowd: Crowd::Count(people, Method::Counted),
        withdrawn: false,
        confirmed: false,
    }
}

/// The default policy with some values changed.
fn policy(changes: &[(&str, &str)]) -> Policy {
    let mut values = PolicyValues::default();
    for (name, value) in changes {
        values.set(name, value.parse().expect("a number")).expect("a name");
    }
    Policy::new("changed", values).expect("a policy")
}
