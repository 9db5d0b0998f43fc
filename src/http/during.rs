//! The parameters that say when: `datetime`, an instant or an interval, and `when`, a stretch by its name.
use super::problem::{INVALID_PARAMETER, Problem, UNKNOWN_DATES};
use super::query::{Query, instant, invalid};
use crate::hours::{Stretch, When};
use crate::snapshot::{During, Snapshot};
use chrono::{DateTime, TimeDelta, Utc};

/// The name of the stretches that the area knows, not the clock.
const SCHOOL_HOLIDAYS: &str = "school_holidays";

/// When is asked for, and until when that means the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) during: During,
    pub(super) valid_until: Option<DateTime<Utc>>,
}

/// What the two parameters say; none when neither is given.
pub(super) fn asked(
    parameters: &Query<'_>,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Result<Option<Asked>, Problem> {
    match (parameters.get("datetime"), parameters.get("when")) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(Problem::parameter(&INVALID_PARAMETER, "when", "give either `datetime` or `when`"))
        }
        (Some(value), None) => Ok(Some(Asked { during: interval(value)?, valid_until: None })),
        (None, Some(name)) => {
            let stretch = stretch(name, snapshot, now)?;
            Ok(Some(Asked { during: during(stretch), valid_until: Some(stretch.next_change) }))
        }
    }
}

/// What is left of the day: when what is on is asked for without saying when.
pub(super) fn left_of_day(snapshot: &Snapshot, now: DateTime<Utc>) -> During {
    during(When::Today.stretch(&snapshot.area.calendar, now))
}

/// The end is not part of a stretch; both ends of what is asked for are. Instants count in milliseconds.
fn during(stretch: Stretch) -> During {
    let last = (stretch.until - TimeDelta::milliseconds(1)).max(stretch.from);
    During { from: Some(stretch.from), to: Some(last) }
}

fn stretch(name: &str, snapshot: &Snapshot, now: DateTime<Utc>) -> Result<Stretch, Problem> {
    let calendar = &snapshot.area.calendar;
    if name != SCHOOL_HOLIDAYS {
        let known: Vec<&str> = When::ALL.map(When::name).into_iter().chain([SCHOOL_HOLIDAYS]).collect();
        let when = When::named(name);
        let when = when.ok_or_else(|| invalid("when", name, format_args!("one of {}", known.join(", "))))?;
        return Ok(when.stretch(calendar, now));
    }
    let (today, known) = (calendar.date(now), &snapshot.area.facts.school_holidays);
    let next = known.iter().find(|holiday| today <= holiday.to).ok_or_else(|| {
        let detail = match known.last() {
            None => "the school holidays of this area are not known; ask with `datetime`".to_owned(),
            Some(last) => format!(
                "the school holidays of this area are known until {}, and not beyond; ask with `datetime`",
                last.to
            ),
        };
        Problem::parameter(&UNKNOWN_DATES, "when", detail)
    })?;
    Ok(When::days(calendar, [next.from, next.to], now))
}

/// An instant, or an interval of two with `..` or nothing for an open end.
pub(super) fn interval(value: &str) -> Result<During, Problem> {
    let ends: Vec<&str> = value.split('/').collect();
    let open = |end: &str| matches!(end, "" | "..");
    match ends[..] {
        [at] => instant("datetime", at).map(|at| During { from: Some(at), to: Some(at) }),
        [from, to] if !(open(from) && open(to)) => {
            let end = |end: &str| if open(end) { Ok(None) } else { instant("datetime", end).map(Some) };
            match (end(from)?, end(to)?) {
                (Some(from), Some(to)) if to < from => {
                    Err(invalid("datetime", value, "an interval: it ends before it begins"))
                }
                (from, to) => Ok(During { from, to }),
            }
        }
        _ => Err(invalid("datetime", value, "an instant or an interval such as 2026-07-18T00:00:00Z/..")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_may_be_open_on_one_side() {
        let at = "2026-07-18T00:00:00Z";
        for good in [at.to_owned(), format!("{at}/.."), format!("/{at}"), format!("{at}/{at}")] {
            assert!(interval(&good).is_ok(), "{good}");
        }
        for bad in
            ["", "..", "../..", "2026-07-18", "2026-07-19T00:00:00Z/2026-07-18T00:00:00Z", "a/b/c", "/"]
        {
            assert!(interval(bad).is_err(), "{bad}");
        }
    }
}
