//! How full the beaches are shown to be: by the rule, for as long as it may be said, on either database.
mod blind;
mod clocks;
mod order;
mod published;
mod replayed;
mod validity;
mod vectors;

use super::{COVE, SANDS, counted, id, patrol, sent, supervisor, written};
use crate::support::client::Client;
use crate::support::people::organisation;
use crate::support::{BASE, SANDHAVEN, Service, area_of, at, files};
use chrono::{DateTime, Utc};
use promenade::access::{By, OrganisationKind};
use promenade::app::{self, Seed};
use promenade::beaches::{self, Access, Colour, Status};
use promenade::catalogue::{Axis, Declaration};
use promenade::command::{Command, Declare, Declared};
use promenade::formats::area::Files;
use promenade::formats::crowd::status_line;
use promenade::http::{Front, Pressure, RequestLimits, Site};
use promenade::ids::{Collection, FeatureId, RequestId, Revision};
use serde_json::Value;
use uuid::Uuid;

/// What of a status says until when it holds.
const DECISIVE: [&str; 7] =
    ["level", "computed_level", "access", "freshness", "report_count", "observed_at", "valid_until"];

/// Sandhaven, but that North Sands has this profile and is patrolled around the clock, and the sea turns at these times.
fn sandhaven(profile: &str, tides: &str) -> Files {
    let mut files = files(SANDHAVEN);
    let mut beaches = String::from_utf8(files["places/beaches.csv"].clone()).unwrap();
    for (from, to) in [
        ("0.9,86306,8.1,21000.5", profile),
        ("\"Jun-Aug Mo-Fr 11:00-17:00; Jun-Aug Sa,Su,PH 11:00-18:00\"", ""),
    ] {
        assert!(beaches.contains(from), "{from}");
        beaches = beaches.replace(from, to);
    }
    files.insert("places/beaches.csv".to_owned(), beaches.into_bytes());
    files.insert("tides.csv".to_owned(), format!("kind,time_utc,height_m\n{tides}").into_bytes());
    files
}

/// What is shown of `beach` now.
async fn shown(service: &Service, beach: &str) -> Value {
    let mut answer = service.client.json("/v1/beaches/status").await;
    let beaches = answer["beaches"].as_array_mut().unwrap();
    beaches.iter_mut().find(|one| one["id"] == beach).unwrap()["crowd"].take()
}

/// The rule, told from all that is stored of `beach`.
async fn told(service: &Service, beach: &str, now: DateTime<Utc>) -> Status {
    let (snapshot, id) = (service.app.snapshot(), FeatureId::new(beach).unwrap());
    let item = snapshot.collection(Collection::Beaches).item(&id).unwrap();
    let mut reading = service.store.read().await.unwrap();
    let policies = reading.policies().await.unwrap();
    let declared = reading.declarations_of(&id, DateTime::UNIX_EPOCH).await.unwrap();
    let reports = reading.reports_after(Revision(0)).await.unwrap();
    reading.close().await.unwrap();
    let of_beach = reports.iter().filter(|report| report.beach == id);
    let reports: Vec<_> = of_beach.map(promenade::catalogue::CrowdReport::report).collect();
    let overrides: Vec<_> = declared.iter().filter_map(Declaration::as_override).collect();
    let rule = snapshot.area.rule(&item.feature, policies.in_force(now));
    let mut status = beaches::status(now, &rule.policy, &rule.beach, &rule.tide, &reports, &overrides);
    let another = policies.next_change(now);
    status.valid_until = another.map_or(status.valid_until, |at| at.min(status.valid_until));
    status
}

fn json(status: &Status) -> Value {
    let mut value: Value = serde_json::from_str(&status_line(status)).unwrap();
    value.as_object_mut().unwrap().remove("at");
    value
}

/// Holds what is shown of `beach` against the rule: at the instant it was computed for all of it, now for what decides
/// until when it holds. Gives what is shown.
async fn held(service: &Service, beach: &str) -> Value {
    let (mut shown, now) = (shown(service, beach).await, service.clock.now());
    // The rule says what was decided, not why.
    if let Some(decided) = shown["override"].as_object_mut() {
        decided.remove("reason");
        decided.remove("message");
    }
    let instant = |name: &str| at(shown[name].as_str().unwrap());
    let context = format!("{} {beach} at {now}", service.name);
    assert!(instant("computed_at") <= now && now < instant("valid_until"), "{context}: {shown}");
    assert_eq!(shown, json(&told(service, beach, instant("computed_at")).await), "{context}");
    let told = json(&told(service, beach, now).await);
    for name in DECISIVE {
        assert_eq!(shown[name], told[name], "{context}: {name}");
    }
    shown
}

/// Starts the service again, on the same database and by the same clock.
async fn restarted(service: &mut Service, files: &Files) {
    let seed = Seed::Named(Box::new(area_of(files)));
    let (app, _fatal) = app::start(service.store.clone(), service.clock.clone(), seed).await.unwrap();
    let limits =
        RequestLimits { writes_per_token: "100000/100000".parse().unwrap(), ..RequestLimits::default() };
    let (public, admin) = Front::both(&Site::new(app.clone(), BASE), limits, Pressure::default());
    (service.app, service.client, service.admin) = (app, Client::new(public), admin);
}

/// Has the follower look now, as it does every second: it finds out which day it is, and whose policy.
async fn looked(service: &Service) {
    let fresh = format!("looked-{}", Uuid::new_v4().simple());
    organisation(&service.app, &fresh, OrganisationKind::Tourism, &[]).await;
}

/// Carries out a command as the operator.
async fn done(service: &Service, command: Command) {
    service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
}

/// Decides over what is counted on `beach` in a stretch of time.
async fn decided(
    service: &Service,
    beach: &str,
    (level, access): (Option<Colour>, Option<Access>),
    (starts_at, expires_at): (&str, &str),
) {
    let declared = Declared {
        level,
        access,
        code: "event".into(),
        message: None,
        starts_at: Some(at(starts_at)),
        expires_at: at(expires_at),
    };
    let beach = FeatureId::new(beach).unwrap();
    done(service, Command::Declare(Declare { beach, axis: Axis::Override, declared: vec![declared] })).await;
}
