//! `POST /v1/crowd-reports`: what a phone has in its queue. What becomes of each report is answered by itself, and the
//! answer is 200 even where all are refused: a phone has to look at each in any case.
use super::carried_out;
use crate::command::{Batch, CrowdCommand, CrowdOutcome, Received, ReportRefusal, SentReport};
use crate::formats::crowd::{GivenBatch, Unreadable, read_batch};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::json::{document, uncached};
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::RequestId;
use crate::snapshot::Snapshot;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct AnswerBody {
    epoch: String,
    results: Vec<ResultBody>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ResultBody {
    Taken(TakenBody),
    Refused(RefusedBody),
}

#[derive(Serialize)]
struct TakenBody {
    id: String,
    result: &'static str,
    received_at: String,
    revision: i64,
    beach: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awaiting_confirmation: Option<bool>,
}

#[derive(Serialize)]
struct RefusedBody {
    id: Option<String>,
    result: &'static str,
    status: u16,
    code: &'static str,
    pointer: String,
    detail: String,
}

pub(in crate::http) async fn report(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let given = read_batch(&body)?;
    let decided = decided(&site, admitted, request, &given).await?;
    let mut decided = decided.into_iter();
    let (snapshot, now) = (site.app().snapshot(), site.app().clock().now());
    let result = |(number, report): (usize, Result<SentReport, Unreadable>)| match report {
        Ok(sent) => match decided.next() {
            Some(Ok(received)) => Ok(ResultBody::Taken(taken(&sent, received, &snapshot, now))),
            Some(Err(refusal)) => Ok(ResultBody::Refused(refused(number, &sent, &refusal))),
            None => Err(Problem::unheard_of("fewer results than reports")),
        },
        Err(unreadable) => Ok(ResultBody::Refused(invalid(unreadable))),
    };
    let results = given.reports.into_iter().enumerate().map(result).collect::<Result<_, _>>()?;
    let epoch = snapshot.epoch.to_string();
    Ok(uncached(document(&AnswerBody { epoch, results })))
}

/// What becomes of each report that can be read.
async fn decided(
    site: &Site,
    admitted: Admitted,
    request: RequestId,
    given: &GivenBatch,
) -> Result<Vec<Result<Received, ReportRefusal>>, Problem> {
    let reports: Vec<SentReport> =
        given.reports.iter().filter_map(|report| report.as_ref().ok().cloned()).collect();
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let command = CrowdCommand::Report(Batch { sent_at: given.sent_at, reports });
    match carried_out(site, admitted, request, command).await? {
        CrowdOutcome::Reported(decided) => Ok(decided),
        other @ CrowdOutcome::Report(_) => Err(Problem::unheard_of(other)),
    }
}

/// A report that is stored, and how full its beach is at `now`; a beach that is gone since is not.
fn taken(sent: &SentReport, received: Received, snapshot: &Snapshot, now: DateTime<Utc>) -> TakenBody {
    let shown = snapshot.level(sent.beach.as_str(), now);
    let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    TakenBody {
        id: sent.id.to_string(),
        result: if received.duplicate { "duplicate" } else { "accepted" },
        received_at: written(received.received_at),
        revision: received.revision.0,
        beach: sent.beach.to_string(),
        level: shown.map(|(level, _)| level.name()),
        valid_until: shown.map(|(_, valid_until)| written(valid_until)),
        awaiting_confirmation: snapshot.awaits(sent.beach.as_str(), &sent.id.to_string()).then_some(true),
    }
}

fn refused(number: usize, sent: &SentReport, refusal: &ReportRefusal) -> RefusedBody {
    let (status, code, member) = match refusal {
        ReportRefusal::NoSuchBeach(_) => (404, "no_such_beach", "beach"),
        ReportRefusal::NotYours(_) => (403, "not_your_beach", "beach"),
        ReportRefusal::IdReused(_) => (422, "id_reused", "id"),
        ReportRefusal::ObservedAfterSent => (422, "observed_after_sent", "observed_at"),
        ReportRefusal::TooOld => (422, "too_old", "observed_at"),
    };
    RefusedBody {
        id: Some(sent.id.to_string()),
        result: "refused",
        status,
        code,
        pointer: format!("/reports/{number}/{member}"),
        detail: refusal.to_string(),
    }
}

fn invalid(Unreadable { id, error }: Unreadable) -> RefusedBody {
    RefusedBody {
        id: id.map(|id| id.to_string()),
        result: "refused",
        status: 422,
        code: "invalid",
        pointer: error.pointer,
        detail: error.cause,
    }
}
