//! How full the beaches are: what is known of each, ready to be asked at any instant.
use super::area::AreaView;
use crate::beaches::{Beach, Day, Override, Policy, Rule, Status, Watch};
use crate::catalogue::{Axis, Declaration, Item, profile};
use crate::features::Feature;
use crate::features::schema;
use crate::formats::crowd::write_status;
use crate::hours::OpeningHours;
use crate::ids::Collection;
use crate::ids::FeatureId;
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What is known of how full one beach is, and what somebody has decided or said of it.
#[derive(Clone, Debug)]
pub struct BeachCrowd {
    watch: Watch,
    /// What is known from an instant on, in their order: another policy begins then, or a report counts that was received
    /// by a clock that is ahead.
    later: Vec<(DateTime<Utc>, Watch)>,
    overrides: Vec<Override>,
    pub(super) declared: Vec<Declaration>,
    /// The ids of today's counts that nobody has confirmed yet, and that are therefore not used.
    awaiting: BTreeSet<String>,
}

/// The same of every beach.
#[derive(Clone, Debug, Default)]
pub struct Crowds {
    policy: Arc<Policy>,
    of: HashMap<FeatureId, Arc<BeachCrowd>>,
}

impl BeachCrowd {
    /// What `watch` knows, or of `later` the last one that has begun; and what `declared` say.
    pub fn new(watch: Watch, later: Vec<(DateTime<Utc>, Watch)>, declared: Vec<Declaration>) -> Self {
        let overrides = declared.iter().filter_map(Declaration::as_override).collect();
        Self { watch, later, overrides, declared, awaiting: BTreeSet::new() }
    }

    /// The same, with the ids of the counts that await confirmation.
    #[must_use]
    pub fn awaiting(mut self, ids: BTreeSet<String>) -> Self {
        self.awaiting = ids;
        self
    }

    /// Whether the report called `id` is a count of today too large to be used before somebody confirms it.
    pub(super) fn awaits(&self, id: &str) -> bool {
        self.awaiting.contains(id)
    }

    /// How full the beach is at `now`, as far as anybody knows.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        let begun = self.later.iter().rev().find(|(at, _)| *at <= now);
        begun.map_or(&self.watch, |(_, watch)| watch).status(&self.overrides, now)
    }

    /// How full the beach is at `now`, and that in the notation of the API.
    pub fn written(&self, now: DateTime<Utc>) -> (Status, String) {
        let status = self.status(now);
        let mut out = Vec::new();
        write_status(&mut out, &status, self.decided(&status));
        (status, String::from_utf8(out).expect("JSON is UTF-8"))
    }

    /// The same, when what was counted or decided since is not heard of.
    fn blind(&self) -> Self {
        let later = self.later.iter().map(|(at, watch)| (*at, watch.clone().blind())).collect();
        Self { watch: self.watch.clone().blind(), later, ..self.clone() }
    }

    /// The declaration that decides over `status`, which may leave out what it says: it is known by when it was made.
    pub(super) fn decided(&self, status: &Status) -> Option<&Declaration> {
        let created_at = status.in_force?.created_at;
        let decides = |one: &&Declaration| {
            one.axis == Axis::Override && one.created_at == created_at && one.holds(status.computed_at)
        };
        self.declared.iter().rev().find(decides)
    }
}

impl Crowds {
    /// What is known of these beaches, under `policy`.
    pub fn new(policy: Arc<Policy>, of: HashMap<FeatureId, Arc<BeachCrowd>>) -> Self {
        Self { policy, of }
    }

    /// What is known of the beach called `id`.
    pub fn crowd(&self, id: &FeatureId) -> Option<&Arc<BeachCrowd>> {
        self.of.get(id)
    }

    /// The same, with what has changed.
    #[must_use]
    pub fn changed(&self, policy: Arc<Policy>, changed: HashMap<FeatureId, Arc<BeachCrowd>>) -> Self {
        let mut of = self.of.clone();
        of.extend(changed);
        Self { policy, of }
    }

    /// The same, when what was counted or decided since is not heard of.
    pub(super) fn blind(&self) -> Self {
        let of = self.of.iter().map(|(id, crowd)| (id.clone(), Arc::new(crowd.blind()))).collect();
        Self { policy: self.policy.clone(), of }
    }

    /// What is known of the beach `item`; of one that nobody has reported from yet, that nothing is.
    pub(super) fn of(&self, item: &Item, area: &AreaView, now: DateTime<Utc>) -> Arc<BeachCrowd> {
        self.of.get(item.feature.id()).cloned().unwrap_or_else(|| {
            let rule = area.rule(&item.feature, self.policy.clone());
            let mut day = Day::new(rule, area.calendar.date(now));
            Arc::new(BeachCrowd::new(day.watch(now.timestamp_millis()), Vec::new(), Vec::new()))
        })
    }
}

impl AreaView {
    /// What the status of the beach `feature` follows from, besides what is reported: its profile and patrol hours, the
    /// tide, and `policy`.
    pub fn rule(&self, feature: &Feature, policy: Arc<Policy>) -> Rule {
        let patrol_hours = self.hours_of(feature, "patrol_hours").map(|hours| OpeningHours::clone(&hours));
        let beach = Beach { profile: profile(feature), patrol_hours, calendar: self.calendar.clone() };
        Rule { policy, beach: Arc::new(beach), tide: self.facts.tide.clone() }
    }

    /// The attribution that the tide's source asks for.
    pub(super) fn tide_attribution(&self) -> u64 {
        self.attributions.bit(self.facts.tide_attribution.as_deref())
    }

    /// The hours in the field `name` of the beach `feature`; none when nobody knows them.
    pub(super) fn hours_of(&self, feature: &Feature, name: &str) -> Option<Arc<OpeningHours>> {
        let number = schema::number(Collection::Beaches, name)?;
        self.hours(feature.fields().text(number)?)
    }
}
