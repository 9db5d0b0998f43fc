//! What a person sees when the server has started: that it runs, and what to try.
use super::args::DEFAULT_DATABASE;
use super::say;
use crate::app::App;
use crate::clock::shown;
use crate::ids::Collection;
use crate::store::Location;
use std::net::SocketAddr;

pub(super) fn show(app: &App, location: &Location, base: &str, admin: SocketAddr) {
    let snapshot = app.snapshot();
    let facts = &snapshot.area.facts;
    let places: usize =
        Collection::PLACES.map(|collection| snapshot.collection(collection).len()).iter().sum();
    let (lat, lon) = (facts.start.lat(), facts.start.lon());
    let version = env!("CARGO_PKG_VERSION");
    if app.clock().is_rehearsal() {
        let now = shown(app.clock().now());
        say(format_args!(
            "THIS IS A REHEARSAL: THE TIME IS MADE UP. It is {now}, and `promenade clock` moves it."
        ));
    }
    say(format_args!("Promenade {version} serves {}: {places} places from {location}", facts.name));
    let (events, dates) = snapshot.programme().ahead(app.clock().now());
    if 0 < events {
        say(format_args!("On in the next two years: {events} events, on {dates} dates"));
    }
    if !app.roster().has_admin(app.clock().now()) {
        let database = match location {
            Location::Sqlite(_) if location.to_string() == DEFAULT_DATABASE => String::new(),
            Location::Sqlite(_) => format!(" --database {location}"),
            // Its address may hold a password.
            Location::Postgres(_) => " --database URL".to_owned(),
        };
        say("Nobody may change anything over the API yet. This makes the first admin, who gets a token:");
        say(format_args!("  promenade token create{database} --role admin --name 'YOUR NAME'"));
    }
    let mut examples = vec![
        ("what is near the middle of it", format!("{base}/v1/nearby?lat={lat}&lon={lon}")),
        ("toilets open now", format!("{base}/v1/nearby?lat={lat}&lon={lon}&collections=toilets&open=now")),
    ];
    if let Some((postcode, _)) = facts.postcodes.first() {
        let near = postcode.replace(' ', "%20");
        examples.push((
            "car parks near a postcode",
            format!("{base}/v1/nearby?near={near}&collections=car-parks&radius_m=5000"),
        ));
    }
    examples.push(("what is on today", format!("{base}/v1/collections/occurrences/items?when=today")));
    examples.push(("everything, for maps and QGIS", format!("{base}/v1/collections")));
    examples.push(("the contract", format!("{base}/openapi.yaml")));
    examples.push(("figures, not for the public", format!("http://{admin}/metrics")));
    for (what, address) in examples {
        say(format_args!("  {what:<30} {address}"));
    }
}
