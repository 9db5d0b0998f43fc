//! The dates of an event: said of itself, of its parts, or by a schedule; and the series that they make.
use super::node::Node;
use super::when;
use super::words::{Word, local};
use crate::features::field::{Kind, Value};
use crate::features::schema::{self, change_at, event_at};
use crate::features::{EventStatus, Fields};
use crate::formats::feed::Draft;
use crate::formats::fuel::Fuel;
use crate::hours::Calendar;
use crate::ids::Collection;
use crate::recurrence::{Schedule, Wall};
use chrono::{Days, NaiveDate, TimeDelta};

/// What is said of one date.
#[derive(Clone, Debug)]
pub(super) struct DateOf {
    /// Which date, as the series has it: when it was to begin, where it was moved.
    pub(super) original: Wall,
    pub(super) starts: Wall,
    pub(super) ends: Option<Wall>,
    pub(super) status: EventStatus,
    /// Whether places are left, if that is said.
    pub(super) availability: Option<&'static str>,
}

/// A series of dates, as the fields of an event have it.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) starts: Wall,
    pub(super) ends: Option<Wall>,
    pub(super) rule: Option<String>,
    pub(super) added: Vec<Wall>,
    pub(super) except: Vec<Wall>,
    pub(super) zone: Option<String>,
    pub(super) changes: Vec<Fields>,
}

/// What is said of a status; none where nothing is.
pub(super) fn status(node: &Node<'_>) -> Option<Result<EventStatus, String>> {
    let text = node.text(Word::EventStatus)?;
    Some(match local(&text) {
        "EventScheduled" | "EventMovedOnline" => Ok(EventStatus::Scheduled),
        "EventCancelled" | "EventCanceled" => Ok(EventStatus::Cancelled),
        "EventPostponed" => Ok(EventStatus::Postponed),
        "EventRescheduled" => Ok(EventStatus::Rescheduled),
        _ => Err(format!("`{}` is no status of an event; left out", super::short(&text))),
    })
}

/// The date that `node` says of itself; none where it says none.
pub(super) fn of(
    node: &Node<'_>,
    calendar: &Calendar,
    notes: &mut Vec<(Word, String)>,
) -> Option<Result<DateOf, String>> {
    let text = node.text(Word::StartDate)?;
    let Some(start) = when::read(&text, calendar) else {
        return Some(Err(format!("startDate `{}` is no date", super::short(&text))));
    };
    if let Some(lost) = start.lost {
        notes.push((Word::StartDate, lost.to_owned()));
    }
    let starts = start.wall;
    let mut ends = None;
    if let Some(text) = node.text(Word::EndDate) {
        match when::read(&text, calendar) {
            None => notes.push((Word::EndDate, format!("`{}` is no date; left out", super::short(&text)))),
            Some(end) => {
                let (wall, lost) = when::end(starts, end.wall);
                ends = wall;
                notes.extend(lost.map(|lost| (Word::EndDate, lost.to_owned())));
            }
        }
    } else if let Some(text) = node.text(Word::Duration) {
        match when::length(&text) {
            Some(length) => ends = when::after(starts, length),
            None => notes.push((Word::Duration, format!("`{}` is no length; left out", super::short(&text)))),
        }
    }
    let status = match status(node) {
        None => EventStatus::Scheduled,
        Some(Ok(status)) => status,
        Some(Err(what)) => {
            notes.push((Word::EventStatus, what));
            EventStatus::Scheduled
        }
    };
    let mut original = starts;
    // Said of what takes place where it always was, it is history.
    if status != EventStatus::Scheduled
        && let Some(text) = node.text(Word::PreviousStartDate)
    {
        match when::read(&text, calendar) {
            Some(previous) => original = previous.wall,
            None => notes
                .push((Word::PreviousStartDate, format!("`{}` is no date; left out", super::short(&text)))),
        }
    }
    Some(Ok(DateOf { original, starts, ends, status, availability: super::offers::availability(node) }))
}

impl DateOf {
    /// How long it is, if that is known.
    fn length(&self) -> Option<TimeDelta> {
        self.ends.and_then(|ends| when::between(self.starts, ends))
    }

    /// What this date has of its own in a series whose dates are so long, and of which `of_all` is said.
    fn change(&self, length: Option<TimeDelta>, of_all: Option<&'static str>) -> Option<Fields> {
        let mut values = vec![(change_at::OCCURRENCE, Value::Wall(self.original))];
        match self.status {
            EventStatus::Scheduled | EventStatus::Rescheduled => {}
            EventStatus::Cancelled => values.push(word(change_at::EVENT_STATUS, "cancelled")),
            EventStatus::Postponed => values.push(word(change_at::EVENT_STATUS, "postponed")),
        }
        if self.original != self.starts || self.length() != length {
            values.push((change_at::STARTS, Value::Wall(self.starts)));
            values.extend(self.ends.map(|ends| (change_at::ENDS, Value::Wall(ends))));
        }
        if let Some(availability) = self.availability.filter(|own| Some(*own) != of_all) {
            values.push(word(change_at::AVAILABILITY, availability));
        }
        (1 < values.len()).then(|| Fields::new(values))
    }
}

