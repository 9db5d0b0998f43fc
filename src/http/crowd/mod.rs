//! Crowd reports, over HTTP: taken in from phones, listed, taken back, confirmed.
mod list;
mod receive;

pub(super) use list::reports;
pub(super) use receive::report;

use super::Site;
use super::auth::Admitted;
use super::json::uncached;
use super::path::PathParts;
use super::problem::{NOT_FOUND, Problem};
use super::query::{Query, shown};
use crate::access::By;
use crate::app::Error;
use crate::catalogue::CrowdReport;
use crate::command::{Command, CrowdCommand, CrowdOutcome, Outcome};
use crate::ids::{ReportId, RequestId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

pub(super) async fn withdraw(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    changed(&site, admitted, request, CrowdCommand::Withdraw(named(&path)?)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn confirm(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let report = changed(&site, admitted, request, CrowdCommand::Confirm(named(&path)?)).await?;
    let mut out = vec![b'{'];
    list::write_report(&mut out, &report, &site.app().snapshot());
    out.push(b'}');
    Ok(uncached(out))
}

/// The report that the address names.
fn named(path: &PathParts) -> Result<ReportId, Problem> {
    let id = path.get("id");
    ReportId::new(id).map_err(|_| Problem::new(&NOT_FOUND, format!("there is no report `{}`", shown(id))))
}

/// What becomes of one report by `command`.
async fn changed(
    site: &Site,
    admitted: Admitted,
    request: RequestId,
    command: CrowdCommand,
) -> Result<Arc<CrowdReport>, Problem> {
    match carried_out(site, admitted, request, command).await? {
        CrowdOutcome::Report(report) => Ok(report),
        other @ CrowdOutcome::Reported(_) => Err(Problem::unheard_of(other)),
    }
}

async fn carried_out(
    site: &Site,
    admitted: Admitted,
    request: RequestId,
    command: CrowdCommand,
) -> Result<CrowdOutcome, Problem> {
    let done: Result<Outcome, Error> =
        site.app().execute(Command::Crowd(command), By::Actor(admitted.permit), request).await;
    match done? {
        Outcome::Crowd(outcome) => Ok(outcome),
        other => Err(Problem::unheard_of(other)),
    }
}
