//! How full the beaches are, as the follower keeps it: a day of each beach, into which reports go as they come.
//!
//! What it knows is what the log told it: asked again, it says the same. Another day, another policy or another profile
//! begins a day anew, from what is stored.
use crate::beaches::{Day, Policy, Report};
use crate::catalogue::{Declaration, Item, Policies};
use crate::features::Feature;
use crate::ids::{Collection, FeatureId, Revision};
use crate::snapshot::{AreaView, BeachCrowd, Changed, Crowds};
use crate::store::{Reading, StoreError};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A day of every beach.
#[derive(Debug)]
pub(super) struct Books {
    policies: Policies,
    /// The policy that they were told by.
    policy: Arc<Policy>,
    /// The policy that begins on the same day, and when: at that instant the beaches are told by it.
    next: Option<(DateTime<Utc>, Arc<Policy>)>,
    date: NaiveDate,
    of: BTreeMap<FeatureId, Book>,
}

/// A day of one beach.
#[derive(Debug)]
struct Book {
    day: Day,
    /// The same by the policy that begins later that day.
    next: Option<(DateTime<Utc>, Day)>,
    declared: Vec<Declaration>,
}

impl Book {
    fn put(&mut self, report: &Report) {
        self.day.put(report);
        if let Some((_, day)) = &mut self.next {
            day.put(report);
        }
    }

    /// What is known at `now`, and what will be, if nobody reports again.
    ///
    /// Where several nodes receive reports, or a clock was set back, one may have been observed after `now`: it counts
    /// from then on, without anybody looking again.
    fn known(&mut self, policies: &Policies, now: DateTime<Utc>) -> BeachCrowd {
        let another = self.next.as_ref().map(|(at, _)| *at).filter(|at| now < *at);
        let later: BTreeSet<DateTime<Utc>> = self.day.looks_after(now).chain(another).collect();
        let over = policies.next_change(later.last().copied().unwrap_or(now));
        let ends = later.iter().copied().map(Some).chain([over]);
        let watch = |(at, end): (DateTime<Utc>, Option<DateTime<Utc>>)| {
            let by_next = self.next.as_mut().filter(|(begins, _)| *begins <= at);
            let day = by_next.map_or(&mut self.day, |(_, day)| day);
            (at, day.watch(at.timestamp_millis()).ending(end))
        };
        let mut watches = [now].into_iter().chain(later.iter().copied()).zip(ends).map(watch);
        let (_, first) = watches.next().expect("that of now");
        let later = watches.collect();
        BeachCrowd::new(first, later, self.declared.clone())
    }
}

/// What the log says has changed of how full the beaches are.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    /// Whether there are reports, or something was said of one.
    pub(super) reports: bool,
    /// The beaches of which something was declared.
    pub(super) declared: BTreeSet<FeatureId>,
    /// Whether a policy was adopted.
    pub(super) policies: bool,
}

impl Books {
    /// The books of `beaches` at `now`, from all that is stored.
    pub(super) async fn read(
        reading: &mut Reading,
        area: &AreaView,
        beaches: impl Iterator<Item = &Arc<Item>>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let policies = reading.policies().await?;
        let (policy, date) = (policies.in_force(now), area.calendar.date(now));
        let (start, end) = (area.calendar.midnight(date), tomorrow(area, date));
        let next = policies.next_change(now).filter(|at| *at < end).map(|at| (at, policies.in_force(at)));
        let mut books = Self { policies, policy, next, date, of: BTreeMap::new() };
        for item in beaches {
            let id = item.feature.id();
            let mut book = books.blank(area, &item.feature);
            for report in reading.reports_of(id, start, end).await? {
                book.put(&report.report());
            }
            books.of.insert(id.clone(), book);
        }
        // What ended today may have decided over a status that is asked for again.
        for declared in reading.declarations(start).await? {
            if let Some(book) = books.of.get_mut(&declared.beach) {
                book.declared.push(declared);
            }
        }
        Ok(books)
    }

    /// The day of the beach `feature` before anything is known of it.
    fn blank(&self, area: &AreaView, feature: &Feature) -> Book {
        let day = |policy: &Arc<Policy>| Day::new(area.rule(feature, policy.clone()), self.date);
        let next = self.next.as_ref().map(|(at, policy)| (*at, day(policy)));
        Book { day: day(&self.policy), next, declared: Vec::new() }
    }

    /// Whether it must be read again at `now`: another day has begun, or another policy.
    pub(super) fn is_over(&self, area: &AreaView, now: DateTime<Utc>) -> bool {
        self.date != area.calendar.date(now) || self.policy != self.policies.in_force(now)
    }

    /// Takes in what was `counted` after `since`, and the beaches among the items that `changed`. Gives the beaches of
    /// which something else is known than before.
    pub(super) async fn follow(
        &mut self,
        reading: &mut Reading,
        area: &AreaView,
        since: Revision,
        counted: &Counted,
        changed: &Changed,
    ) -> Result<BTreeSet<FeatureId>, StoreError> {
        let mut touched = BTreeSet::new();
        let start = area.calendar.midnight(self.date);
        for (id, item) in changed.get(&Collection::Beaches).into_iter().flatten() {
            let Some(item) = item else {
                self.of.remove(id);
                continue;
            };
            let mut book = self.blank(area, &item.feature);
            for report in reading.reports_of(id, start, tomorrow(area, self.date)).await? {
                book.put(&report.report());
            }
            book.declared = reading.declarations_of(id, start).await?;
            self.of.insert(id.clone(), book);
            touched.insert(id.clone());
        }
        if counted.reports {
            for report in reading.reports_after(since).await? {
                if let Some(book) = self.of.get_mut(&report.beach) {
                    book.put(&report.report());
                    touched.insert(report.beach);
                }
            }
        }
        for beach in &counted.declared {
            if let Some(book) = self.of.get_mut(beach) {
                book.declared = reading.declarations_of(beach, start).await?;
                touched.insert(beach.clone());
            }
        }
        Ok(touched)
    }

    /// What is known of every beach at `now`.
    pub(super) fn crowds(&mut self, now: DateTime<Utc>) -> Crowds {
        let all: Vec<FeatureId> = self.of.keys().cloned().collect();
        let known = self.known(all.iter(), now);
        Crowds::new(self.policy.clone(), known)
    }

    /// What is known of these beaches at `now`.
    pub(super) fn known<'a>(
        &mut self,
        beaches: impl Iterator<Item = &'a FeatureId>,
        now: DateTime<Utc>,
    ) -> HashMap<FeatureId, Arc<BeachCrowd>> {
        let of = beaches.filter_map(|id| {
            let book = self.of.get_mut(id)?;
            let known = book.known(&self.policies, now);
            let awaiting = book.day.awaiting().map(ToOwned::to_owned).collect();
            Some((id.clone(), Arc::new(known.awaiting(awaiting))))
        });
        of.collect()
    }

    /// The beaches they are of.
    pub(super) fn beaches(&self) -> impl Iterator<Item = &FeatureId> {
        self.of.keys()
    }

    /// The policy that they are told by.
    pub(super) fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }
}

/// The midnight after `date`.
pub(super) fn tomorrow(area: &AreaView, date: NaiveDate) -> DateTime<Utc> {
    let next = date.checked_add_days(Days::new(1));
    next.map_or(DateTime::<Utc>::MAX_UTC, |date| area.calendar.midnight(date))
}
