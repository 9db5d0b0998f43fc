//! What this node has shown of how full the beaches are, and not yet written down: each change, when it was seen.
use crate::beaches::Gist;
use crate::command::PublishedStatus;
use crate::formats::crowd::same_gist;
use crate::ids::Collection;
use crate::ids::FeatureId;
use crate::snapshot::{BeachCrowd, Snapshot};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Changes that time alone can have made between two looks, for one beach: more than a day has.
const MOST: usize = 400;

/// What was shown, shared by who shows it and who writes it down.
#[derive(Clone, Debug, Default)]
pub(super) struct Published(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
struct Inside {
    of: BTreeMap<FeatureId, Last>,
    unwritten: Vec<PublishedStatus>,
    /// Whether what is written down is known to be what was shown before: not until it was read.
    known: bool,
}

/// What was last shown of a beach.
#[derive(Debug)]
struct Last {
    crowd: Arc<BeachCrowd>,
    gist: Gist,
    valid_until: DateTime<Utc>,
}

impl Published {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what `snapshot` shows at `now`, and of what time alone has changed in what was shown until then.
    ///
    /// For the one who shows it alone: of two snapshots the older must not come after the newer.
    pub(super) fn show(&self, snapshot: &Snapshot, now: DateTime<Utc>) {
        let mut inside = self.lock();
        let Inside { of, unwritten, .. } = &mut *inside;
        of.retain(|id, _| snapshot.collection(Collection::Beaches).item(id).is_some());
        for (beach, crowd) in snapshot.each_crowd() {
            let changes = match of.get_mut(beach) {
                Some(last) if Arc::ptr_eq(&last.crowd, crowd) && now < last.valid_until => continue,
                Some(last) => last.changes(crowd, now),
                None => {
                    let (status, content) = crowd.written(now);
                    let (gist, valid_until) = (status.gist(), status.valid_until);
                    // Before the first line nobody had counted, so that need not be said.
                    let changes = if gist.is_silent() { Vec::new() } else { vec![(now, content)] };
                    of.insert(beach.clone(), Last { crowd: crowd.clone(), gist, valid_until });
                    changes
                }
            };
            let change = |(at, content)| PublishedStatus { beach: beach.clone(), at, content };
            unwritten.extend(changes.into_iter().map(change));
        }
    }

    /// Takes note of what time alone has changed up to `now`.
    pub(super) fn pass(&self, now: DateTime<Utc>) {
        let mut inside = self.lock();
        let Inside { of, unwritten, .. } = &mut *inside;
        for (beach, last) in of.iter_mut().filter(|(_, last)| last.valid_until <= now) {
            let crowd = last.crowd.clone();
            let change = |(at, content)| PublishedStatus { beach: beach.clone(), at, content };
            unwritten.extend(last.changes(&crowd, now).into_iter().map(change));
        }
    }

    /// Whether what is written down was read since this node began to write.
    pub(super) fn is_known(&self) -> bool {
        self.lock().known
    }

    /// Begins anew from what is written down, the last of each beach: what another node, or this one before it was
    /// started, has shown. What this one shows at `now` and is another, is to be written down.
    pub(super) fn begin(&self, written: &HashMap<FeatureId, String>, now: DateTime<Utc>) {
        let mut inside = self.lock();
        let Inside { of, unwritten, known } = &mut *inside;
        unwritten.clear();
        for (beach, last) in of {
            let (status, content) = last.crowd.written(now);
            (last.gist, last.valid_until) = (status.gist(), status.valid_until);
            let is_new = match written.get(beach) {
                Some(written) => !same_gist(written, &content),
                None => !last.gist.is_silent(),
            };
            if is_new {
                unwritten.push(PublishedStatus { beach: beach.clone(), at: now, content });
            }
        }
        *known = true;
    }

    /// What is to be written down.
    pub(super) fn take(&self) -> Vec<PublishedStatus> {
        std::mem::take(&mut self.lock().unwritten)
    }

    /// Puts back what was not written down, for sure: it stands before what was shown since.
    pub(super) fn put_back(&self, mut statuses: Vec<PublishedStatus>) {
        let mut inside = self.lock();
        statuses.append(&mut inside.unwritten);
        inside.unwritten = statuses;
    }

    /// Forgets what is to be written down and what is: another node writes, or nobody knows whether this one has. To be
    /// begun anew before anything is written.
    pub(super) fn forget(&self) {
        let mut inside = self.lock();
        inside.unwritten.clear();
        inside.known = false;
    }
}

impl Last {
    /// The changes since, now that `crowd` is known at `now`; each with its instant.
    fn changes(&mut self, crowd: &Arc<BeachCrowd>, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, String)> {
        let mut changes = Vec::new();
        for _ in 0..MOST {
            if now < self.valid_until {
                break;
            }
            let at = self.valid_until;
            let (status, content) = self.crowd.written(at);
            if status.gist() != self.gist {
                changes.push((at, content));
            }
            (self.gist, self.valid_until) = (status.gist(), status.valid_until);
        }
        let (status, content) = crowd.written(now);
        if status.gist() != self.gist {
            changes.push((now, content));
        }
        *self = Self { crowd: crowd.clone(), gist: status.gist(), valid_until: status.valid_until };
        changes
    }
}
