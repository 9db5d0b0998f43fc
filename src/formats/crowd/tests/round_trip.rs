//! What is written down as a scenario is what is read.
use super::*;
use crate::beaches::{
    Access, Band, Colour, Crowd, Decimal, Method, Override, PolicyValues, Report, Role, Tide, TurningPoint,
};
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let ms =
        prop_oneof![1_704_067_200_000..1_924_991_999_999_i64, -62_135_596_800_000..253_402_300_799_999_i64];
    ms.prop_map(|ms| DateTime::from_timestamp_millis(ms).expect("an instant"))
}

/// The instant in some zone or other, with as many decimals as it needs.
fn told(at: DateTime<Utc>) -> String {
    // The offsets of the first and the last years would leave the calendar of RFC 3339.
    let hours = if (1_000_000..8_000_000_000).contains(&at.timestamp()) { at.timestamp() % 15 } else { 0 };
    let zone = FixedOffset::east_opt(i32::try_from(hours).expect("few") * 3_600).expect("an offset");
    format!("\"{}\"", at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::AutoSi, hours == 0))
}

fn or_null<T>(value: Option<T>, told: impl Fn(T) -> String) -> String {
    value.map_or("null".to_owned(), told)
}

fn report() -> impl Strategy<Value = Report> {
    let role = select(vec![Role::Patrol, Role::Warden, Role::Staff]);
    let crowd = prop_oneof![
        (any::<u32>(), select(vec![Method::Counted, Method::Estimated]))
            .prop_map(|(count, how)| Crowd::Count(count, how)),
        select(vec![Band::Quiet, Band::Busy, Band::Full]).prop_map(Crowd::Band),
    ];
    (any::<String>(), any::<String>(), role, crowd, instant(), instant(), any::<(bool, bool)>()).prop_map(
        |(id, author, role, crowd, received_at, observed_at, (withdrawn, confirmed))| Report {
            id,
            received_at,
            observed_at,
            author,
            role,
            crowd,
            withdrawn,
            confirmed,
        },
    )
}

fn report_told(report: &Report) -> String {
    let text = |text: &str| serde_json::to_string(text).expect("text");
    let role = match report.role {
        Role::Patrol => "patrol",
        Role::Warden => "warden",
        Role::Staff => "staff",
    };
    let crowd = match report.crowd {
        Crowd::Count(count, Method::Counted) => {
            format!(r#""count": {count}, "band": "quiet", "method": "counted""#)
        }
        Crowd::Count(count, Method::Estimated) => {
            format!(r#""count": {count}, "band": null, "method": "estimated""#)
        }
        Crowd::Band(Band::Quiet) => r#""band": "quiet""#.to_owned(),
        Crowd::Band(Band::Busy) => r#""band": "busy", "count": null, "method": null"#.to_owned(),
        Crowd::Band(Band::Full) => r#""band": "full", "method": "counted""#.to_owned(),
    };
    format!(
        r#"{{"id": {}, "author": {}, "role": "{role}", {crowd}, "observed_at": {}, "received_at": {}, "withdrawn": {}, "confirmed": {}}}"#,
        text(&report.id),
        text(&report.author),
        told(report.observed_at),
        told(report.received_at),
        report.withdrawn,
        report.confirmed
    )
}

fn decided() -> impl Strategy<Value = Override> {
    let level = option::of(select(vec![Colour::Green, Colour::Amber, Colour::Red]));
    let access = option::of(select(vec![Access::Open, Access::Restricted, Access::Closed]));
    let says =
        (level, access).prop_filter("one of them", |(level, access)| level.is_some() || access.is_some());
    (says, instant(), instant(), instant(), option::of(instant())).prop_map(
        |((level, access), starts_at, expires_at, created_at, cancelled_at)| Override {
            level,
            access,
            starts_at,
            expires_at,
            created_at,
            cancelled_at,
        },
    )
}

fn decided_told(decided: &Override) -> String {
    let level = decided.level.map(|level| match level {
        Colour::Green => "green",
        Colour::Amber => "amber",
        Colour::Red => "red",
    });
    format!(
        r#"{{"level": {}, "access": {}, "starts_at": {}, "expires_at": {}, "created_at": {}, "cancelled_at": {}}}"#,
        or_null(level, |level| format!("\"{level}\"")),
        or_null(decided.access, |access| format!("\"{}\"", access.name())),
        told(decided.starts_at),
        told(decided.expires_at),
        told(decided.created_at),
        or_null(decided.cancelled_at, told),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_is_read(
        reports in vec(report(), 0..5),
        overrides in vec(decided(), 0..4),
        points in vec((0..4_000_000_i64, -200..800_i32), 0..6),
        at in vec(instant(), 0..4),
        (amber, places) in (0..1_000_000_000_000_000_000_i64, 16..19_usize),
    ) {
        let mut points: Vec<TurningPoint> = points.into_iter().map(|(seconds, cm)| TurningPoint {
            at: DateTime::from_timestamp(1_784_000_000 + seconds, 0).expect("an instant"),
            height_m: f64::from(cm) / 100.0,
        }).collect();
        points.sort_by_key(|point| point.at);
        points.dedup_by_key(|point| point.at);
        // A percentage of 16 to 18 decimal places, up to 100.
        let scale = 10_i64.pow(u32::try_from(places).expect("few"));
        let amber = format!("{}.{:0places$}", amber / scale, amber % scale);
        let tide: Vec<String> = points.iter().rev().map(|point| format!(r#"{{"at": {}, "height_m": {}, "kind": "?"}}"#, told(point.at), point.height_m)).collect();
        let text = format!(
            r#"{{"policy": {{"amber_percent": {amber}, "red_percent": 100}}, "beach": {{"profile": {{"low": {{"height_m": 0, "area_m2": 10}}, "high": {{"height_m": 1, "area_m2": 10.5}}}}, "patrol_hours": null}}, "tide": [{}], "reports": [{}], "overrides": [{}], "at": [{}]}}"#,
            tide.join(", "),
            reports.iter().map(report_told).collect::<Vec<_>>().join(", "),
            overrides.iter().map(decided_told).collect::<Vec<_>>().join(", "),
            at.iter().map(|at| told(*at)).collect::<Vec<_>>().join(", "),
        );
        let read = read_scenario(text.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error} in {text}")))?;
        prop_assert_eq!(read.reports, reports);
        prop_assert_eq!(read.overrides, overrides);
        prop_assert_eq!(read.at, at);
        prop_assert_eq!(read.tide, Tide::new(None, points).expect("a table"));
        let amber: Decimal = amber.parse().expect("a number");
        let values = PolicyValues { amber_percent: amber, red_percent: Decimal::whole(100), ..PolicyValues::default() };
        prop_assert_eq!(read.policy.values(), &values);
        prop_assert_eq!(read.policy.version(), "scenario");
    }
}
