//! Which dates of two events are on at the same time: at one venue that is a mistake, or may be.
use super::{EventStatus, Occurrence};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::Range;

/// Two stretches of time that overlap: the number of each in its list, and when both are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Of the first list.
    pub ours: usize,
    /// Of the second.
    pub theirs: usize,
    /// When both are on.
    pub both: Range<DateTime<Utc>>,
}

/// Which of `ours` and `theirs` overlap, the earliest of ours first; at most `limit`. Both lists are in the order in which
/// they begin. What ends as another begins does not overlap it.
pub fn overlaps(
    ours: &[Range<DateTime<Utc>>],
    theirs: &[Range<DateTime<Utc>>],
    limit: usize,
) -> Vec<Overlap> {
    // Up to each of theirs, when the last of them is over: the first that may overlap is found by it.
    let mut last = DateTime::<Utc>::MIN_UTC;
    let over: Vec<DateTime<Utc>> = theirs
        .iter()
        .map(|their| {
            last = last.max(their.end);
            last
        })
        .collect();
    let mut found = Vec::new();
    let mut from = 0;
    for (number, our) in ours.iter().enumerate() {
        while over.get(from).is_some_and(|over| *over <= our.start) {
            from += 1;
        }
        let later = theirs.iter().enumerate().skip(from).take_while(|(_, their)| their.start < our.end);
        for (other, their) in later.filter(|(_, their)| our.start < their.end) {
            if found.len() == limit {
                return found;
            }
            let both = our.start.max(their.start)..our.end.min(their.end);
            found.push(Overlap { ours: number, theirs: other, both });
        }
    }
    found
}

impl Occurrence {
    /// When it takes its place; none where it does not take place. Of what nobody knows the end of it is the minute in
    /// which it begins, of whole days all of them.
    pub fn takes(&self) -> Option<Range<DateTime<Utc>>> {
        match self.status {
            EventStatus::Cancelled | EventStatus::Postponed => None,
            EventStatus::Scheduled | EventStatus::Rescheduled => {
                let begun = self.starts_at + TimeDelta::minutes(1);
                let all_day = self.all_day.then_some(self.over_at);
                let until = self.ends_at.or(all_day).unwrap_or(begun);
                Some(self.starts_at..until.max(begun))
            }
        }
    }
}
