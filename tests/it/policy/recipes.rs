//! How each operation is asked, about whose things. A new operation needs a recipe here, or the matrix fails.
use super::access::{actors, devices, organisations};
use super::applications;
use super::batches;
use super::beaches::{crowd_reports, declarations, declared, policy};
use super::events;
use super::promotions::{self, Far};
use super::world::{OTHER_BEACH, OWN_BEACH, OWN_VENUES, World, new_notice, new_place};
use crate::support::address;
use crate::support::promotions::promotion;
use axum::http::Method;
use promenade::access::By;
use promenade::catalogue::{Alarm, AlarmKind};
use promenade::command::{Command, FeedAttempt, FeedCommand};
use promenade::ids::{FeatureId, RequestId};
use serde_json::json;

pub const GEO: &str = "application/geo+json";
pub const MERGE: &str = "application/merge-patch+json";
pub const JSON: &str = "application/json";
const ITEMS: &str = "/v1/collections/{collection}/items";
const ITEM: &str = "/v1/collections/{collection}/items/{id}";

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A place of that collection.
    Place(&'static str, String),
    /// An event of that organisation, or of none.
    Event(Option<&'static str>),
    /// An event that is not there yet, and will be of whoever writes it.
    NewEvent,
    /// A promotion of that organisation.
    Promotion(&'static str),
    /// A notice about that place; with no id about the collection, with no collection about the area.
    Notice(&'static str, &'static str),
    /// Who reports from that beach.
    Beach(&'static str),
    /// A crowd report of the patrol's, or another's, from that beach.
    Report(Whose, &'static str),
    /// A source of the events of that organisation, or of nobody's.
    Source(Option<&'static str>),
    /// A list of what the reader may see, or what nobody owns.
    List,
    /// One of what only those see who see everything: an actor, an organisation, a token.
    One,
    /// What is not there, or not any more.
    Gone,
}

/// Who has reported something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Patrols,
    Anothers,
}

/// One request of the matrix.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is about, in words.
    pub about: &'static str,
    pub thing: Thing,
    pub path: &'static str,
    pub target: String,
    pub media: Option<&'static str>,
    pub body: String,
    /// The address whose entity tag `If-Match` names, or the tag itself.
    pub seen: Option<String>,
    /// One more header.
    pub said: Option<(&'static str, String)>,
}

impl Case {
    /// A request without a body.
    pub fn new(about: &'static str, thing: Thing, target: impl Into<String>) -> Self {
        Self {
            about,
            thing,
            path: "",
            target: target.into(),
            media: None,
            body: String::new(),
            seen: None,
            said: None,
        }
    }

    pub fn with(self, media: &'static str, body: impl ToString) -> Self {
        Self { media: Some(media), body: body.to_string(), ..self }
    }

    pub fn having_seen(self, target: impl Into<String>) -> Self {
        Self { seen: Some(target.into()), ..self }
    }
}

/// Whether what an operation is about is used up by it.
pub fn spends(method: &Method, path: &str) -> bool {
    *method == Method::DELETE
        || path.ends_with("/undo")
        || path.ends_with("/archive")
        || promotions::spends(path)
        || path == "/v1/moderation/batches/{id}/confirm"
        || (*method == Method::POST && applications::is_of_them(path))
        || (*method == Method::POST && path == "/v1/devices")
}

/// The requests that the matrix makes of an operation, each about something else. What is used up by them is made
/// afresh.
#[expect(clippy::too_many_lines, reason = "a line an operation")]
pub async fn recipe(world: &mut World, method: &Method, path: &'static str) -> Vec<Case> {
    let cases = match (method.as_str(), path) {
        ("GET", ITEM) => vec![
            Case::new("a toilet", Thing::List, address(path)),
            Case::new("none", Thing::Gone, "/v1/collections/toilets/items/wc-nowhere"),
            Case::new("a deleted one", Thing::Gone, deleted(world).await),
        ],
        ("POST", ITEMS) => {
            let mut cases = new_items(world);
            cases.extend(promotions::new_items(world).await);
            cases
        }
        ("PUT", ITEM) => {
            let mut cases = Vec::new();
            for case in items(world).await {
                let shown = world.service.client.get(&case.target).await;
                let body = match case.target.rsplit_once('/').unwrap() {
                    _ if shown.status == 200 => shown.text(),
                    ("/v1/collections/notices/items", _) => new_notice("", "").to_string(),
                    ("/v1/collections/events/items", _) => events::new_event("").to_string(),
                    ("/v1/collections/promotions/items", id) => promotion(id, "biz-shop").to_string(),
                    (_, id) => new_place("toilets", id).to_string(),
                };
                let seen = case.target.clone();
                cases.push(case.with(GEO, body).having_seen(seen));
            }
            cases
        }
        ("PATCH", ITEM) => {
            let name = format!("Renamed {}", world.number());
            let cases = items(world).await.into_iter().map(|case| {
                let seen = case.target.clone();
                case.with(MERGE, json!({"properties": {"name": name}})).having_seen(seen)
            });
            cases.collect()
        }
        ("DELETE", ITEM) => {
            let cases = items_to_spend(world).await.into_iter();
            cases.map(|case| Case { seen: Some(case.target.clone()), ..case }).collect()
        }
        ("POST", "/v1/collections/{collection}/items/{id}/undo") => {
            let mut cases = items(world).await;
            for case in &mut cases {
                match &case.thing {
                    Thing::Gone => {}
                    Thing::Event(_) => events::edit(world, &case.target).await,
                    Thing::Promotion(_) => promotions::edit(world, &case.target).await,
                    _ => world.edit(&case.target).await,
                }
                case.seen = Some(case.target.clone());
                case.target += "/undo";
            }
            cases
        }
        ("POST", "/v1/collections/{collection}/items/{id}/verify") => {
            let is_place = |case: &Case| {
                !matches!(case.thing, Thing::Notice(..) | Thing::Event(_) | Thing::Promotion(_))
            };
            let places = items(world).await.into_iter().filter(is_place);
            places.map(|case| Case { target: case.target.clone() + "/verify", ..case }).collect()
        }
        ("GET", "/v1/collections/{collection}/items/{id}/history") => {
            let all = items(world).await.into_iter().filter(|case| case.about != "a deleted one");
            all.map(|case| Case { target: case.target.clone() + "/history", ..case }).collect()
        }
        (
            "GET",
            "/v1/audit"
            | "/v1/policies"
            | "/v1/quality"
            | "/v1/me"
            | "/v1/organisations"
            | "/v1/actors"
            | "/v1/devices"
            | "/v1/crowd-reports"
            | "/v1/programme"
            | "/v1/sources"
            | "/v1/promotions"
            | "/v1/moderation"
            | "/v1/applications"
            | "/v1/moderation/batches",
        ) => {
            vec![Case::new("what there is", Thing::List, path)]
        }
        ("GET", "/v1/events/{id}.ics") => events::calendars(world).await,
        (_, path) if events::is_of_them(path) => events::recipe(world, method, path).await,
        (_, path) if applications::is_of_them(path) => applications::recipe(world, method, path).await,
        (_, path) if batches::is_of_them(path) => batches::recipe(world, method, path).await,
        (_, path) if promotions::is_of_them(path) => promotions::recipe(world, method, path).await,
        (_, "/v1/organisations" | "/v1/organisations/{id}") => organisations(world, method, path),
        (_, "/v1/actors" | "/v1/actors/{id}" | "/v1/actors/{id}/tokens" | "/v1/tokens/{id}") => {
            actors(world, method, path).await
        }
        ("POST", "/v1/policies") => {
            vec![Case::new("a policy", Thing::One, path).with(JSON, policy(world.number()))]
        }
        (_, "/v1/sources/{id}" | "/v1/sources/{id}/acknowledge" | "/v1/sources/{id}/fetch") => {
            sources(world, path).await
        }
        (_, path) if let Some(body) = declared(path) => declarations(method, path, &body),
        (_, "/v1/enrolments" | "/v1/devices" | "/v1/devices/{id}") => devices(world, method, path).await,
        (_, "/v1/crowd-reports" | "/v1/crowd-reports/{id}" | "/v1/crowd-reports/{id}/confirm") => {
            crowd_reports(world, method, path).await
        }
        ("GET", "/problems/{kind}") => vec![
            Case::new("a kind", Thing::List, address(path)),
            Case::new("none", Thing::Gone, "/problems/unheard-of"),
        ],
        ("GET", "/v1/collections/{collection}" | "/v1/collections/{collection}/schema" | ITEMS) => vec![
            Case::new("toilets", Thing::List, address(path)),
            Case::new("none", Thing::Gone, path.replace("{collection}", "piers")),
        ],
        ("GET", "/v1/beaches/{id}/tide" | "/v1/beaches/{id}/alternatives" | "/v1/beaches/{id}/history") => {
            vec![
                Case::new("a beach", Thing::List, address(path)),
                Case::new("a toilet", Thing::Gone, path.replace("{id}", "wc-promenade")),
                Case::new("none", Thing::Gone, path.replace("{id}", "beach-nowhere")),
            ]
        }
        ("GET", plain) if !plain.contains('{') => vec![Case::new("it", Thing::List, address(plain))],
        (method, path) => missing(method, path),
    };
    cases.into_iter().map(|case| Case { path, ..case }).collect()
}

pub fn missing(method: &str, path: &str) -> ! {
    panic!(
        "there is no recipe for {method} {path}: add one to tests/it/policy/recipes.rs, which says how it is asked, \
         about whose things, and about what is not there"
    )
}

/// Where a toilet was.
async fn deleted(world: &mut World) -> String {
    let id = format!("wc-deleted-{}", world.number());
    let target = world.place("toilets", &id).await;
    world.delete(&target).await;
    target
}

/// Places and notices of everybody's, and what is not there.
async fn items(world: &mut World) -> Vec<Case> {
    let place = |about, collection, id: &str| {
        let target = format!("/v1/collections/{collection}/items/{id}");
        Case::new(about, Thing::Place(collection, id.to_owned()), target)
    };
    let mut cases = vec![
        place("a toilet", "toilets", "wc-market-street"),
        place("the theatre's venue", "venues", OWN_VENUES[0]),
        place("another's venue", "venues", "ven-bandstand"),
        place("the supervisor's beach", "beaches", OWN_BEACH),
        place("another's beach", "beaches", OTHER_BEACH),
    ];
    cases.extend(world.notices.clone());
    cases.extend(events::items(world, "published").await);
    cases.extend(promotions::items(world, Far::Approved).await);
    cases.push(Case::new("none", Thing::Gone, "/v1/collections/toilets/items/wc-nowhere"));
    cases.push(Case::new("no notice", Thing::Gone, "/v1/collections/notices/items/nowhere"));
    cases.push(Case::new("a deleted one", Thing::Gone, deleted(world).await));
    cases
}

/// The same, of places that are not needed any more.
async fn items_to_spend(world: &mut World) -> Vec<Case> {
    let mut cases = Vec::new();
    for (about, collection) in
        [("a toilet", "toilets"), ("another's venue", "venues"), ("another's beach", "beaches")]
    {
        let id = format!("spent-{}", world.number());
        let target = world.place(collection, &id).await;
        cases.push(Case::new(about, Thing::Place(collection, id), target));
    }
    cases.extend(notices(world).await);
    cases.extend(events::items(world, "draft").await);
    cases.extend(promotions::items(world, Far::Draft).await);
    cases.push(Case::new("none", Thing::Gone, "/v1/collections/toilets/items/wc-nowhere"));
    cases.push(Case::new("a deleted one", Thing::Gone, deleted(world).await));
    cases
}

const NOTICES: [(&str, &str, &str); 8] = [
    ("a notice on a toilet", "toilets", "wc-market-street"),
    ("a notice on the theatre's venue", "venues", OWN_VENUES[0]),
    ("a notice on another's venue", "venues", "ven-bandstand"),
    ("a notice on the supervisor's beach", "beaches", OWN_BEACH),
    ("a notice on another's beach", "beaches", OTHER_BEACH),
    ("a notice on all toilets", "toilets", ""),
    ("a notice on all beaches", "beaches", ""),
    ("a notice on the area", "", ""),
];

/// New notices of everybody's.
pub async fn notices(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    for (about, collection, id) in NOTICES {
        cases.push(Case::new(about, Thing::Notice(collection, id), world.notice(collection, id).await));
    }
    cases
}

/// Places and notices that are not there yet.
fn new_items(world: &mut World) -> Vec<Case> {
    let number = world.number();
    // Of the theatre's venues that are not built yet, one after the other.
    let own = OWN_VENUES[1 + number % (OWN_VENUES.len() - 1)];
    let places = [
        ("a toilet", "toilets", format!("new-{number}")),
        ("a venue", "venues", format!("new-venue-{number}")),
        ("a beach", "beaches", format!("new-beach-{number}")),
        ("the theatre's venue", "venues", own.to_owned()),
    ];
    let post = |about, thing, collection: &str, body: serde_json::Value| {
        Case::new(about, thing, format!("/v1/collections/{collection}/items")).with(GEO, body)
    };
    let mut cases: Vec<Case> = places
        .into_iter()
        .map(|(about, collection, id)| {
            let body = new_place(collection, &id);
            post(about, Thing::Place(collection, id), collection, body)
        })
        .collect();
    cases.push(post("an event", Thing::NewEvent, "events", events::new_event("")));
    for (about, collection, id) in NOTICES {
        cases.push(post(about, Thing::Notice(collection, id), "notices", new_notice(collection, id)));
    }
    cases
}

/// The theatre's source and nobody's, both of them quarantined.
async fn sources(world: &World, path: &'static str) -> Vec<Case> {
    for feed in ["pier", "town"] {
        let alarm = Alarm { kind: AlarmKind::Empty, detail: "it is empty".to_owned(), was: 1, is: 0 };
        let (feed, attempt) = (FeatureId::new(feed).unwrap(), FeedAttempt::Unusable(alarm));
        let command = Command::Feed(FeedCommand::Note { feed, attempt });
        world.service.app.execute(command, By::System, RequestId::fresh()).await.unwrap();
    }
    let of = |about, thing, id: &str| Case::new(about, thing, path.replace("{id}", id));
    let theatres = of("the theatre's", Thing::Source(Some("theatre")), "pier");
    let town = of("nobody's", Thing::Source(None), "town");
    let none = of("none", Thing::Gone, "nowhere");
    // What has no address is asked by nobody.
    if path.ends_with("/fetch") { vec![theatres, none] } else { vec![theatres, town, none] }
}
