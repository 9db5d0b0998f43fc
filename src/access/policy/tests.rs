use super::*;
use crate::access::{Personal, Profile, Record};
use crate::ids::Version;
use chrono::DateTime;
use std::collections::BTreeSet;

fn feature(id: &str) -> FeatureId {
    FeatureId::new(id).unwrap()
}

fn beaches(ids: &[&str]) -> Beaches {
    Beaches::These(ids.iter().map(|id| feature(id)).collect())
}

fn caller(roles: &[Role], kind: Option<OrganisationKind>, beaches: Beaches) -> Caller {
    let then = DateTime::UNIX_EPOCH;
    let id = OrganisationId::new("ours").unwrap();
    let organisation = kind.map(|kind| Organisation {
        id: id.clone(),
        name: "Ours".into(),
        kind,
        venues: BTreeSet::from([feature("stage")]),
        version: Version(1),
        created_at: then,
        updated_at: then,
    });
    let profile = Profile {
        name: Some(Personal::new("Ada")),
        email: None,
        organisation: kind.map(|_| id),
        roles: roles.iter().copied().collect(),
        beaches,
        reports_as: None,
    };
    let record = Record { version: Version(1), created_at: then, updated_at: then, erased_at: None };
    let actor = Actor::new(ActorId::fresh(), profile, record).unwrap();
    Caller {
        actor: Arc::new(actor),
        organisation: organisation.map(Arc::new),
        token: TokenId::from_random([0; TokenId::LENGTH]),
    }
}

const TARGETS: [&str; 14] = [
    "toilets/wc",
    "venues/stage",
    "venues/other",
    "toilets/stage",
    "beaches/west",
    "beaches/east",
    "notice on toilets/wc",
    "notice on venues/stage",
    "notice on beaches/west",
    "notice on beaches/east",
    "notice on toilets",
    "notice on beaches",
    "notice on the area",
    "everything",
];

/// Which of [`TARGETS`] the permit covers, by number.
fn covered(permit: &Permit) -> Vec<usize> {
    let place = |text: &str| {
        let (collection, id) = text.split_once('/').unwrap();
        (Collection::named(collection).unwrap(), feature(id))
    };
    let covers = |target: &str| match target.strip_prefix("notice on ") {
        Some("the area") => permit.covers(&Target::Notice(&NoticeOn::Area)),
        Some(on) if on.contains('/') => {
            let (collection, id) = place(on);
            permit.covers(&Target::Notice(&NoticeOn::Feature(collection, id)))
        }
        Some(on) => permit.covers(&Target::Notice(&NoticeOn::Collection(Collection::named(on).unwrap()))),
        None if target == "everything" => permit.covers(&Target::Everything),
        None => {
            let (collection, id) = place(target);
            permit.covers(&Target::Place(collection, &id))
        }
    };
    (0..TARGETS.len()).filter(|n| covers(TARGETS[*n])).collect()
}

#[test]
fn a_permit_covers_what_its_roles_reach_and_nothing_else() {
    use OrganisationKind::{Business, Council, Theatre, Tourism};
    use Role::{Admin, Auditor, Moderator, Patrol, Publisher, Supervisor};
    const ITEM: &str = "/v1/collections/{collection}/items/{id}";
    const HISTORY: &str = "/v1/collections/{collection}/items/{id}/history";
    let none = Beaches::none;
    let west = || beaches(&["west"]);
    for (roles, kind, own, method, path, want) in [
        (&[Publisher][..], Some(Tourism), none(), "PUT", ITEM, Some(&[0, 1, 2, 3, 4, 5, 6, 7, 10, 12][..])),
        (&[Publisher], Some(Theatre), none(), "PUT", ITEM, Some(&[1, 7])),
        (&[Publisher], Some(Council), none(), "DELETE", ITEM, Some(&[1, 7])),
        (&[Publisher], Some(Business), none(), "PUT", ITEM, Some(&[])),
        (&[Supervisor], None, west(), "PUT", ITEM, Some(&[8])),
        (&[Supervisor], None, Beaches::All, "PUT", ITEM, Some(&[8, 9, 11])),
        (&[Supervisor], Some(Tourism), west(), "PUT", ITEM, Some(&[8])),
        (&[Publisher, Supervisor], Some(Theatre), west(), "PUT", ITEM, Some(&[1, 7, 8])),
        (&[Supervisor], None, west(), "GET", HISTORY, Some(&[4, 8])),
        (&[Auditor], None, none(), "HEAD", HISTORY, Some(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])),
        (&[Auditor], None, none(), "PUT", ITEM, None),
        (&[Admin], Some(Tourism), none(), "PUT", ITEM, None),
        (&[Admin], None, none(), "GET", "/v1/audit", None),
        (&[Auditor], None, none(), "POST", "/v1/actors", None),
        (&[Moderator, Patrol], None, Beaches::All, "PUT", ITEM, None),
        (&[Patrol], None, west(), "GET", "/v1/me", Some(&[])),
        (&[Patrol], None, west(), "GET", ITEM, Some(&[])),
    ] {
        let permit = row(method, path).unwrap().permit(&caller(roles, kind, own));
        assert_eq!(permit.as_ref().map(covered).as_deref(), want, "{roles:?} {kind:?} {method} {path}");
    }
}

