//! How full the beaches are, and what else is said of them, under `/v1/beaches`.
mod alternatives;
mod declare;
mod history;
mod status;
mod tide;

pub(super) use alternatives::alternatives;
pub(super) use declare::{declare, declared, withdraw};
pub(super) use history::history;
pub(super) use status::{answer as statuses_now, statuses};
pub(super) use tide::tide;

use super::path::PathParts;
use super::problem::{NOT_FOUND, Problem};
use super::query::shown;
use crate::ids::{Collection, FeatureId};
use crate::snapshot::Snapshot;

/// The beach of an address, one that is shown.
fn beach(snapshot: &Snapshot, path: &PathParts) -> Result<FeatureId, Problem> {
    let id = beach_id(path)?;
    let is_shown = snapshot.collection(Collection::Beaches).item(&id).is_some();
    if is_shown { Ok(id) } else { Err(no_such_beach(path)) }
}

/// The id in an address, whether this node shows such a beach or not: another may have made it, so what carries out a
/// command asks the database.
fn beach_id(path: &PathParts) -> Result<FeatureId, Problem> {
    FeatureId::new(path.get("id")).map_err(|_| no_such_beach(path))
}

/// The refusal of an address that names no beach.
fn no_such_beach(path: &PathParts) -> Problem {
    Problem::new(&NOT_FOUND, format!("there is no beach `{}`", shown(path.get("id"))))
}
