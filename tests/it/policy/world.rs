//! Who asks, and what there is to ask about: Sandhaven with an actor of each role, things of theirs and of others.
use super::beaches::batch;
use super::recipes::{Case, Whose, notices};
use crate::support::client::Answer;
use crate::support::people::{Person, access, beaches, organisation, person, profile};
use crate::support::{BASE, SANDHAVEN, Service, services};
use axum::http::Method;
use promenade::access::{Beaches, OrganisationKind, Profile, Role};
use promenade::command::AccessCommand;
use promenade::ids::OrganisationId;
use serde_json::{Value, json};

const NOON: &str = "2026-07-18T12:00:00Z";
/// The beach that the supervisor keeps and the patrol reports from.
pub const OWN_BEACH: &str = "beach-north-sands";
/// One that others keep.
pub const OTHER_BEACH: &str = "beach-gull-cove";
/// The theatre's venues; those after the first are not built yet.
pub const OWN_VENUES: [&str; 12] = [
    "ven-lantern-theatre",
    "ven-own-1",
    "ven-own-2",
    "ven-own-3",
    "ven-own-4",
    "ven-own-5",
    "ven-own-6",
    "ven-own-7",
    "ven-own-8",
    "ven-own-9",
    "ven-own-10",
    "ven-own-11",
];

/// Everybody, and what they are. The first two have no token that is accepted.
pub const ROLES: [(&str, &[Role]); 10] = [
    ("nobody", &[]),
    ("revoked", &[Role::Admin, Role::Publisher]),
    ("admin", &[Role::Admin]),
    ("auditor", &[Role::Auditor]),
    ("business", &[Role::Business]),
    ("moderator", &[Role::Moderator]),
    ("patrol", &[Role::Patrol]),
    ("tourism", &[Role::Publisher]),
    ("theatre", &[Role::Publisher]),
    ("supervisor", &[Role::Supervisor]),
];

/// Somebody.
#[derive(Clone)]
pub struct Persona {
    pub name: &'static str,
    pub roles: &'static [Role],
    /// Whether the token is accepted.
    pub is_accepted: bool,
    person: Option<Person>,
}

pub struct World {
    pub service: Service,
    pub personas: Vec<Persona>,
    /// Requests about notices of everybody's, which stay.
    pub notices: Vec<Case>,
    /// Tourism and the supervisor of every beach in one: whoever sets the scene.
    keeper: Person,
    admin: Person,
    made: usize,
}

