//! Bodies that nobody would send, to every operation that writes, from every role: refused in the contract's words, with
//! nothing half done.
mod mass_assignment;

use crate::support::applications::application;
use crate::support::client::Client;
use crate::support::dice::Dice;
use crate::support::ledger::Ledger;
use crate::support::people::{Person, person, profile};
use crate::support::promotions::{business, decide, promotion, put_business, put_promotion};
use crate::support::{BASE, SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::Role;
use promenade::features::PromotionStep;
use promenade::http::{Front, Pressure, Rate, RequestLimits, Site, operations};
use serde_json::{Value, json};
use std::sync::Arc;

const NOON: &str = "2026-07-18T12:00:00Z";

/// One operation that writes, and a request that it takes.
struct Recipe {
    method: Method,
    template: &'static str,
    target: String,
    media: &'static str,
    body: Value,
}

/// What is made of an application.
fn acceptance() -> Value {
    json!({"organisation": "fuzzed", "business": "biz-new", "position_quality": "derived", "expires_at": "2027-01-01T00:00:00Z"})
}

/// What one moderator proposes.
fn batch_of_rejections() -> Value {
    json!({
        "decision": "reject", "reason": "Which day?",
        "promotions": [{"id": "fuzzed-offer", "content_hash": "0".repeat(64)}]
    })
}

/// For every operation that writes a request that it takes from whoever may.
fn recipes(victim: &Person, organisation: &str) -> Vec<Recipe> {
    operations()
        .into_iter()
        .filter(|(method, _)| *method != Method::GET)
        .map(|(method, template)| {
            let feature = place();
            let actor = json!({
                "name": "Fuzz", "email": "a@b.example", "organisation": organisation, "roles": ["publisher"],
                "beaches": ["beach-north-sands"]
            });
            let facts = json!({"name": "Fuzz", "kind": "theatre", "venues": ["ven-bandstand"]});
            let code = json!({
                "name": "Tower", "beaches": ["beach-north-sands"], "reports_as": "patrol",
                "device_expires_at": "2026-10-01T00:00:00Z"
            });
            let batch = json!({
                "sent_at": NOON,
                "reports": [{
                    "id": "0198f1d2-7b3c-7c1e-8a55-0242ac120002", "beach": "beach-north-sands",
                    "observed_at": NOON, "count": 420, "method": "counted"
                }]
            });
            let said = |code: &str, word: &str| {
                let mut said = json!({"message": "Take care", "starts_at": NOON, "expires_at": "2026-07-18T20:00:00Z"});
                said[code] = json!(word);
                said
            };
            let mut decided = said("reason", "crowding");
            (decided["level"], decided["access"]) = (json!("red"), json!("restricted"));
            let policy = json!({
                "version": "fuzzed", "adopted_from": "2026-07-18T13:00:00Z", "values": {"amber_percent": 40.5, "m2_per_person": 4}
            });
            let event = json!({
                "type": "Feature", "geometry": null,
                "properties": {
                    "name": "Fuzzed", "category": "music", "summary": "Loud", "free": false, "access_performance": ["bsl"],
                    "schedule": {"starts": "2026-07-22T19:30", "ends": "2026-07-22T22:00", "rrule": "FREQ=WEEKLY;COUNT=9",
                        "rdates": ["2026-07-24T19:30"], "exdates": ["2026-07-29"]},
                    "price": {"from_pence": 900, "currency": "GBP"}, "venue": {"id": "ven-bandstand"}
                }
            });
            let (media, body) = match (method.as_str(), template.rsplit('/').next().unwrap()) {
                ("PATCH", _) if template.starts_with("/v1/occurrences") => {
                    ("application/merge-patch+json", json!({"availability": "limited", "access_performance": ["bsl"]}))
                }
                ("POST", "preview") => ("application/geo+json", event),
                ("POST", "copy") => ("application/json", json!({"starts": "2027-07-21T19:30", "id": "fuzzed-again"})),
                ("POST", "reschedule") => {
                    ("application/json", json!({"starts": "2026-07-23T19:30", "ends": "2026-07-23T22:00", "reason": "Rain"}))
                }
                ("POST", "cancel" | "postpone") => ("application/json", json!({"reason": "Rain"})),
                ("POST", "publish") => ("application/json", json!({"at": "2026-08-01T09:00:00Z"})),
                ("POST", "archive" | "reinstate" | "restore" | "submit" | "unschedule" | "withdraw") => ("application/json", json!({})),
                ("POST", "applications") => ("application/json", application()),
                ("POST", "batches") => ("application/json", batch_of_rejections()),
                ("POST", "accept") => ("application/json", acceptance()),
                ("POST", "refuse") => ("application/json", json!({"reason": "Which one?"})),
                ("POST", "approve") => ("application/json", json!({"content_hash": "0".repeat(64)})),
                ("POST", "reject") => {
                    ("application/json", json!({"content_hash": "0".repeat(64), "reason": "Which day?"}))
                }
                ("POST", "items") | ("PUT", _) if template.contains("/items") => ("application/geo+json", feature),
                ("PATCH", _) => ("application/merge-patch+json", feature),
                ("POST" | "PUT", _) if template.starts_with("/v1/organisations") => ("application/json", facts),
                ("POST", "tokens") => ("application/json", json!({"expires_at": "2027-01-01T00:00:00Z"})),
                ("POST" | "PUT", _) if template.starts_with("/v1/actors") => ("application/json", actor),
                ("POST", "enrolments") => ("application/json", code),
                ("POST", "devices") => ("application/json", json!({"code": "0123-4567"})),
                ("POST", "policies") => ("application/json", policy),
                ("PUT", "override") => ("application/json", decided),
                ("PUT", "hazards") => ("application/json", json!({"hazards": [said("kind", "mud"), said("kind", "other")]})),
                ("PUT", "water-quality") => ("application/json", said("state", "normal")),
                ("POST", "crowd-reports") => ("application/json", batch),
                ("POST", "clicks" | "views") => {
                    ("application/json", json!({"nonce": "0198f1d2-7b3c-7c1e-8a55-0242ac120002"}))
                }
                ("DELETE", _) | ("POST", "confirm" | "undo" | "verify" | "acknowledge" | "fetch") => ("", Value::Null),
                _ => panic!("say here what {method} {template} takes"),
            };
            let id = match template {
                _ if template.starts_with("/v1/events") => "fuzzed-event".to_owned(),
                _ if template.starts_with("/v1/promotions") => "fuzzed-offer".to_owned(),
                _ if template.starts_with("/v1/programme") => "fuzzed-event".to_owned(),
                _ if template.starts_with("/v1/occurrences") => "fuzzed-event-20260722t1930".to_owned(),
                _ if template.starts_with("/v1/collections") => "wc-promenade".to_owned(),
                _ if template.starts_with("/v1/beaches") => "beach-north-sands".to_owned(),
                _ if template.starts_with("/v1/organisations") => organisation.to_owned(),
                _ if template.starts_with("/v1/sources") => "pier".to_owned(),
                _ if template.starts_with("/v1/tokens") => victim.token.to_string(),
                _ => victim.actor.to_string(),
            };
            let target = template.replace("{collection}", "toilets").replace("{id}", &id);
            Recipe { method, template, target, media, body }
        })
        .collect()
}

/// A toilet of which everything is said.
fn place() -> Value {
    json!({
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [-3.45, 54.61]},
        "properties": {
            "name": "Fuzzed", "position_quality": "surveyed", "radar_key": true, "charge_pence": 20,
            "opening_hours": "24/7", "contact": {"url": "https://a.example/b"}, "verified_at": NOON,
            "status": "temporarily_closed", "status_reason": "Why not", "status_until": "2027-01-01T00:00:00Z",
            "source": {"name": "Us", "retrieved_on": "2026-07-18"}
        }
    })
}

