//! The policies of the beach rule: which there are, and what another one would show at once.
use super::crowd::tomorrow;
use super::{App, RecordsError};
use crate::beaches::{Day, Policy, Report, Status};
use crate::catalogue::{CrowdReport, Item, Policies};
use crate::ids::FeatureId;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What a policy would show if it began now.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Now.
    pub at: DateTime<Utc>,
    /// The policy in force.
    pub in_force: Arc<Policy>,
    /// Every beach, by id.
    pub beaches: Vec<Tried>,
}

/// How full a beach is, and would be.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The beach.
    pub beach: FeatureId,
    /// By the policy in force, whatever was decided over it.
    pub is: Status,
    /// By the policy that is tried.
    pub would_be: Status,
}

impl App {
    /// Every policy that was adopted.
    pub async fn policies(&self) -> Result<Policies, RecordsError> {
        let store = self.store.clone();
        self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let policies = reading.policies().await?;
            reading.close().await?;
            Ok(policies)
        })
        .await
    }

    /// What `policy` would show at once of the reports of today. Writes nothing.
    pub async fn tried(&self, policy: Arc<Policy>) -> Result<Trial, RecordsError> {
        let (snapshot, at, store) = (self.snapshot(), self.clock.now(), self.store.clone());
        let area = snapshot.area.clone();
        let beaches: Vec<Arc<Item>> = snapshot.beaches().cloned().collect();
        let date = area.calendar.date(at);
        let (start, end) = (area.calendar.midnight(date), tomorrow(&area, date));
        let read = self.recorded(async move {
            let mut reading = store.read_briefly().await?;
            let in_force = reading.policies().await?.in_force(at);
            let mut counted: Vec<(Arc<Item>, Vec<Report>)> = Vec::new();
            for item in beaches {
                let reports = reading.reports_of(item.feature.id(), start, end).await?;
                counted.push((item, reports.iter().map(CrowdReport::report).collect()));
            }
            reading.close().await?;
            Ok((in_force, counted))
        });
        let (in_force, counted) = read.await?;
        self.looked(move || {
            let status = |policy: &Arc<Policy>, item: &Item, reports: &[Report]| {
                let mut day = Day::new(area.rule(&item.feature, policy.clone()), date);
                for report in reports {
                    day.put(report);
                }
                day.watch(at.timestamp_millis()).status(&[], at)
            };
            let tried = |(item, reports): &(Arc<Item>, Vec<Report>)| Tried {
                beach: item.feature.id().clone(),
                is: status(&in_force, item, reports),
                would_be: status(&policy, item, reports),
            };
            let beaches = counted.iter().map(tried).collect();
            Trial { at, in_force, beaches }
        })
        .await
    }
}