impl World {
    /// One on each database.
    pub async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for service in services(SANDHAVEN, NOON).await {
            worlds.push(Self::new(service).await);
        }
        worlds
    }

    async fn new(service: Service) -> Self {
        let app = &service.app;
        organisation(app, "tourism", OrganisationKind::Tourism, &[]).await;
        organisation(app, "theatre", OrganisationKind::Theatre, &OWN_VENUES).await;
        organisation(app, "shop", OrganisationKind::Business, &["ven-bandstand"]).await;
        let of = |id| Some(OrganisationId::new(id).unwrap());
        let mut personas = Vec::new();
        for (name, roles) in ROLES {
            let plain = profile(roles);
            let is_of_beaches = !plain.beaches.is_none();
            let described = Profile {
                organisation: match name {
                    "tourism" | "revoked" => of("tourism"),
                    "theatre" => of("theatre"),
                    "business" => of("shop"),
                    _ => None,
                },
                beaches: if is_of_beaches { beaches(&[OWN_BEACH]) } else { Beaches::none() },
                ..plain
            };
            let known = if roles.is_empty() { None } else { Some(person(app, described).await) };
            if let (Some(known), "revoked") = (&known, name) {
                access(app, AccessCommand::RevokeToken(known.token)).await.unwrap();
            }
            let is_accepted = !["nobody", "revoked"].contains(&name);
            personas.push(Persona { name, roles, is_accepted, person: known });
        }
        let keeper = person(app, profile(&[Role::Publisher, Role::Supervisor])).await;
        let admin = personas.iter().find(|persona| persona.name == "admin").unwrap().person.clone().unwrap();
        let mut world = Self { service, personas, notices: Vec::new(), keeper, admin, made: 0 };
        world.notices = notices(&world).await;
        world
    }

    /// A number that nothing else here has.
    pub fn number(&mut self) -> usize {
        self.made += 1;
        self.made
    }

    /// The answer to `case`, asked by `persona` with `method`.
    pub async fn ask(&self, persona: &Persona, method: Method, case: &Case) -> Answer {
        let tag = match &case.seen {
            Some(target) if target.starts_with('"') => Some(target.clone()),
            Some(target) => {
                let seen = self.service.client.write(&self.admin, Method::GET, target, &[], "").await;
                Some(seen.headers.get("etag").map_or("\"1\"", |tag| tag.to_str().unwrap()).to_owned())
            }
            None => None,
        };
        let mut headers: Vec<(&str, &str)> =
            case.media.iter().map(|media| ("content-type", *media)).collect();
        headers.extend(tag.as_deref().map(|tag| ("if-match", tag)));
        headers.extend(case.said.as_ref().map(|(name, value)| (*name, value.as_str())));
        let body = if method == Method::HEAD { String::new() } else { case.body.clone() };
        match &persona.person {
            Some(person) => self.service.client.write(person, method, &case.target, &headers, body).await,
            None => self.service.client.put_in(method, &case.target, &headers, body.into()).await,
        }
    }

    /// What the keeper has done; it must succeed.
    async fn keep(&self, method: Method, target: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let answer = self.service.client.write(&self.keeper, method.clone(), target, headers, body).await;
        assert!(answer.status.is_success(), "{method} {target}: {}", answer.text());
        answer
    }

    /// A new place, where to find it.
    pub async fn place(&self, collection: &str, id: &str) -> String {
        let target = format!("/v1/collections/{collection}/items");
        let body = new_place(collection, id).to_string();
        self.keep(Method::POST, &target, &[("content-type", "application/geo+json")], body).await;
        format!("{target}/{id}")
    }

    /// A new notice, where to find it.
    pub async fn notice(&self, collection: &str, id: &str) -> String {
        let target = "/v1/collections/notices/items";
        let body = new_notice(collection, id).to_string();
        let made = self.keep(Method::POST, target, &[("content-type", "application/geo+json")], body).await;
        made.header("location").strip_prefix(BASE).unwrap().to_owned()
    }

    /// Edits what is at `target`, so that there is something to undo.
    pub async fn edit(&self, target: &str) {
        let name = json!({"properties": {"description": format!("Edited {}", self.made)}}).to_string();
        let seen = self.service.client.get(target).await;
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", seen.header("etag"))];
        self.keep(Method::PATCH, target, &headers, name).await;
    }

    /// Deletes what is at `target`; the tag of what is left.
    pub async fn delete(&self, target: &str) -> String {
        let seen = self.service.client.get(target).await;
        let gone =
            self.keep(Method::DELETE, target, &[("if-match", seen.header("etag"))], String::new()).await;
        gone.header("etag").to_owned()
    }

    /// A code that makes a device of who types it in, for this beach.
    pub async fn code(&self, beach: &str) -> Value {
        let body = json!({
            "name": "Phone", "beaches": [beach], "reports_as": "patrol", "device_expires_at": "2026-09-30T00:00:00Z"
        });
        let headers = [("content-type", "application/json")];
        self.keep(Method::POST, "/v1/enrolments", &headers, body.to_string()).await.json()["code"].clone()
    }

    /// A device of this beach: its id.
    pub async fn device(&self, beach: &str) -> String {
        let body = json!({"code": self.code(beach).await}).to_string();
        let headers = [("content-type", "application/json")];
        let made = self.keep(Method::POST, "/v1/devices", &headers, body).await;
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// A crowd report from this beach: its id.
    pub async fn report(&mut self, whose: Whose, beach: &str) -> String {
        let batch = batch(self.number(), beach);
        let author = match whose {
            Whose::Patrols => {
                let patrol = self.personas.iter().find(|persona| persona.name == "patrol").unwrap();
                patrol.person.as_ref().unwrap()
            }
            Whose::Anothers => &self.keeper,
        };
        let headers = [("content-type", "application/json")];
        let target = "/v1/crowd-reports";
        let made =
            self.service.client.write(author, Method::POST, target, &headers, batch.to_string()).await.json();
        assert_eq!(made["results"][0]["result"], "accepted", "{made}");
        made["results"][0]["id"].as_str().unwrap().to_owned()
    }

    /// An actor that nobody else is: its id, and that of its token.
    pub async fn actor(&self) -> (String, String) {
        let made = person(&self.service.app, profile(&[Role::Moderator])).await;
        (made.actor.to_string(), made.token.to_string())
    }
}

/// A place of that collection, with all that is required of it.
pub fn new_place(collection: &str, id: &str) -> Value {
    let mut properties = json!({
        "name": "New", "position_quality": "surveyed",
        "source": {"name": "Sandhaven Council", "retrieved_on": "2026-07-18"}
    });
    if collection == "beaches" {
        let ring = json!([[-3.46, 54.60], [-3.45, 54.60], [-3.45, 54.61], [-3.46, 54.60]]);
        return json!({"type": "Feature", "id": id, "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": properties});
    }
    properties["description"] = json!("As it was");
    json!({"type": "Feature", "id": id, "geometry": {"type": "Point", "coordinates": [-3.45, 54.61]},
        "properties": properties})
}

/// A notice about that place; without an id about the collection, without one about the area.
pub fn new_notice(collection: &str, id: &str) -> Value {
    let about = match (collection, id) {
        ("", _) => json!({}),
        (collection, "") => json!({"collection": collection}),
        (collection, id) => json!({"collection": collection, "id": id}),
    };
    json!({"type": "Feature", "properties": {"name": "Take care", "severity": "info", "about": about}})
}
