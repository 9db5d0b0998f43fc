//! Statuses as JSON: each as an answer has it, whole or in short, and many as a replay prints them.
use crate::beaches::{Colour, ExpectedChange, Level, Override, Reason, Status, TideNow};
use crate::catalogue::Declaration;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct StatusBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    level: &'static str,
    computed_level: &'static str,
    access: &'static str,
    ratio: Option<f64>,
    estimate: Option<i64>,
    capacity: Option<i64>,
    usable_area_m2: Option<f64>,
    tide: TideBody<'a>,
    observed_at: Option<String>,
    computed_at: String,
    valid_until: String,
    freshness: &'static str,
    confidence: &'static str,
    reasons: Vec<&'static str>,
    advice: AdviceBody<'a>,
    expected_change: Option<ExpectedChangeBody>,
    r#override: Option<OverrideBody<'a>>,
    policy_version: &'a str,
    report_count: usize,
}

#[derive(Serialize)]
struct TideBody<'a> {
    height_m: Option<f64>,
    trend: Option<&'static str>,
    station: Option<&'a str>,
    approximate: bool,
    next: Option<TurningPointBody>,
}

#[derive(Serialize)]
struct TurningPointBody {
    at: String,
    height_m: f64,
}

#[derive(Serialize)]
struct AdviceBody<'a> {
    code: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct ExpectedChangeBody {
    level: &'static str,
    at: String,
    cause: &'static str,
}

#[derive(Serialize)]
struct BriefBody<'a> {
    level: &'static str,
    access: &'static str,
    freshness: &'static str,
    observed_at: Option<String>,
    valid_until: String,
    advice: AdviceBody<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct OverrideBody<'a> {
    level: Option<&'static str>,
    access: Option<&'static str>,
    #[serde(flatten)]
    why: Option<WhyBody<'a>>,
    starts_at: String,
    expires_at: String,
    created_at: String,
    cancelled_at: Option<String>,
}

#[derive(Serialize)]
struct WhyBody<'a> {
    reason: &'a str,
    message: Option<&'a str>,
}

/// Appends a status; `decided` is the declaration of the override in force.
pub fn write_status(out: &mut Vec<u8>, status: &Status, decided: Option<&Declaration>) {
    let mut body = body(status);
    body.at = None;
    if let Some((shown, decided)) = body.r#override.as_mut().zip(decided) {
        shown.why = Some(WhyBody { reason: &decided.code, message: decided.message.as_deref() });
    }
    serde_json::to_writer(out, &body).expect("numbers and text");
}

/// Appends what a list shows of a status, with what an override tells visitors.
pub fn write_brief(out: &mut Vec<u8>, status: &Status, decided: Option<&Declaration>) {
    let body = BriefBody {
        level: status.level.name(),
        access: status.access.name(),
        freshness: status.freshness.name(),
        observed_at: status.observed_at.map(written),
        valid_until: written(status.valid_until),
        advice: AdviceBody { code: status.advice.code.name(), text: &status.advice.text },
        message: decided.and_then(|decided| decided.message.as_deref()),
    };
    serde_json::to_writer(out, &body).expect("text");
}

/// Appends a part of a capacity as every answer has it, to 3 decimals; null when nobody knows.
pub fn write_ratio(out: &mut Vec<u8>, ratio: Option<f64>) {
    serde_json::to_writer(out, &ratio.map(|ratio| rounded(ratio, 3))).expect("a number");
}

/// `statuses` in their order, each as of its `computed_at`: ratios to 3 decimals, heights to 2.
pub fn write_statuses(statuses: &[Status]) -> String {
    let lines: Vec<String> = statuses.iter().map(status_line).collect();
    format!("[\n{}\n]", lines.join(",\n"))
}

/// One of them: an object on a line, with the member `at`.
pub fn status_line(status: &Status) -> String {
    serde_json::to_string(&body(status)).expect("numbers and text")
}

fn body(status: &Status) -> StatusBody<'_> {
    StatusBody {
        at: Some(written(status.computed_at)),
        level: status.level.name(),
        computed_level: status.computed_level.name(),
        access: status.access.name(),
        ratio: status.ratio().map(|ratio| rounded(ratio, 3)),
        estimate: status.estimate,
        capacity: status.capacity,
        usable_area_m2: status.usable_area_m2,
        tide: tide(&status.tide),
        observed_at: status.observed_at.map(written),
        computed_at: written(status.computed_at),
        valid_until: written(status.valid_until),
        freshness: status.freshness.name(),
        confidence: status.confidence.name(),
        reasons: status.reasons.iter().map(|reason: &Reason| reason.name()).collect(),
        advice: AdviceBody { code: status.advice.code.name(), text: &status.advice.text },
        expected_change: status.expected_change.map(expected_change),
        r#override: status.in_force.map(override_of),
        policy_version: &status.policy_version,
        report_count: status.report_count,
    }
}

fn tide(tide: &TideNow) -> TideBody<'_> {
    TideBody {
        height_m: tide.height_m.map(|height| rounded(height, 2)),
        trend: tide.trend.map(crate::beaches::Trend::name),
        station: tide.station.as_deref(),
        approximate: true,
        next: tide
            .next
            .map(|next| TurningPointBody { at: written(next.at), height_m: rounded(next.height_m, 2) }),
    }
}

fn expected_change(change: ExpectedChange) -> ExpectedChangeBody {
    ExpectedChangeBody { level: change.level.name(), at: written(change.at), cause: "tide" }
}

fn override_of<'a>(decided: Override) -> OverrideBody<'a> {
    let level = |colour: Colour| Level::from(colour).name();
    OverrideBody {
        level: decided.level.map(level),
        access: decided.access.map(crate::beaches::Access::name),
        why: None,
        starts_at: written(decided.starts_at),
        expires_at: written(decided.expires_at),
        created_at: written(decided.created_at),
        cancelled_at: decided.cancelled_at.map(written),
    }
}

fn written(at: DateTime<Utc>) -> String {
    let at = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The nearest number of so many decimals. Never `-0`.
fn rounded(number: f64, places: usize) -> f64 {
    format!("{number:.places$}").parse::<f64>().expect("a number") + 0.0
}

/// What makes a status another one, as it stands in one that was written.
#[derive(PartialEq, Deserialize)]
struct GistBody {
    level: String,
    computed_level: String,
    access: String,
    freshness: String,
    r#override: Option<DecidedBody>,
    policy_version: Option<String>,
    estimate: Option<i64>,
}

#[derive(PartialEq, Deserialize)]
struct DecidedBody {
    level: Option<String>,
    access: Option<String>,
    created_at: String,
}

/// Whether two statuses that were written are one, but for what moves with the tide and the counts. What cannot be read
/// is none.
pub fn same_gist(one: &str, other: &str) -> bool {
    let gist = |text| {
        let mut gist = serde_json::from_str::<GistBody>(text).ok()?;
        // Where nothing follows from the policy, it does not matter which one it is; nor how many people there are.
        gist.policy_version = gist.policy_version.filter(|_| gist.estimate.take().is_some());
        Some(gist)
    };
    gist(one).is_some_and(|one| Some(one) == gist(other))
}
