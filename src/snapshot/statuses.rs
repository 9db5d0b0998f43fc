//! How full the beaches are, as it is asked: of all of them at once, which is what an app polls, and of one.
use super::crowd::BeachCrowd;
use super::{Answered, Snapshot};
use crate::beaches::{Level, Status};
use crate::catalogue::{Axis, Declaration, Item};
use crate::ids::{Collection, FeatureId};
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Snapshot {
    /// Appends the status of every beach, by id and comma separated.
    pub fn write_statuses(&self, now: DateTime<Utc>, out: &mut Vec<u8>) -> Answered {
        let beaches = self.collection(Collection::Beaches);
        let mut answered = Answered { of_crowd: true, ..Answered::NOTHING };
        if beaches.entries.iter().all(|entry| entry.holds(now)) {
            out.extend_from_slice(&beaches.statuses);
            answered.add(self.area.tide_attribution(), beaches.valid_until);
            return answered;
        }
        for (number, entry) in beaches.entries.iter().enumerate() {
            let rendering = entry.at(now);
            if 0 < number {
                out.push(b',');
            }
            out.extend(rendering.status.iter().flat_map(|status| &status.bytes));
            answered.with(rendering.answered(self.area.tide_attribution()));
        }
        answered
    }

    /// Every beach, by id.
    pub fn beaches(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.collection(Collection::Beaches).entries.iter().map(|entry| &entry.item)
    }

    /// The level of the beach called `id` at `now`, and until when it may be shown; none when there is no such beach.
    pub fn level(&self, id: &str, now: DateTime<Utc>) -> Option<(Level, DateTime<Utc>)> {
        self.collection(Collection::Beaches).entry(id)?.level(now)
    }

    /// How full the beach called `id` is at `now`; none when there is no such beach.
    pub fn status(&self, id: &str, now: DateTime<Utc>) -> Option<Status> {
        self.crowd(id).map(|crowd| crowd.status(now))
    }

    /// Whether `report`, of the beach called `id`, is a count of today too large to be used before somebody confirms it.
    pub fn awaits(&self, id: &str, report: &str) -> bool {
        self.crowd(id).is_some_and(|crowd| crowd.awaits(report))
    }

    /// What was declared of the beach called `id` on `axis` and holds at `now`, or will, in the order in which it was
    /// declared; none when there is no such beach.
    pub fn declared(&self, id: &str, axis: Axis, now: DateTime<Utc>) -> Option<Vec<&Declaration>> {
        let declared = self.crowd(id)?.declared.iter();
        Some(declared.filter(|one| one.axis == axis && now < one.end()).collect())
    }

    /// What is known of how full each beach is.
    pub fn each_crowd(&self) -> impl Iterator<Item = (&FeatureId, &Arc<BeachCrowd>)> {
        let entries = self.collection(Collection::Beaches).entries.iter();
        entries.filter_map(|entry| Some((entry.item.feature.id(), entry.crowd()?)))
    }

    /// What is known of how full the beach called `id` is; none when there is no such beach.
    fn crowd(&self, id: &str) -> Option<&Arc<BeachCrowd>> {
        self.collection(Collection::Beaches).entry(id)?.crowd()
    }
}
