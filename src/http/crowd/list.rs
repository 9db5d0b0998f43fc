//! `GET /v1/crowd-reports`: a patrol's own, those of a supervisor's beaches, an auditor's all of them.
use crate::access::Beaches;
use crate::beaches::{Band, Crowd, Method};
use crate::catalogue::CrowdReport;
use crate::formats::json::{write_instant, write_key, write_string, write_text};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::json::uncached;
use crate::http::paging::{self, resumed, write_end, write_list, write_number};
use crate::http::problem::{INVALID_PARAMETER, Problem};
use crate::http::query::{Query, instant, invalid};
use crate::ids::{FeatureId, ReportId};
use crate::snapshot::Snapshot;
use crate::store::{ReportFilter, ReportPlace};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, Utc};

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
const REPORTS: &str = "/v1/crowd-reports";

pub(in crate::http) async fn reports(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["beach", "cursor", "from", "limit", "to"])?;
    let filter = filter(&admitted, &parameters)?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let before = resumed(REPORTS, &parameters, place)?;
    let page = site.app().crowd_reports(filter, before, limit).await?;
    let mut out = b"{\"reports\":".to_vec();
    let snapshot = site.app().snapshot();
    write_list(&mut out, &page.rows, |out, report| write_report(out, report, &snapshot));
    let last = page.rows.last().filter(|_| page.more);
    let next = last.map(|last| format!("{}.{}", last.observed_at.timestamp_millis(), last.id));
    write_end(&mut out, &site, REPORTS, &parameters, next);
    Ok(uncached(out))
}

fn filter(admitted: &Admitted, parameters: &Query<'_>) -> Result<ReportFilter, Problem> {
    let reached = admitted.permit.reports();
    let visible = match reached.beaches {
        Beaches::All => None,
        Beaches::These(beaches) => Some((reached.author, beaches)),
    };
    let beach = parameters.get("beach").map(|id| {
        FeatureId::new(id).map_err(|_| invalid("beach", id, "the id of a beach, such as beach-frinton"))
    });
    let at = |name| parameters.get(name).map(|value| instant(name, value)).transpose();
    let filter = ReportFilter { visible, beach: beach.transpose()?, from: at("from")?, to: at("to")? };
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && to < from
    {
        return Err(Problem::parameter(&INVALID_PARAMETER, "to", "`to` is before `from`"));
    }
    Ok(filter)
}

/// The place that a cursor names.
fn place(cursor: &str) -> Option<ReportPlace> {
    let (observed_at, id) = paging::place(cursor, |id| ReportId::new(id).ok())?;
    Some(ReportPlace { observed_at, id })
}

/// Appends the members of a report.
pub(super) fn write_report(out: &mut Vec<u8>, report: &CrowdReport, snapshot: &Snapshot) {
    let (count, method, band) = match report.crowd {
        Crowd::Count(count, method) => (Some(count), Some(method), None),
        Crowd::Band(band) => (None, None, Some(band)),
    };
    write_key(out, "id");
    write_string(out, &report.id.to_string());
    write_key(out, "beach");
    write_string(out, report.beach.as_str());
    write_key(out, "observed_at");
    write_instant(out, report.observed_at);
    write_key(out, "received_at");
    write_instant(out, report.received_at);
    write_number(out, "skew_ms", report.skew.num_milliseconds());
    write_key(out, "author");
    write_string(out, &report.author.to_string());
    write_key(out, "role");
    write_string(out, report.role.name());
    match count {
        Some(count) => write_number(out, "count", count),
        None => write_text(out, "count", None),
    }
    write_text(out, "method", method.map(Method::name));
    write_text(out, "band", band.map(Band::name));
    write_moment(out, "withdrawn_at", report.withdrawn_at);
    write_moment(out, "confirmed_at", report.confirmed_at);
    write_key(out, "awaiting_confirmation");
    let awaits = snapshot.awaits(report.beach.as_str(), &report.id.to_string());
    out.extend_from_slice(if awaits { b"true" } else { b"false" });
    write_number(out, "revision", report.revision.0);
}

fn write_moment(out: &mut Vec<u8>, name: &str, at: Option<DateTime<Utc>>) {
    match at {
        Some(at) => {
            write_key(out, name);
            write_instant(out, at);
        }
        None => write_text(out, name, None),
    }
}
