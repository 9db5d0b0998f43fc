//! What staff may have overlooked in an event: nothing of it is refused.
use super::{Event, Occurrences};
use crate::hours::Calendar;
use crate::recurrence::{Schedule, Wall};
use chrono::{DateTime, Utc};

/// Something that is seldom meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventWarning {
    /// Nobody will find it under what is on.
    #[error("it has no date to come, of those that are told: a month back and two years ahead")]
    NoDates,
    /// A date that is said to be none, and would be none anyway.
    #[error("{0} is among the dates that are none (exdates), and would be none without it")]
    ExcludesNothing(Wall),
    /// A copy without what held for single dates.
    #[error(
        "what holds for single dates is not copied: {added} dates beside the rule (rdates), {except} that are none (exdates), {changed} with something of their own (changes)"
    )]
    CopiedWithout {
        /// Dates beside the rule.
        added: usize,
        /// Dates that are none.
        except: usize,
        /// Dates with something of their own.
        changed: usize,
    },
}

impl EventWarning {
    /// Its name in the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDates => "no_dates",
            Self::ExcludesNothing(_) => "excludes_nothing",
            Self::CopiedWithout { .. } => "copied_without",
        }
    }
}

impl Event<'_> {
    /// What may have been overlooked in it at `now`, `told` being its dates.
    pub fn warnings(&self, told: &Occurrences, now: DateTime<Utc>) -> Vec<EventWarning> {
        let none = !told.occurrences.iter().any(|date| now < date.over_at);
        let without = none.then_some(EventWarning::NoDates).into_iter();
        without.chain(self.idle_exceptions().into_iter().map(EventWarning::ExcludesNothing)).collect()
    }

    /// What a copy of it does not have.
    pub fn copied_without(&self) -> Option<EventWarning> {
        let schedule = self.schedule();
        let (added, except) = (schedule.added().len(), schedule.except().len());
        let changed = self.changed_dates();
        let any = 0 < added + except + changed;
        any.then_some(EventWarning::CopiedWithout { added, except, changed })
    }

    /// The exceptions that no date of the series falls on.
    fn idle_exceptions(self) -> Vec<Wall> {
        let schedule = self.schedule();
        let days = schedule.except().iter().map(|wall| wall.date());
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Vec::new() };
        let (rule, added) = (schedule.rule(), schedule.added().to_vec());
        let all = Schedule::new(schedule.starts(), schedule.ends(), rule, added, Vec::new());
        let Ok(all) = all else { return Vec::new() };
        // On clocks that skip nothing: what the area's skip may be left out all the same.
        let after = last.succ_opt().unwrap_or(last);
        let dates = all.dates(Calendar::utc(), first..after, usize::from(u16::MAX)).dates;
        let is_met = |except: &Wall| {
            dates.iter().any(|date| match (except, date.wall) {
                (Wall::Time(_), Wall::Time(_)) => *except == date.wall,
                (Wall::Day(_), Wall::Day(_) | Wall::Time(_)) | (Wall::Time(_), Wall::Day(_)) => {
                    except.date() == date.wall.date()
                }
            })
        };
        schedule.except().iter().filter(|except| !is_met(except)).copied().collect()
    }
}
