//! Who may do what: every operation, asked by everybody about their own, about others', about what is not there and
//! about what was deleted. Whoever the policy table does not name is refused and changes nothing; whoever it names
//! is not.
mod access;
mod applications;
mod batches;
mod beaches;
mod events;
mod promotions;
mod queries;
mod recipes;
mod world;

use crate::support::contract::CONTRACT;
use crate::support::ledger::Ledger;
use axum::http::Method;
use promenade::access::{POLICY, Reach, Role, Row, Who};
use promenade::http::operations;
use recipes::{Case, Thing, Whose, recipe, spends};
use serde_json::json;
use std::collections::BTreeSet;
use world::{OWN_BEACH, OWN_VENUES, Persona, World};

/// The row of an operation.
fn row(method: &Method, path: &str) -> &'static Row {
    promenade::access::row(method.as_str(), path).unwrap_or_else(|| panic!("{method} {path} has no row"))
}

/// What the table makes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// It is done.
    Done,
    /// 401: nobody knows who asks.
    Unknown,
    /// 403: no role of who asks is in the row.
    NoRole,
    /// 403, or 404 for what is not even visible: no role of who asks reaches so far.
    OutOfReach,
    /// There is nothing to do it to.
    Nothing,
}

fn expected(row: &Row, persona: &Persona, thing: &Thing) -> Expected {
    let reaches = match row.who {
        Who::Everybody => true,
        _ if !persona.is_accepted => return Expected::Unknown,
        Who::AnyActor => true,
        Who::Roles(roles) => {
            let own = || roles.iter().filter(|(role, _)| persona.roles.contains(role));
            if own().next().is_none() {
                return Expected::NoRole;
            }
            *thing == Thing::List || own().any(|(_, reach)| covers(persona, *reach, thing))
        }
    };
    match (thing, reaches) {
        (Thing::Gone, _) => Expected::Nothing,
        (_, true) => Expected::Done,
        (_, false) => Expected::OutOfReach,
    }
}

/// What each reach means, said without the code that is tested.
#[expect(clippy::match_same_arms, reason = "a line a rule")]
fn covers(persona: &Persona, reach: Reach, thing: &Thing) -> bool {
    let (tourism, theatre) = (persona.name == "tourism", persona.name == "theatre");
    match (reach, thing) {
        (_, Thing::Gone) => false,
        (Reach::Everything, _) => true,
        (Reach::OwnPlaces, Thing::Place("venues", id)) => {
            tourism || (theatre && OWN_VENUES.contains(&id.as_str()))
        }
        (Reach::OwnPlaces, Thing::Place(..)) => tourism,
        (Reach::OwnNotices, Thing::Notice("beaches", _)) => false,
        (Reach::OwnNotices, Thing::Notice("venues", id)) => tourism || (theatre && OWN_VENUES.contains(id)),
        (Reach::OwnNotices, Thing::Notice(..)) => tourism,
        (Reach::BeachNotices, Thing::Notice("beaches", id)) => {
            persona.name == "supervisor" && *id == OWN_BEACH
        }
        (Reach::OwnEvents, Thing::Event(Some("theatre"))) => theatre,
        (Reach::OwnEvents, Thing::Event(Some("tourism") | None)) => tourism,
        // Of the organisation of whoever writes it.
        (Reach::OwnEvents, Thing::NewEvent) => tourism || theatre,
        (Reach::OwnPromotions, Thing::Promotion(of)) => {
            persona.name == if *of == "shop" { "business" } else { of }
        }
        // A moderator of no organisation.
        (Reach::OthersPromotions, Thing::Promotion(_)) => persona.name == "moderator",
        (Reach::OwnBeaches, Thing::Place("beaches", id)) => persona.name == "supervisor" && id == OWN_BEACH,
        (Reach::OwnBeaches, Thing::Beach(id)) => persona.name == "supervisor" && *id == OWN_BEACH,
        (Reach::OwnBeaches, Thing::Report(_, id)) => persona.name == "supervisor" && *id == OWN_BEACH,
        (Reach::OwnReports, Thing::Report(Whose::Patrols, _)) => persona.name == "patrol",
        (Reach::OwnEvents, Thing::Source(of)) => persona.name == of.unwrap_or("tourism"),
        (
            Reach::OwnPlaces
            | Reach::OwnEvents
            | Reach::OwnPromotions
            | Reach::OthersPromotions
            | Reach::OwnNotices
            | Reach::BeachNotices
            | Reach::OwnBeaches
            | Reach::OwnReports,
            Thing::Place(..)
            | Thing::Event(_)
            | Thing::NewEvent
            | Thing::Promotion(_)
            | Thing::Notice(..)
            | Thing::Beach(_)
            | Thing::Report(..)
            | Thing::Source(_)
            | Thing::List
            | Thing::One,
        ) => false,
    }
}

fn statuses(expected: Expected) -> &'static [u16] {
    match expected {
        Expected::Done => &[200, 201, 204],
        Expected::Unknown => &[401],
        Expected::NoRole => &[403],
        Expected::OutOfReach => &[403, 404],
        Expected::Nothing => &[403, 404, 409, 412],
    }
}

#[tokio::test]
async fn nobody_does_more_than_the_table_allows_and_what_is_refused_changes_nothing() {
    for mut world in World::each().await {
        let mut asked = 0;
        for (method, path) in operations() {
            let cases = recipe(&mut world, &method, path).await;
            let before = Ledger::of(&world.service.store).await;
            for persona in &world.personas {
                for case in &cases {
                    let expected = expected(row(&method, path), persona, &case.thing);
                    if expected != Expected::Done {
                        asked += 1;
                        hold(&world, persona, &method, case, expected).await;
                    }
                }
            }
            for persona in &world.personas {
                ask_otherwise(&world, persona, &method, &cases).await;
            }
            let after = Ledger::of(&world.service.store).await;
            assert_eq!(after, before, "{}: a refused {method} {path} changed something", world.service.name);
        }
        assert!(100 < asked, "{asked}");
    }
}

