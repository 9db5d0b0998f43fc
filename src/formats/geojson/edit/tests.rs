use super::*;
use crate::formats::json::{feature_document, read_feature_document};
use crate::ids::Version;

const NOW: &str = "2026-07-18T12:00:00Z";

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

const TOILET: &str = r#"{"type":"Feature","id":"wc-pier","geometry":{"type":"Point","coordinates":[1.15,51.79]},
    "properties":{"name":"Pier","position_quality":"surveyed","status":"temporarily_closed",
    "status_reason":"Burst pipe","status_until":"2026-07-19T06:00:00Z","opening_hours":"24/7","radar_key":true,
    "contact":{"phone":"01255","url":null},"source":{"name":"Us","retrieved_on":"2026-07-01"}}}"#;

fn toilet() -> Item {
    let feature = Edit::read(Collection::Toilets, TOILET)
        .unwrap()
        .create(FeatureId::fresh(), Vec::new(), now())
        .unwrap();
    Item { feature: Arc::new(feature), version: Version(3), created_at: now(), updated_at: now() }
}

fn patched(patch: &str) -> Result<Item, DocumentError> {
    let current = toilet();
    let feature = Edit::read(Collection::Toilets, patch)?.patch(&current, now())?;
    Ok(Item { feature: Arc::new(feature), ..current })
}

fn text(item: &Item, field: &str) -> Option<String> {
    let number = schema::number(item.feature.collection(), field).unwrap();
    item.feature.fields().text(number).map(ToOwned::to_owned)
}

#[test]
fn what_the_audit_keeps_reads_back_as_it_was() {
    let shape = r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,51],[1.1,51],[1.1,51.1],[1,51]]]},
        "properties":{"name":"Sands","position_quality":"derived","source":{"name":"Us","retrieved_on":"2026-07-01"}}}"#;
    let beach = Edit::read(Collection::Beaches, shape)
        .unwrap()
        .create(FeatureId::fresh(), Vec::new(), now())
        .unwrap();
    let notice = r#"{"type":"Feature","properties":{"name":"Storm","severity":"severe","about":{"collection":"beaches"}}}"#;
    let notice = Edit::read(Collection::Notices, notice)
        .unwrap()
        .create(FeatureId::fresh(), Vec::new(), now())
        .unwrap();
    for feature in [(*toilet().feature).clone(), beach, notice] {
        assert_eq!(read_feature_document(&feature_document(&feature)), Ok(feature));
    }
}

