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

/// The refusal of an address that names no beach.
fn no_such_beach(path: &PathParts) -> Problem {
    Problem::new(&NOT_FOUND, format!("there is no beach `{}`", shown(path.get("id"))))
}