/// Asks with OPTIONS, and for a change by way of a read: that a method is another one is nothing but said.
async fn ask_otherwise(world: &World, persona: &Persona, method: &Method, cases: &[Case]) {
    for case in cases {
        let options = world.ask(persona, Method::OPTIONS, case).await;
        assert_eq!((options.status.as_u16(), options.body.len()), (204, 0), "{method} {}", case.target);
        if *method != Method::GET {
            for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
                let said = Case { said: Some((name, method.to_string())), ..case.clone() };
                let answer = world.ask(persona, Method::GET, &said).await;
                assert!(!answer.status.is_server_error(), "{name}: {method} {}", case.target);
            }
        }
    }
}

#[tokio::test]
async fn whoever_the_table_names_may() {
    for mut world in World::each().await {
        let mut done = 0;
        for (method, path) in operations() {
            let mut cases = recipe(&mut world, &method, path).await;
            for persona in world.personas.clone() {
                for n in 0..cases.len() {
                    if expected(row(&method, path), &persona, &cases[n].thing) != Expected::Done {
                        continue;
                    }
                    hold(&world, &persona, &method, &cases[n], Expected::Done).await;
                    done += 1;
                    if spends(&method, path) {
                        cases = recipe(&mut world, &method, path).await;
                    }
                }
            }
        }
        assert!(100 < done, "{done}");
    }
}

/// Panics unless the request is answered as expected; a GET with HEAD, too.
async fn hold(world: &World, persona: &Persona, method: &Method, case: &Case, expected: Expected) {
    let answer = world.ask(persona, method.clone(), case).await;
    let context =
        format!("{}: {} {method} {} ({})", world.service.name, persona.name, case.target, case.about);
    let status = answer.status.as_u16();
    assert!(statuses(expected).contains(&status), "{context}: {expected:?}, yet {status}: {}", answer.text());
    let allows =
        |answer: &crate::support::client::Answer| answer.headers.contains_key("access-control-allow-origin");
    let is_public = *method == Method::GET && row(method, case.path).who == Who::Everybody;
    let counts = ["/v1/promotions/{id}/views", "/v1/promotions/{id}/clicks"].contains(&case.path);
    assert_eq!(allows(&answer), is_public || counts, "{context}");
    if !is_public {
        assert_eq!(answer.header("cache-control"), "no-store", "{context}");
    }
    if *method == Method::GET {
        let head = world.ask(persona, Method::HEAD, case).await;
        assert_eq!(head.status.as_u16(), status, "{context}: HEAD");
        assert_eq!(allows(&head), is_public, "{context}: HEAD");
    }
}

#[test]
fn the_table_has_no_row_without_an_operation_nor_an_operation_without_a_row() {
    let served: BTreeSet<(String, &str)> =
        operations().into_iter().map(|(method, path)| (method.to_string(), path)).collect();
    let ruled: BTreeSet<(String, &str)> =
        POLICY.iter().map(|row| (row.method.to_owned(), row.path)).collect();
    let unserved: Vec<_> = ruled.difference(&served).collect();
    let unruled: Vec<_> = served.difference(&ruled).collect();
    assert!(
        unserved.is_empty() && unruled.is_empty(),
        "not served: {unserved:?}; without a row: {unruled:?}"
    );
}

#[test]
fn the_contract_asks_for_a_token_exactly_where_the_table_does() {
    for (method, path) in operations() {
        let operation = &CONTRACT["paths"][path][method.as_str().to_lowercase()];
        let context = format!("{method} {path}");
        let is_everybodys = row(&method, path).who == Who::Everybody;
        if is_everybodys {
            assert!(operation.get("security").is_none(), "{context} is everybody's");
        } else {
            assert_eq!(operation["security"], json!([{"token": []}]), "{context} is not everybody's");
        }
        let has = |status: &str| !operation["responses"][status].is_null();
        for status in ["401", "403"] {
            let of_a_code = is_everybodys && method == Method::POST;
            assert!(has(status) != is_everybodys || of_a_code, "{context}: {status}");
        }
        if method != Method::GET {
            for status in ["408", "413", "429", "503"] {
                assert!(has(status), "{context}: {status}");
            }
            let takes = operation.get("requestBody").is_some();
            assert_eq!(has("415"), takes, "{context}: 415");
        }
    }
    assert!(CONTRACT.get("security").is_none(), "nothing is asked for where nothing is said");
}

#[tokio::test]
async fn what_is_for_who_runs_the_server_is_not_on_the_public_listener() {
    for world in World::each().await {
        for target in [
            "/metrics",
            "/v1/metrics",
            "/admin",
            "/v1/admin",
            "/debug",
            "/debug/pprof",
            "/actuator",
            "/status",
            "/console",
            "/.env",
            "/v1/tokens",
            "/v1/policy",
        ] {
            for method in
                [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS]
            {
                for persona in
                    world.personas.iter().filter(|persona| ["nobody", "admin"].contains(&persona.name))
                {
                    let case = Case::new(target, Thing::Gone, target);
                    let answer = world.ask(persona, method.clone(), &case).await;
                    assert_eq!(answer.status, 404, "{} {method} {target}", persona.name);
                }
            }
        }
    }
}

#[test]
fn every_role_stands_in_the_matrix() {
    let roles: BTreeSet<Role> = world::ROLES.iter().flat_map(|(_, roles)| roles.iter().copied()).collect();
    assert_eq!(roles, BTreeSet::from(Role::ALL));
}