#[test]
fn a_supervisor_reaches_who_reports_from_its_beaches_and_no_others() {
    let supervisor =
        |own| row("POST", "/v1/enrolments").unwrap().permit(&caller(&[Role::Supervisor], None, own));
    let some = supervisor(beaches(&["east", "west"])).unwrap();
    let all = supervisor(Beaches::All).unwrap();
    for (of, by_some, by_all) in [
        (beaches(&["west"]), true, true),
        (beaches(&["west", "east"]), true, true),
        (beaches(&["west", "north"]), false, true),
        (Beaches::All, false, true),
        (Beaches::none(), false, false),
    ] {
        let target = Target::Beaches(&of);
        assert_eq!((some.covers(&target), all.covers(&target)), (by_some, by_all), "{of:?}");
    }
    let organisation = OrganisationId::new("ours").unwrap();
    assert!(!all.covers(&Target::Organisation(&organisation)));
    let admin =
        row("PUT", "/v1/organisations/{id}").unwrap().permit(&caller(&[Role::Admin], None, Beaches::All));
    assert!(admin.unwrap().covers(&Target::Organisation(&organisation)));
}

#[test]
fn a_route_has_one_row_and_an_unheard_of_one_has_none() {
    let mut routes: Vec<_> = POLICY.iter().map(|row| (row.path, row.method)).collect();
    routes.sort_unstable();
    routes.dedup();
    assert_eq!(routes.len(), POLICY.len());
    for (method, path) in [("POST", "/v1/nearby"), ("TRACE", "/"), ("get", "/"), ("GET", "/v1/secrets")] {
        assert_eq!(row(method, path), None, "{method} {path}");
    }
    assert_eq!(row("HEAD", "/v1/me"), row("GET", "/v1/me"));
}

#[test]
fn a_patrol_reaches_its_own_reports_and_a_supervisor_those_of_its_beaches() {
    const REPORTS: &str = "/v1/crowd-reports";
    const REPORT: &str = "/v1/crowd-reports/{id}";
    let (west, east) = (feature("west"), feature("east"));
    for (roles, own_west, own_east, others_west, others_east, reached) in [
        (&[Role::Patrol][..], true, true, false, false, (true, Beaches::none())),
        (&[Role::Supervisor], true, false, true, false, (false, beaches(&["west"]))),
        (&[Role::Patrol, Role::Supervisor], true, true, true, false, (true, beaches(&["west"]))),
    ] {
        let caller = caller(roles, None, beaches(&["west"]));
        let own = caller.actor.id();
        let permit = row("DELETE", REPORT).unwrap().permit(&caller).unwrap();
        let covers = |author, beach| permit.covers(&Target::Report { author, beach });
        let other = ActorId::fresh();
        assert_eq!(
            [covers(own, &west), covers(own, &east), covers(other, &west), covers(other, &east)],
            [own_west, own_east, others_west, others_east],
            "{roles:?}"
        );
        let reports = row("GET", REPORTS).unwrap().permit(&caller).unwrap().reports();
        assert_eq!(reports, ReportsReached { author: reached.0.then_some(own), beaches: reached.1 });
    }
    let auditor = caller(&[Role::Auditor], None, Beaches::none());
    assert_eq!(row("GET", REPORTS).unwrap().permit(&auditor).unwrap().reports().beaches, Beaches::All);
    assert!(row("DELETE", REPORT).unwrap().permit(&auditor).is_none());
    let patrol = caller(&[Role::Patrol], None, Beaches::All);
    assert!(row("POST", "/v1/crowd-reports/{id}/confirm").unwrap().permit(&patrol).is_none());
    let permit = row("POST", REPORTS).unwrap().permit(&patrol).unwrap();
    assert!(permit.covers(&Target::Place(Collection::Beaches, &west)));
    assert!(!permit.covers(&Target::Place(Collection::Toilets, &west)));
}