#[test]
fn a_patch_changes_what_it_names_and_leaves_the_rest() {
    let before = toilet();
    for (patch, field, want) in [
        ("{}", "name", Some("Pier")),
        (r#"{"properties":{"name":"Pier Gap"}}"#, "name", Some("Pier Gap")),
        (r#"{"properties":{"name":"Pier Gap"}}"#, "opening_hours", Some("24/7")),
        (r#"{"properties":{"opening_hours":null}}"#, "opening_hours", None),
        (r#"{"properties":{"contact":{"email":"a@b.example"}}}"#, "phone", Some("01255")),
        (r#"{"properties":{"contact":{"phone":null}}}"#, "phone", None),
        (r#"{"properties":{"contact":null}}"#, "phone", None),
    ] {
        assert_eq!(text(&patched(patch).unwrap(), field).as_deref(), want, "{patch}");
    }
    assert_eq!(patched("{}").unwrap(), before);
    let moved = patched(r#"{"geometry":{"type":"Point","coordinates":[1.2,51.8]}}"#).unwrap();
    let pin = moved.feature.position().unwrap();
    assert_eq!((pin.lon().to_string(), pin.lat().to_string()), ("1.2".to_owned(), "51.8".to_owned()));
}

#[test]
fn a_reason_belongs_to_the_status_it_was_given_with() {
    let closed = |reason: &str, until: Option<&str>| Status::TemporarilyClosed {
        reason: reason.into(),
        until: until.map(|until| until.parse().unwrap()),
    };
    let until = Some("2026-07-19T06:00:00Z");
    for (patch, want) in [
        (r#"{"name":"Other"}"#, closed("Burst pipe", until)),
        (r#"{"status":"active"}"#, Status::Active),
        (r#"{"status":null}"#, Status::Active),
        (r#"{"status_until":null}"#, closed("Burst pipe", None)),
        (r#"{"status_reason":"Painting"}"#, closed("Painting", until)),
        (r#"{"status":"closed","status_reason":"Sold"}"#, Status::Closed { reason: "Sold".into() }),
    ] {
        let patch = format!(r#"{{"properties":{patch}}}"#);
        assert_eq!(*patched(&patch).unwrap().feature.status(), want, "{patch}");
    }
}

#[test]
fn what_cannot_be_taken_is_refused_with_where_it_is() {
    for (patch, pointer, cause) in [
        (r#"{"type":"Toilet"}"#, "/type", "expected `Feature`"),
        (r#"{"id":"wc-other"}"#, "/id", "expected `wc-pier`"),
        (r#"{"id":"No!"}"#, "/id", "is not an id"),
        (r#"{"owner":"me"}"#, "", "unknown field `owner`"),
        (r#"{"properties":{"owner":"me"}}"#, "/properties/owner", "is not known here"),
        (r#"{"properties":{"name":"A","name":"B"}}"#, "/properties/name", "is given twice"),
        (r#"{"properties":{"name":null}}"#, "/properties/name", "is missing"),
        (r#"{"properties":{"name":"a\u202eb"}}"#, "/properties/name", "U+202E"),
        (r#"{"properties":{"contact":{"url":"http://x.y"}}}"#, "/properties/contact/url", "https"),
        (r#"{"properties":{"contact":7}}"#, "/properties/contact", "an object"),
        (r#"{"properties":{"radar_key":"yes"}}"#, "/properties/radar_key", "yes or no"),
        (r#"{"properties":{"status":"shut"}}"#, "/properties/status", "expected active"),
        (r#"{"properties":{"status":"closed"}}"#, "/properties/status_reason", "is missing"),
        (r#"{"properties":{"status":7}}"#, "/properties/status", "is not a text"),
        (r#"{"properties":{"status_until":"soon"}}"#, "/properties/status_until", "an instant"),
        (
            r#"{"properties":{"verified_at":"2026-07-18T12:00:01Z"}}"#,
            "/properties/verified_at",
            "yet to come",
        ),
        (r#"{"properties":{"version":4}}"#, "/properties/version", "kept by the server"),
        (
            r#"{"properties":{"created_at":"2020-01-01T00:00:00Z"}}"#,
            "/properties/created_at",
            "kept by the server",
        ),
        (r#"{"properties":{"collection":"beaches"}}"#, "/properties/collection", "kept by the server"),
        (r#"{"properties":{"open_now":false}}"#, "/properties/open_now", "kept by the server"),
        (r#"{"geometry":null}"#, "/geometry", "points"),
        (r#"{"geometry":{"type":"Point","coordinates":[1.2,91]}}"#, "/geometry", "91"),
        (r#"{"geometry":{"type":"Point","coordinates":["a","b"]}}"#, "/geometry", "GeoJSON"),
        (r#"{"geometry":{"type":"LineString","coordinates":[[1,51],[1,52]]}}"#, "/geometry", "LineString"),
    ] {
        let refused = patched(patch).unwrap_err();
        assert_eq!(refused.pointer, pointer, "{patch}: {refused}");
        assert!(refused.cause.contains(cause), "{patch}: {refused}");
    }
}

#[test]
fn a_copy_of_a_feature_as_it_was_answered_changes_nothing() {
    let current = toilet();
    for kept in [
        r#""version":3,"collection":"toilets","open_now":true,"next_change":null,"notices":[]"#,
        r#""created_at":"2026-07-18T12:00:00Z","updated_at":"2026-07-18T12:00:00.000Z""#,
        r#""version":null,"open_now":null"#,
    ] {
        let copy = TOILET.replacen(r#""name""#, &format!(r#"{kept},"name""#), 1);
        let edit = || Edit::read(Collection::Toilets, &copy).unwrap();
        assert_eq!(edit().replace(&current, now()).as_ref(), Ok(&*current.feature), "{kept}");
        assert_eq!(edit().patch(&current, now()).as_ref(), Ok(&*current.feature), "{kept}");
    }
    let untyped = TOILET.replacen(r#""type":"Feature","#, "", 1);
    let edit = || Edit::read(Collection::Toilets, &untyped).unwrap();
    assert_eq!(edit().replace(&current, now()).unwrap_err().pointer, "/type");
    assert_eq!(edit().create(FeatureId::fresh(), Vec::new(), now()).unwrap_err().pointer, "/type");
}