/// An event and a promotion for what is done with them.
async fn event(service: &Service) {
    let event = json!({
        "type": "Feature", "id": "fuzzed-event", "geometry": null,
        "properties": {
            "name": "Weekly", "category": "music", "schedule": {"starts": "2026-07-22T19:30", "rrule": "FREQ=WEEKLY"}
        }
    });
    crate::support::events::put(&service.app, &event, Some("tourism")).await;
    put_business(&service.app, &business("biz-fuzzed", "tourism")).await;
    let draft = put_promotion(&service.app, &promotion("fuzzed-offer", "biz-fuzzed"), "tourism").await;
    decide(&service.app, &draft, PromotionStep::Submit).await;
}

/// A client of the service that may write as often as it likes.
fn unhurried(service: &Service) -> Client {
    let limits = RequestLimits {
        writes_per_token: Rate::new(1_000_000, 1_000_000).unwrap(),
        ..RequestLimits::default()
    };
    Client::new(Front::both(&Site::new(service.app.clone(), BASE), limits, Pressure::default()).0)
}

/// Values that are seldom what is meant.
fn junk(dice: &mut Dice) -> Value {
    match dice.below(18) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(9_007_199_254_740_993_i64),
        4 => json!(1e308),
        5 => json!(0.1),
        6 => json!(""),
        7 => json!("a\u{0}b"),
        8 => json!("\u{202e}live"),
        9 => json!("x".repeat(3000)),
        10 => json!("e\u{301}".repeat(40)),
        11 => json!([]),
        12 => json!({}),
        13 => json!([[[[[1]]]]]),
        14 => json!("=cmd|' /C calc'!A0"),
        15 => json!("<script>alert(1)</script>"),
        16 => json!("9999-12-31T23:59:60Z"),
        _ => json!({"type": "Point", "coordinates": [1e308, "a"]}),
    }
}

