use super::field::{Field, FieldError, Kind, Value};
use super::*;
use crate::ids::Collection;
use crate::text::TextError;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn toilet(status: Status) -> Feature {
    let table = schema::fields(Collection::Toilets);
    let value = |name: &str, text: &str| {
        let number = schema::number(Collection::Toilets, name).unwrap();
        (number, table[number].kind.text(text).unwrap())
    };
    let fields = Fields::new([
        value("name", "Pier Gap"),
        value("position_quality", "derived"),
        value("source_name", "Tendring"),
        value("source_retrieved_on", "2026-09-10"),
    ]);
    let geometry = Arc::new(Geometry::Point(LatLon::new(51.787, 1.154).unwrap()));
    Feature::new(
        FeatureId::new("wc-pier-gap").unwrap(),
        Collection::Toilets,
        Some(geometry),
        None,
        status,
        fields,
    )
    .unwrap()
}

#[test]
fn every_table_names_each_field_once_and_fits_a_byte() {
    for collection in Collection::ALL {
        let fields = schema::fields(collection);
        assert!(fields.len() < 256);
        for (number, field) in fields.iter().enumerate() {
            assert_eq!(schema::number(collection, field.name), Some(number), "{collection} {}", field.name);
            assert!(field.doc.ends_with('.'), "{collection} {}: a sentence", field.name);
        }
    }
}

#[test]
fn texts_are_read_by_kind() {
    let text = |kind: Kind, text: &str| kind.text(text);
    assert_eq!(text(Kind::Date, "2026-02-28"), Ok(Value::Date("2026-02-28".parse().unwrap())));
    assert_eq!(text(Kind::MonthDay, "02-29"), Ok(Value::Text("02-29".into())));
    assert_eq!(text(Kind::TimeOfDay, "24:00"), Ok(Value::Text("24:00".into())));
    assert_eq!(
        text(Kind::Instant, "2026-07-01T12:00:00+01:00"),
        Ok(Value::Instant(instant("2026-07-01T11:00:00Z")))
    );
    assert_eq!(
        text(Kind::Https, "https://example.org/a?b#c"),
        Ok(Value::Text("https://example.org/a?b#c".into()))
    );
    assert_eq!(text(Kind::Text(3), "abcd"), Err(FieldError::Text(TextError::TooLong { chars: 4, max: 3 })));
    for (kind, bad) in [
        (Kind::Date, "2026-02-29"),
        (Kind::Date, "26-02-28"),
        (Kind::MonthDay, "02-30"),
        (Kind::TimeOfDay, "24:01"),
        (Kind::TimeOfDay, "9:00"),
        (Kind::Instant, "2026-07-01"),
        (Kind::Instant, "9999-12-31T23:59:59-12:00"),
        (Kind::Instant, "1899-12-31T23:59:59Z"),
        (Kind::Date, "2200-01-01"),
        (Kind::Https, "http://example.org"),
        (Kind::Https, "https://user@example.org"),
        (Kind::Https, "https://example.org/\"><script>"),
        (Kind::Https, "https://localhost/"),
        (Kind::Https, "https://example.org/{id}"),
        (Kind::Https, "https://example.org/100%"),
        (Kind::Choice(&["a", "b"]), "c"),
        (Kind::Flag, "yes"),
        (Kind::Whole(0, 9), "5"),
    ] {
        assert!(matches!(kind.text(bad), Err(FieldError::Kind { .. })), "{kind:?} {bad}");
    }
}

#[test]
fn numbers_are_held_against_their_range() {
    assert_eq!(Kind::Whole(0, 9).whole(9), Ok(Value::Whole(9)));
    assert_eq!(Kind::Whole(0, 9).whole(10), Err(FieldError::Range { found: 10.0, low: 0.0, high: 9.0 }));
    assert_eq!(Kind::Decimal(0.5, 20.0).whole(2), Ok(Value::Decimal(2.0)));
    for bad in [f64::NAN, f64::INFINITY, 0.4, 20.1] {
        assert!(matches!(Kind::Decimal(0.5, 20.0).decimal(bad), Err(FieldError::Range { .. })), "{bad}");
    }
    assert!(matches!(Kind::Whole(0, 9).decimal(3.7), Err(FieldError::Kind { .. })));
}

#[test]
fn words_stand_once_and_in_the_order_of_the_list() {
    let kind = Kind::Choices(&["cash", "card", "app"]);
    assert_eq!(kind.words(["app", "cash", "app"]), Ok(Value::Choices(["cash", "app"].into())));
    assert!(kind.words(["gold"]).is_err());
}

#[test]
fn a_quoted_value_in_an_error_is_cut_at_80_characters() {
    let FieldError::Kind { found, .. } = Kind::Flag.mismatch("é".repeat(1000)) else { panic!("a mismatch") };
    assert_eq!(found.chars().count(), 81);
}

#[test]
fn a_place_without_a_required_field_is_refused() {
    let geometry = Arc::new(Geometry::Point(LatLon::new(0.0, 0.0).unwrap()));
    let refused = Feature::new(
        FeatureId::new("x").unwrap(),
        Collection::Toilets,
        Some(geometry),
        None,
        Status::Active,
        Fields::default(),
    );
    assert_eq!(refused, Err(FeatureError::Missing("name")));
}

#[test]
fn a_picture_needs_words() {
    let place = toilet(Status::Active);
    let table: &[Field] = schema::fields(Collection::Toilets);
    let mut given: Vec<_> =
        (0..table.len()).filter_map(|number| Some((number, place.fields().get(number)?.clone()))).collect();
    given.push((at::IMAGE_URL, Value::Text("https://example.org/a.jpg".into())));
    let refused = Feature::new(
        place.id().clone(),
        Collection::Toilets,
        place.geometry().cloned(),
        None,
        Status::Active,
        Fields::new(given),
    );
    assert_eq!(refused, Err(FeatureError::ImageWithoutText));
}

#[test]
fn a_closure_beats_the_hours_until_its_time_is_up() {
    let until = instant("2026-07-18T12:00:00Z");
    let shut = toilet(Status::TemporarilyClosed { reason: "burst pipe".into(), until: Some(until) });
    let open = || Some(State { open: Some(true), until: None });
    let before = shut.openness(instant("2026-07-18T11:59:59.999Z"), open);
    assert_eq!(before, Openness { open: Some(false), until: Some(until) });
    assert_eq!(shut.openness(until, open), Openness { open: Some(true), until: None });
    let gone = toilet(Status::Closed { reason: "since 2018".into() });
    assert_eq!(gone.openness(until, open), Openness { open: Some(false), until: None });
    assert_eq!(toilet(Status::Active).openness(until, || None), Openness { open: None, until: None });
}

#[test]
fn a_status_is_made_of_three_members_that_agree() {
    let until = Some(instant("2026-07-18T12:00:00Z"));
    for status in [
        Status::Active,
        Status::TemporarilyClosed { reason: "x".into(), until },
        Status::TemporarilyClosed { reason: "x".into(), until: None },
        Status::Closed { reason: "x".into() },
    ] {
        let parts = Status::from_parts(status.name(), status.reason().map(Into::into), status.until());
        assert_eq!(parts, Ok(status));
    }
    assert_eq!(Status::from_parts("closed", None, None), Err(StatusError::ReasonMissing));
    assert_eq!(Status::from_parts("active", Some("x".into()), None), Err(StatusError::ReasonWithoutClosure));
    assert_eq!(Status::from_parts("closed", Some("x".into()), until), Err(StatusError::UntilWithoutEnd));
    assert_eq!(Status::from_parts("shut", None, None), Err(StatusError::Unknown("shut".into())));
}
