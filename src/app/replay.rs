//! What the status of a beach was, or would have been under another policy, by what is stored: the reports, what was
//! decided, the policies, and the beach and the tide as they are now. Reads only, a day at a time.
use super::crowd::tomorrow;
use super::everything::{ReadError, read_area};
use crate::beaches::{Day, Override, Policy, Status};
use crate::catalogue::{CrowdReport, Declaration, Policies};
use crate::features::Feature;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::AreaView;
use crate::store::{Reading, Store, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::Arc;

/// Instants that are answered for at once.
const MOST: i64 = 100_000;

/// What is asked of a replay.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Of which beach.
    pub beach: FeatureId,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Up to when, that included.
    pub to: DateTime<Utc>,
    /// At whole multiples of this, counted from the beginning of 1970; more than a millisecond.
    pub every: TimeDelta,
    /// Under this policy; none: under the one that was in force.
    pub policy: Option<Arc<Policy>>,
}

/// Why nothing is replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// What is stored cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no such beach.
    #[error("there is no beach `{0}`")]
    NoSuchBeach(FeatureId),
    /// It would end before it begins.
    #[error("{from} is after {to}")]
    Backwards {
        /// Where it would begin.
        from: DateTime<Utc>,
        /// Where it would end.
        to: DateTime<Utc>,
    },
    /// More instants than anybody reads.
    #[error("that is {0} instants, more than {MOST}: ask for a shorter time, or for fewer instants of it")]
    TooMany(i64),
}

impl From<StoreError> for ReplayError {
    fn from(error: StoreError) -> Self {
        Self::Read(error.into())
    }
}

/// A replay that is under way: all of it of one instant of the database.
pub struct Replaying {
    reading: Reading,
    area: AreaView,
    beach: Arc<Feature>,
    asked: Replayed,
    policies: Policies,
    /// All that ends after the replay begins.
    overrides: Vec<Override>,
    /// The instant to go on with.
    next: Option<DateTime<Utc>>,
}

impl Replaying {
    /// Begins a replay.
    ///
    /// # Errors
    /// When what is asked for is not to be had, or the database cannot be read.
    pub async fn begin(store: &Store, asked: Replayed) -> Result<Self, ReplayError> {
        let next = first(&asked)?;
        let mut reading = store.read().await?;
        let item = reading.feature(Collection::Beaches, &asked.beach).await?;
        let beach = item.ok_or_else(|| ReplayError::NoSuchBeach(asked.beach.clone()))?.feature;
        let area = read_area(&mut reading).await?;
        let policies = reading.policies().await?;
        let start = area.calendar.midnight(area.calendar.date(asked.from));
        let declared = reading.declarations_of(&asked.beach, start).await?;
        let overrides = declared.iter().filter_map(Declaration::as_override).collect();
        Ok(Self { reading, area, beach, asked, policies, overrides, next })
    }

    /// What is answered for the instants of the next day on which there are any, in their order; none after the last.
    pub async fn next_day(&mut self) -> Result<Option<Vec<Status>>, StoreError> {
        let Some(first) = self.next else { return Ok(None) };
        let date = self.area.calendar.date(first);
        let (start, end) = (self.area.calendar.midnight(date), tomorrow(&self.area, date));
        let reports = self.reading.reports_of(&self.asked.beach, start, end).await?;
        let holds = |one: &&Override| one.starts_at < end && start < one.expires_at;
        let overrides: Vec<Override> = self.overrides.iter().filter(holds).copied().collect();
        let mut told: Option<(Arc<Policy>, Day)> = None;
        let mut statuses = Vec::new();
        while let Some(at) = self.next.filter(|at| *at < end) {
            let (policy, over) = self.policy_at(at);
            let (_, day) = match told.take().filter(|(by, _)| *by == policy) {
                Some(same) => told.insert(same),
                None => told.insert((policy.clone(), self.day(policy, date, &reports))),
            };
            statuses.push(day.watch(at.timestamp_millis()).ending(over).status(&overrides, at));
            self.next = at.checked_add_signed(self.asked.every).filter(|next| *next <= self.asked.to);
        }
        Ok(Some(statuses))
    }

    /// Ends it.
    pub async fn end(self) -> Result<(), StoreError> {
        self.reading.close().await
    }

    /// The policy at an instant, and when another begins.
    fn policy_at(&self, at: DateTime<Utc>) -> (Arc<Policy>, Option<DateTime<Utc>>) {
        match &self.asked.policy {
            Some(tried) => (tried.clone(), None),
            None => (self.policies.in_force(at), self.policies.next_change(at)),
        }
    }

    fn day(&self, policy: Arc<Policy>, date: NaiveDate, reports: &[CrowdReport]) -> Day {
        let mut day = Day::new(self.area.rule(&self.beach, policy), date);
        for report in reports {
            day.put(&report.report());
        }
        day
    }
}

/// The first instant that is asked for, if there is any.
fn first(asked: &Replayed) -> Result<Option<DateTime<Utc>>, ReplayError> {
    let Replayed { from, to, every, .. } = asked;
    if to < from {
        return Err(ReplayError::Backwards { from: *from, to: *to });
    }
    let every = every.num_milliseconds();
    let before = DateTime::from_timestamp_millis(from.timestamp_millis().div_euclid(every) * every);
    let first = before.map(|at| if at < *from { at + asked.every } else { at }).filter(|at| at <= to);
    let count = first.map_or(0, |first| (*to - first).num_milliseconds() / every + 1);
    if MOST < count { Err(ReplayError::TooMany(count)) } else { Ok(first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_at_a_whole_multiple_and_does_not_go_on_for_ever() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (from, to, seconds, want) in [
            ("2026-07-18T12:00:00Z", "2026-07-18T12:00:00Z", 600, Ok(Some("2026-07-18T12:00:00Z"))),
            ("2026-07-18T12:00:00.000001Z", "2026-07-18T13:00:00Z", 600, Ok(Some("2026-07-18T12:10:00Z"))),
            ("2026-07-18T12:00:01Z", "2026-07-18T12:09:59Z", 600, Ok(None)),
            ("1969-12-31T23:59:59Z", "1970-01-01T12:00:00Z", 3_600, Ok(Some("1970-01-01T00:00:00Z"))),
            ("2026-07-18T12:00:00Z", "2026-07-19T15:46:39Z", 1, Ok(Some("2026-07-18T12:00:00Z"))),
            ("2026-07-18T12:00:00Z", "2026-07-19T15:46:40Z", 1, Err("that is 100001 instants")),
            ("2026-07-18T12:00:01Z", "2026-07-18T12:00:00Z", 600, Err("2026-07-18 12:00:01 UTC is after")),
        ] {
            let asked = Replayed {
                beach: FeatureId::new("beach").unwrap(),
                from: at(from),
                to: at(to),
                every: TimeDelta::seconds(seconds),
                policy: None,
            };
            match (first(&asked), want) {
                (Ok(first), Ok(want)) => assert_eq!(first, want.map(at), "{from}"),
                (Err(error), Err(want)) => assert!(error.to_string().starts_with(want), "{error}"),
                (got, want) => panic!("{got:?}, not {want:?}"),
            }
        }
    }
}
