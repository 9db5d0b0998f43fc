//! Places such as nobody would make up.
use chrono::DateTime;
use promenade::features::field::{Field, Kind, Value};
use promenade::features::schema::{self, at, beach_at};
use promenade::features::{Feature, Fields, Status};
use promenade::formats::geojson::read_geometry;
use promenade::ids::{Collection, FeatureId};
use promenade::spatial::{Geometry, LatLon};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::sync::Arc;

/// Any value that `kind` takes.
fn value(kind: Kind) -> BoxedStrategy<Value> {
    let text = move |pattern: &str| {
        let pattern = pattern.to_owned();
        proptest::string::string_regex(&pattern)
            .unwrap()
            .prop_filter_map("taken as text", move |text| kind.text(&text).ok())
            .boxed()
    };
    match kind {
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Whole(low, high) => (low..=high).prop_map(Value::Whole).boxed(),
        Kind::Decimal(low, high) => (low..=high).prop_map(Value::Decimal).boxed(),
        Kind::Text(_) | Kind::Hours => text("[ -~\n\"',;#\u{A0}é\u{301}—🐟\\PC]{1,12}"),
        Kind::Https => text("https://[a-z]{1,8}\\.example(/[!-~]{0,9})?"),
        Kind::Date => text("20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])"),
        Kind::MonthDay => text("(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])"),
        Kind::TimeOfDay => text("([01][0-9]|2[0-3]):[0-5][0-9]|24:00"),
        Kind::Instant => (0_i64..4_000_000_000_000)
            .prop_map(|ms| Value::Instant(DateTime::from_timestamp_millis(ms).unwrap()))
            .boxed(),
        Kind::Id => text("[a-z][a-z0-9-]{0,9}[a-z0-9]"),
        Kind::Wall => text("20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])(T([01][0-9]|2[0-3]):[0-5][0-9])?"),
        Kind::Walls => vec("20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])", 1..4)
            .prop_map(move |walls| kind.words(walls.iter().map(String::as_str)).unwrap())
            .boxed(),
        Kind::Choice(words) => select(words).prop_map(Value::Choice).boxed(),
        Kind::Choices(words) => {
            subsequence(words, 1..=words.len()).prop_map(|words| Value::Choices(words.into())).boxed()
        }
        Kind::Records(table) => {
            vec(values(table), 1..4).prop_map(|records| Value::Records(records.into())).boxed()
        }
    }
}

/// Any values that `table` takes, the required ones always.
fn values(table: &'static [Field]) -> BoxedStrategy<Fields> {
    let one = |field: &Field| {
        let value = value(field.kind);
        if field.required { value.prop_map(Some).boxed() } else { option::of(value).boxed() }
    };
    let all: Vec<_> = table.iter().map(one).collect();
    all.prop_map(|all| Fields::new(all.into_iter().enumerate().filter_map(|(n, value)| Some((n, value?)))))
        .boxed()
}

fn status() -> impl Strategy<Value = Status> {
    let reason = || {
        value(Kind::Text(500)).prop_map(|value| {
            let Value::Text(reason) = value else { unreachable!("text is text") };
            reason
        })
    };
    let until =
        option::of((0_i64..4_000_000_000_000).prop_map(|ms| DateTime::from_timestamp_millis(ms).unwrap()));
    prop_oneof![
        Just(Status::Active),
        (reason(), until).prop_map(|(reason, until)| Status::TemporarilyClosed { reason, until }),
        reason().prop_map(|reason| Status::Closed { reason }),
    ]
}

/// Any profile of a beach: its high water is over its low water.
fn profile() -> impl Strategy<Value = [(usize, Value); 6]> {
    let table = &schema::fields(Collection::Beaches)[beach_at::LOW_HEIGHT_M..=beach_at::PROFILE_METHOD];
    let [area, quality, method] = [1, 4, 5].map(|n| table[n].kind);
    (-100.0_f64..0.0, 0.01_f64..100.0, value(area), value(area), value(quality), value(method)).prop_map(
        |(low, over, low_area, high_area, quality, method)| {
            let values =
                [Value::Decimal(low), low_area, Value::Decimal(low + over), high_area, quality, method];
            let mut numbers = beach_at::LOW_HEIGHT_M..;
            values.map(|value| (numbers.next().unwrap(), value))
        },
    )
}

/// Any place in Sandhaven.
pub fn place() -> impl Strategy<Value = Arc<Feature>> {
    let ids = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?";
    let near = (54.60_f64..54.62, -3.46_f64..-3.44, 0.0001_f64..0.01);
    let in_collection = |collection| (Just(collection), values(schema::fields(collection)));
    (ids, select(&Collection::PLACES[..]).prop_flat_map(in_collection), near, status(), any::<bool>(), option::of(profile())).prop_map(
        |(id, (collection, fields), (lat, lon, size), status, pinned, profile)| {
            // What the area or another field decides: an attribution it knows, a picture with its text, a profile.
            let numbers = 0..schema::fields(collection).len();
            let own = numbers.filter_map(|n| match n {
                at::SOURCE_ATTRIBUTION => Some((n, Value::Text("invented".into()))),
                at::IMAGE_URL => fields.get(at::IMAGE_ALT).and(fields.get(n)).cloned().map(|url| (n, url)),
                beach_at::LOW_HEIGHT_M..=beach_at::PROFILE_METHOD if collection == Collection::Beaches => None,
                _ => Some((n, fields.get(n)?.clone())),
            });
            let fields = Fields::new(own.chain(profile.filter(|_| collection == Collection::Beaches).into_iter().flatten()));
            let geometry = if collection == Collection::Beaches {
                let (south, west, north, east) = (lat, lon, lat + size, lon + size);
                read_geometry(&format!(
                    r#"{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{south}]]]}}"#
                ))
                .unwrap()
            } else {
                Geometry::Point(LatLon::new(lat, lon).unwrap())
            };
            let shape = matches!(geometry, Geometry::Area(_));
            let pin = (shape && pinned).then(|| LatLon::new(lat, lon + size / 3.0).unwrap());
            let id = FeatureId::new(&id).unwrap();
            Arc::new(Feature::new(id, collection, Some(Arc::new(geometry)), pin, status, fields).unwrap())
        },
    )
}