/// Changes one value somewhere in `value`, or takes it away, or adds one beside it.
fn disturb(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(members) if !members.is_empty() && 0 < dice.below(4) => {
            let name = members.keys().nth(dice.below(members.len())).unwrap().clone();
            match dice.below(4) {
                0 => drop(members.remove(&name)),
                1 => drop(members.insert(format!("{name}_"), junk(dice))),
                _ => disturb(members.get_mut(&name).unwrap(), dice),
            }
        }
        Value::Array(entries) if !entries.is_empty() && 0 < dice.below(3) => {
            let at = dice.below(entries.len());
            disturb(&mut entries[at], dice);
        }
        other => *other = junk(dice),
    }
}

/// `recipe`'s body, disturbed as JSON and then, sometimes, as text.
fn body(recipe: &Recipe, dice: &mut Dice) -> Vec<u8> {
    let mut value = recipe.body.clone();
    for _ in 0..dice.below(4) {
        disturb(&mut value, dice);
    }
    let mut text = if recipe.media.is_empty() && dice.below(2) == 0 {
        Vec::new()
    } else {
        value.to_string().into_bytes()
    };
    match dice.below(8) {
        0 if !text.is_empty() => text.truncate(dice.below(text.len())),
        1 if !text.is_empty() => {
            let at = dice.below(text.len());
            text[at] = u8::try_from(dice.below(256)).unwrap();
        }
        2 => text.extend_from_slice(b"}]"),
        3 => text = format!("{}{}", "[".repeat(40), "]".repeat(40)).into_bytes(),
        4 => text = br#"{"type":"Feature","type":"Feature","name":"a","name":"b"}"#.to_vec(),
        _ => {}
    }
    text
}

/// 200 bodies an operation and role; 10,000 with `PROMENADE_LONG=1`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_makes_the_server_fail_or_leaves_anything_half_done() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 10_000 } else { 200 };
    for service in services(SANDHAVEN, NOON).await {
        let client = unhurried(&service);
        let victim = person(&service.app, profile(&[Role::Publisher])).await;
        event(&service).await;
        let recipes: Arc<[Recipe]> = recipes(&victim, "tourism").into();
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push((role, person(&service.app, profile(&[role])).await));
        }
        let mut asking = tokio::task::JoinSet::new();
        for (n, (role, who)) in people.into_iter().enumerate() {
            let (client, name, recipes) = (client.clone(), service.name, recipes.clone());
            asking.spawn(async move {
                for (m, recipe) in recipes.iter().enumerate() {
                    let mut dice = Dice::new((n * 100 + m) as u64);
                    for _ in 0..rounds {
                        // What is refused at once waits for nothing: the service's own tasks must get their turn, as
                        // they do where requests come over sockets.
                        tokio::task::yield_now().await;
                        let body = body(recipe, &mut dice);
                        let version = format!("\"{}\"", 1 + dice.below(3));
                        let headers = [("content-type", recipe.media), ("if-match", &version)];
                        let headers = &headers[usize::from(recipe.media.is_empty())..];
                        let said = String::from_utf8_lossy(&body).into_owned();
                        let answer =
                            client.write(&who, recipe.method.clone(), &recipe.target, headers, body).await;
                        let context = format!(
                            "{name} {} {} as {}: {said}",
                            recipe.method,
                            recipe.template,
                            role.name()
                        );
                        assert!(answer.status.as_u16() < 500, "{context}: {}", answer.text());
                    }
                }
            });
        }
        asking.join_all().await;
        assert!(10 < recipes.len());
        // Whatever was taken in agrees with itself.
        let ledger = Ledger::of(&service.store).await;
        assert!(1 < ledger.audit.len(), "{}: nothing was taken at all", service.name);
    }
}
