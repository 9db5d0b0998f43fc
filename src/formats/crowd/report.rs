//! Crowd reports as JSON documents, the way the audit keeps them. Their authors are pseudonyms.
use crate::beaches::{Band, Crowd, Method};
use crate::catalogue::CrowdReport;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct ReportDocument<'a> {
    id: String,
    beach: &'a str,
    observed_at: String,
    received_at: String,
    skew_ms: i64,
    author: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<String>,
}

/// One report.
pub fn report_document(report: &CrowdReport) -> String {
    written(&report_of(report))
}

/// Reports.
pub fn reports_document(reports: &[CrowdReport]) -> String {
    written(&reports.iter().map(report_of).collect::<Vec<_>>())
}

fn report_of(report: &CrowdReport) -> ReportDocument<'_> {
    let (count, method, band) = match report.crowd {
        Crowd::Count(count, method) => (Some(count), Some(method), None),
        Crowd::Band(band) => (None, None, Some(band)),
    };
    ReportDocument {
        id: report.id.to_string(),
        beach: report.beach.as_str(),
        observed_at: instant(report.observed_at),
        received_at: instant(report.received_at),
        skew_ms: report.skew.num_milliseconds(),
        author: report.author.to_string(),
        role: report.role.name(),
        count,
        method: method.map(Method::name),
        band: band.map(Band::name),
        withdrawn_at: report.withdrawn_at.map(instant),
        confirmed_at: report.confirmed_at.map(instant),
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn written(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a document of text and numbers")
}
