//! Whether the process lives, and whether it should be sent requests.
use super::Site;
use super::json::{document, uncached};
use super::problem::{Problem, UNAVAILABLE};
use super::query::Query;
use crate::app::Reach;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct LiveBody {
    status: &'static str,
}

#[derive(Serialize)]
struct ReadyBody {
    status: &'static str,
    epoch: String,
    revision: i64,
    rehearsal: bool,
}

/// Answers while the process can answer anything.
pub(super) async fn live(RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    Ok(uncached(document(&LiveBody { status: "live" })))
}

/// Answers 200 while what is shown can be relied on; `degraded` when the database was silent for 10 s.
pub(super) async fn ready(State(site): State<Site>, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let snapshot = site.app().snapshot();
    let status = match site.app().reach() {
        Reach::Current => "ready",
        Reach::Degraded => "degraded",
        Reach::Lost => return Err(Problem::new(&UNAVAILABLE, "the database has been silent for 30 s")),
    };
    let body = ReadyBody {
        status,
        epoch: snapshot.epoch.to_string(),
        revision: snapshot.revision.0,
        rehearsal: site.app().clock().is_rehearsal(),
    };
    Ok(uncached(document(&body)))
}
