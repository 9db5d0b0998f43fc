//! How what is done with events is asked for, and about whose.
use super::recipes::{Case, GEO, JSON, MERGE, Thing, missing};
use super::world::World;
use crate::support::events::{edited, put};
use axum::http::Method;
use promenade::features::{Event, Move, Step};
use serde_json::{Value, json};

/// Whose events there are, and what they are called here.
const WHOSE: [(&str, Option<&str>); 4] = [
    ("the theatre's event", Some("theatre")),
    ("tourism's event", Some("tourism")),
    ("nobody's event", None),
    ("another's event", Some("shop")),
];

/// A weekly show; without an id, the server chooses one.
pub fn new_event(id: &str) -> Value {
    let mut event = json!({"type": "Feature", "geometry": null, "properties": {
        "name": "Wednesday jazz", "category": "music",
        "schedule": {"starts": "2026-07-22T19:30", "ends": "2026-07-22T22:00", "rrule": "FREQ=WEEKLY"}
    }});
    if !id.is_empty() {
        event["id"] = json!(id);
    }
    event
}

/// New events of everybody's, as far as `publication`; another's is a draft in any case.
async fn events(world: &mut World, publication: &str) -> Vec<(&'static str, Thing, String)> {
    let mut made = Vec::new();
    for (about, whose) in WHOSE {
        let id = format!("event-{}", world.number());
        let draft = put(&world.service.app, &new_event(&id), whose).await;
        if publication == "published" && whose != Some("shop") {
            let step = Step { to: Move::Publish, reason: None };
            let published = Event::of(&draft.feature).unwrap().after(&step, world.service.clock.now());
            edited(&world.service.app, published.unwrap()).await;
        }
        made.push((about, Thing::Event(whose), id));
    }
    made
}

/// Requests about items that are events.
pub async fn items(world: &mut World, publication: &str) -> Vec<Case> {
    let events = events(world, publication).await.into_iter();
    events
        .map(|(about, thing, id)| Case::new(about, thing, format!("/v1/collections/events/items/{id}")))
        .collect()
}

/// Edits the event at `target`, so that there is something to undo.
pub async fn edit(world: &World, target: &str) {
    let (_, id) = target.rsplit_once('/').unwrap();
    let snapshot = world.service.app.snapshot();
    let id = promenade::ids::FeatureId::new(id).unwrap();
    let stored = &snapshot.programme().event(&id).unwrap().item.feature;
    let summary = promenade::features::field::Value::Text("As it is told now".into());
    edited(&world.service.app, stored.with_field(1, summary)).await;
}

pub fn is_of_them(path: &str) -> bool {
    ["/v1/events/", "/v1/occurrences/", "/v1/programme/"].iter().any(|own| path.starts_with(own))
}

pub async fn recipe(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    if path == "/v1/programme/preview" {
        return vec![Case::new("a new event", Thing::NewEvent, path).with(GEO, new_event(""))];
    }
    let (media, body) = match path.rsplit('/').next().unwrap() {
        "archive" | "reinstate" | "restore" | "unschedule" | "publish" => (JSON, json!({})),
        "cancel" | "postpone" => (JSON, json!({"reason": format!("Reason {}", world.number())})),
        "reschedule" => (JSON, json!({"starts": format!("2026-07-30T19:{:02}", world.number() % 60)})),
        "copy" => (JSON, json!({"starts": "2027-07-21T19:30"})),
        "{id}" if *method == Method::PATCH => (MERGE, json!({"availability": "limited"})),
        "{id}" if *method == Method::GET => ("", Value::Null),
        _ => missing(method.as_str(), path),
    };
    let drafts = path.ends_with("/unschedule");
    let made = events(world, if drafts { "draft" } else { "published" }).await;
    let made = made.into_iter().chain([("none", Thing::Gone, "event-nowhere".to_owned())]);
    made.map(|(about, thing, event)| {
        let id = if path.starts_with("/v1/occurrences/") {
            format!("{event}-20260729t1930")
        } else {
            event.clone()
        };
        let case = Case::new(about, thing, path.replace("{id}", &id));
        let case = if media.is_empty() { case } else { case.with(media, &body) };
        // Drafts are at their first version; who reads the tag sees none of them.
        case.having_seen(format!("/v1/collections/events/items/{event}"))
    })
    .collect()
}
