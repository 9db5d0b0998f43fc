//! Which VEVENTs are of one series: the one that tells its dates, and those that change one of them each.
use super::notes::{Notes, short};
use super::vevent::Vevent;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The VEVENTs of one UID.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// What they are called by.
    pub(super) uid: Box<str>,
    /// The one without RECURRENCE-ID.
    pub(super) of_all: Option<Box<Vevent>>,
    /// Those with one.
    pub(super) of_dates: Vec<Box<Vevent>>,
}

/// The series that `events` make, in the order in which they come first. Of two VEVENTs that say the same thing's
/// facts the one of the higher SEQUENCE is kept, of equals the first; the other is noted.
pub(super) fn series(events: Vec<Box<Vevent>>, refused: &mut Notes, altered: &mut Notes) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let mut known: HashMap<Box<str>, usize> = HashMap::new();
    for mut event in events {
        let Some(uid) = event.uid.take().or_else(|| made_up(&event, altered)) else {
            let fault = event.fault.as_deref().unwrap_or("DTSTART is missing");
            refused.add(event.line, fault);
            continue;
        };
        let series = match known.entry(uid) {
            Entry::Occupied(found) => &mut all[*found.get()],
            Entry::Vacant(free) => {
                let uid = free.key().clone();
                free.insert(all.len());
                all.push(Series { uid, ..Series::default() });
                all.last_mut().expect("it was put there")
            }
        };
        if event.replaces.is_some() {
            series.of_dates.push(event);
        } else {
            let taken = series.of_all.take();
            series.of_all = Some(newer(taken, event, &series.uid, refused));
        }
    }
    all
}

/// Which of two VEVENTs that say of the same thing what it is is to be believed.
pub(super) fn newer(
    taken: Option<Box<Vevent>>,
    other: Box<Vevent>,
    uid: &str,
    refused: &mut Notes,
) -> Box<Vevent> {
    let Some(taken) = taken else { return other };
    let (kept, left) = if taken.sequence < other.sequence { (other, taken) } else { (taken, other) };
    let why = if left.sequence < kept.sequence { "and has the higher SEQUENCE" } else { "and comes first" };
    refused.add(left.line, format_args!("line {} is of the same UID {}, {why}", kept.line, short(uid)));
    kept
}

/// What an event that its source does not name is called by: its time and its name.
fn made_up(event: &Vevent, altered: &mut Notes) -> Option<Box<str>> {
    let starts = event.starts?.name();
    altered.add(
        event.line,
        "UID is missing: it is known by DTSTART and SUMMARY, and another event if they change",
    );
    let summary: String = event.summary.as_deref().unwrap_or_default().chars().take(100).collect();
    Some(format!("{starts} {summary}").trim_end().into())
}