/// The value of a field of a change that one of its words is.
fn word(number: usize, name: &str) -> (usize, Value) {
    let Kind::Records(table) = schema::fields(Collection::Events)[event_at::CHANGES].kind else {
        unreachable!("changes are records")
    };
    (number, table[number].kind.text(name).expect("a word of the field"))
}

impl Series {
    /// The series of these dates, when each is as long as the others; `of_all` is what is said of places on all of
    /// them.
    pub(super) fn of_dates(mut dates: Vec<DateOf>, of_all: Option<&'static str>) -> Option<Self> {
        dates.sort_by_key(|date| date.original);
        dates.dedup_by_key(|date| date.original);
        let first = dates.first()?;
        let length = first.length();
        let is_one = dates.iter().all(|date| when::between(date.original, first.original).is_some());
        if !is_one || Kind::MAX_WALLS < dates.len() {
            return None;
        }
        let changes: Vec<Fields> = dates.iter().filter_map(|date| date.change(length, of_all)).collect();
        if Kind::MAX_ENTRIES < changes.len() {
            return None;
        }
        Some(Self {
            starts: first.original,
            ends: length.and_then(|length| when::after(first.original, length)),
            rule: None,
            added: dates[1..].iter().map(|date| date.original).collect(),
            except: Vec::new(),
            zone: None,
            changes,
        })
    }

    /// The series of one date, whose status is that of the event.
    pub(super) fn of_date(date: &DateOf) -> Self {
        let own = DateOf { status: EventStatus::Scheduled, availability: None, ..date.clone() };
        let length = date.length();
        let ends = match (date.original == date.starts, length) {
            (true, _) => date.ends,
            (false, Some(length)) => when::after(date.original, length),
            (false, None) => None,
        };
        Self {
            starts: date.original,
            ends,
            rule: None,
            added: Vec::new(),
            except: Vec::new(),
            zone: None,
            changes: own.change(length, None).into_iter().collect(),
        }
    }

    /// Whether it is of one date alone.
    pub(super) fn is_single(&self) -> bool {
        self.rule.is_none() && self.added.is_empty() && self.except.is_empty()
    }

    /// Takes in what is said of `date`, as a date of the series or as one beside it; `calendar` is that of its zone.
    /// What cannot be: why.
    pub(super) fn take(
        &mut self,
        date: &DateOf,
        calendar: &Calendar,
        of_all: Option<&'static str>,
        fuel: &mut Fuel,
    ) -> Result<(), String> {
        let day = date.original.date();
        let after = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        let schedule = Schedule::new(
            self.starts,
            self.ends,
            self.rule.as_deref(),
            self.added.clone(),
            self.except.clone(),
        );
        let schedule = schedule.map_err(|cause| cause.to_string())?;
        let dates = fuel.dates(&schedule, calendar, day..after, 1_000)?.dates;
        let has = dates.iter().any(|known| known.wall == date.original);
        if !has {
            let is_alike = when::between(self.starts, date.original).is_some();
            if !is_alike || Kind::MAX_WALLS <= self.added.len() || self.except.contains(&date.original) {
                return Err("is no date of the schedule, and cannot be added to it".to_owned());
            }
            self.added.push(date.original);
        }
        let length = self.ends.and_then(|ends| when::between(self.starts, ends));
        if let Some(change) = date.change(length, of_all) {
            if Kind::MAX_ENTRIES <= self.changes.len() {
                return Err(format!("at most {} dates may differ from the others", Kind::MAX_ENTRIES));
            }
            self.changes.push(change);
        }
        Ok(())
    }

    /// Puts the series into an event.
    pub(super) fn put(self, draft: &mut Draft) {
        draft.values.push((event_at::STARTS, Value::Wall(self.starts)));
        draft.values.extend(self.ends.map(|ends| (event_at::ENDS, Value::Wall(ends))));
        draft.values.extend(self.rule.map(|rule| (event_at::RRULE, Value::Text(rule.into()))));
        draft.values.extend(self.zone.map(|zone| (event_at::TIME_ZONE, Value::Text(zone.into()))));
        for (number, mut walls) in [(event_at::RDATES, self.added), (event_at::EXDATES, self.except)] {
            walls.sort_unstable();
            walls.dedup();
            walls.truncate(Kind::MAX_WALLS);
            if !walls.is_empty() {
                draft.values.push((number, Value::Walls(walls.into())));
            }
        }
        if !self.changes.is_empty() {
            draft.values.push((event_at::CHANGES, Value::Records(self.changes.into())));
        }
    }
}
