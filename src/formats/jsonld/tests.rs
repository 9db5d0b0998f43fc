//! Events out, and in again: the same dates, and the documents that others read.
use super::{document, event, list, occurrence};
use crate::catalogue::Item;
use crate::features::field::Value;
use crate::features::schema::{self, event_at as at};
use crate::features::{Event, Occurrence};
use crate::formats::atom;
use crate::formats::feed::{Draft, Origin, jsonld, rpde as rpde_in};
use crate::formats::json::read_fields;
use crate::formats::rpde;
use crate::formats::shown::{EventShown, OrganisationShown, VenueShown};
use crate::hours::Calendar;
use crate::ids::{Collection, FeatureId, Revision, Version};
use crate::spatial::LatLon;
use chrono::{DateTime, NaiveDate};

fn origin() -> Origin {
    Origin { feed: FeatureId::new("x").unwrap(), organisation: None, time_zone: "Europe/London".to_owned() }
}

/// An event of these stored fields, at a position.
fn item(fields: &str) -> Item {
    let table = schema::fields(Collection::Events);
    let fields = format!("{{\"name\":\"Swan Lake\",{fields}}}");
    let fields = read_fields(&fields, table).unwrap();
    let values = (0..table.len()).filter_map(|number| Some((number, fields.get(number)?.clone()))).collect();
    let draft = Draft { values, position: Some(LatLon::new(51.789, 1.153).unwrap()) };
    let feature = origin().item("swan-lake", String::new(), draft).unwrap().feature;
    let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
    Item { feature, version: Version(3), created_at: now, updated_at: now }
}

fn dates(event: Event<'_>, calendar: &Calendar) -> Vec<Occurrence> {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    event.occurrences(calendar, day("2026-01-01")..day("2027-12-31")).occurrences
}

/// What `with` makes of the event, shown with all of its dates.
fn shown<T>(item: &Item, with: impl FnOnce(&EventShown<'_>) -> T) -> T {
    let calendar = Calendar::new("Europe/London", []).unwrap();
    let event = Event::of(&item.feature).unwrap();
    let dates = dates(event, &calendar);
    let next: Vec<(FeatureId, &Occurrence)> =
        dates.iter().map(|date| (event.occurrence_id(date.original), date)).collect();
    with(&EventShown {
        item,
        venue: Some(VenueShown {
            name: "Princes Theatre",
            street: Some("Station Road"),
            town: Some("Clacton-on-Sea"),
            postal_code: Some("CO15 1SE"),
        }),
        position: item.feature.position(),
        url: "https://promenade.example/v1/collections/events/items/swan-lake",
        dates_url: "https://promenade.example/v1/collections/occurrences/items/",
        next: &next,
        organisation: Some(OrganisationShown {
            name: "Princes \"</script>\" Theatre",
            url: "https://promenade.example/v1/collections/events/items?organisation=princes",
        }),
        publisher: OrganisationShown { name: "Tendring", url: "https://promenade.example/v1" },
        country: "GB",
        calendar: &calendar,
    })
}

const SERIES: &[&str] = &[
    r#""schedule":{"starts":"2026-07-18T19:30","ends":"2026-07-18T22:00"},"category":"theatre","price":{"from_pence":1200,"to_pence":2450,"currency":"GBP"},"availability":"limited""#,
    r#""schedule":{"starts":"2026-07-18T19:30"},"category":"tour","free":true"#,
    r#""schedule":{"starts":"2026-07-18","ends":"2026-07-20"},"category":"festival""#,
    r#""schedule":{"starts":"2026-07-18"},"category":"library""#,
    r#""schedule":{"starts":"2026-03-20T19:30","ends":"2026-03-20T22:00","rrule":"FREQ=WEEKLY;BYDAY=FR,SA;UNTIL=20260501"},"category":"music""#,
    r#""schedule":{"starts":"2026-10-02T23:00","ends":"2026-10-03T02:00","rrule":"FREQ=WEEKLY;INTERVAL=2;COUNT=9","exdates":["2026-10-16T23:00"],"rdates":["2026-11-05T18:00"]},"category":"water_sport""#,
    r#""schedule":{"starts":"2026-01-13T10:00","ends":"2026-01-13T11:00","rrule":"FREQ=MONTHLY;BYDAY=2TU"},"category":"talk""#,
    r#""schedule":{"starts":"2026-01-31T10:00","rrule":"FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5"},"category":"market""#,
    r#""schedule":{"starts":"2026-01-31","rrule":"FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5"},"category":"market""#,
    r#""schedule":{"starts":"2026-08-01","ends":"2026-08-04","rrule":"FREQ=YEARLY;COUNT=2"},"category":"festival""#,
    r#""schedule":{"starts":"2026-06-01T09:00","ends":"2026-06-03T17:00","rrule":"FREQ=DAILY;INTERVAL=10;UNTIL=20260901T080000Z"},"category":"other""#,
    r#""schedule":{"starts":"2026-06-01T09:00","rrule":"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=4"},"category":"other""#,
    r#""schedule":{"starts":"2026-06-03T09:00","ends":"2026-06-03T10:00","rrule":"FREQ=WEEKLY;BYDAY=MO;COUNT=4"},"category":"other""#,
    r#""schedule":{"starts":"2026-06-03T09:00","ends":"2026-06-03T10:00","rdates":["2026-06-07T11:00","2026-06-11T09:00"]},"category":"film""#,
    r#""schedule":{"starts":"2026-06-03T09:00","ends":"2026-06-03T10:00","time_zone":"America/New_York","rrule":"FREQ=DAILY;COUNT=3"},"category":"film""#,
    r#""schedule":{"starts":"2026-06-03T09:00","ends":"2026-06-03T10:00","rrule":"FREQ=DAILY;COUNT=6"},"category":"comedy",
       "changes":[{"occurrence":"2026-06-04T09:00","event_status":"cancelled"},
                  {"occurrence":"2026-06-05T09:00","starts":"2026-06-05T20:00","ends":"2026-06-05T21:00"},
                  {"occurrence":"2026-06-06T09:00","event_status":"postponed"},
                  {"occurrence":"2026-06-07T09:00","starts":"2026-06-07T09:00","ends":"2026-06-07T12:00"},
                  {"occurrence":"2026-06-08T09:00","availability":"sold_out"}]"#,
    r#""schedule":{"starts":"2026-07-18T19:30","ends":"2026-07-18T22:00"},"category":"theatre",
       "changes":[{"occurrence":"2026-07-18T19:30","starts":"2026-07-25T20:00","ends":"2026-07-25T22:30"}]"#,
];

/// What others see of a date.
fn seen(dates: &[Occurrence]) -> Vec<String> {
    let one = |date: &Occurrence| {
        let left = match &date.availability {
            Some(Value::Choice(word)) => word,
            _ => "unknown",
        };
        let name = date.status.name();
        format!(
            "{} {:?} {:?} {name} {:?} {left}",
            date.starts_at, date.ends_at, date.all_day, date.previous_start
        )
    };
    dates.iter().map(one).collect()
}

#[test]
fn an_event_that_is_read_back_has_the_same_dates() {
    let calendar = Calendar::new("Europe/London", []).unwrap();
    for series in SERIES {
        let item = item(series);
        let text = shown(&item, |shown| document(&event(shown)));
        let shown_text = String::from_utf8_lossy(&text);
        let content = jsonld::read(&text, &origin()).unwrap_or_else(|note| panic!("{note:?} {shown_text}"));
        assert!(content.refused.is_empty() && content.items.len() == 1, "{content:?} {shown_text}");
        let back = Event::of(&content.items[0].feature).unwrap();
        let was = Event::of(&item.feature).unwrap();
        assert_eq!(seen(&dates(back, &calendar)), seen(&dates(was, &calendar)), "{shown_text}");
        for number in [at::NAME, at::CATEGORY, at::PRICE_FROM, at::PRICE_TO, at::TIME_ZONE] {
            assert_eq!(
                back.feature().fields().get(number),
                was.feature().fields().get(number),
                "{number} {shown_text}"
            );
        }
        // Of what has a price it is known that it is not free.
        let free = was.feature().fields().get(at::FREE);
        assert!(free.is_none() || back.feature().fields().get(at::FREE) == free, "{shown_text}");
        assert_eq!(back.feature().position(), was.feature().position());
        assert_eq!(text, shown(&item, |shown| document(&event(shown))), "the same bytes of the same state");
    }
}

#[test]
fn a_list_of_dates_is_read_back_and_so_is_a_page_of_openactive() {
    let item = item(SERIES[4]);
    let parts: Vec<Vec<u8>> =
        shown(&item, |shown| shown.next.iter().map(|(id, date)| occurrence(shown, id, date)).collect());
    let text = list(parts.iter().map(Vec::as_slice));
    let content = jsonld::read(&text, &origin()).unwrap();
    assert_eq!((content.items.len(), content.refused.len()), (parts.len(), 0), "{:?}", content.refused);

    let data = shown(&item, rpde::data);
    let (id, gone) = (FeatureId::new("swan-lake").unwrap(), FeatureId::new("gone").unwrap());
    let items = [
        rpde::RpdeItem { id: &gone, modified: Revision(7), data: None },
        rpde::RpdeItem { id: &id, modified: Revision(9), data: Some(&data) },
    ];
    let url = "https://promenade.example/v1/feeds/events";
    let licence = "https://creativecommons.org/licenses/by/4.0/";
    let page = rpde_in::read_page(&rpde::page(url, None, &items, licence), &origin(), url).unwrap();
    assert_eq!(page.next, format!("{url}?afterChangeNumber=9"));
    assert_eq!((page.is_last, page.items, page.license.as_deref()), (false, 2, Some(licence)));
    assert_eq!(page.content.removed, ["gone"]);
    assert_eq!(page.content.items[0].external_id, "swan-lake");
    assert_eq!(page.content.refused, []);
    for (after, next) in [(None, url), (Some(Revision(9)), page.next.as_str())] {
        let empty = rpde_in::read_page(&rpde::page(url, after, &[], licence), &origin(), next).unwrap();
        assert_eq!((empty.next.as_str(), empty.is_last), (next, true));
    }
}

#[test]
fn a_document_says_when_in_the_offset_of_that_day() {
    let item = item(SERIES[0]);
    let text = String::from_utf8(shown(&item, |shown| document(&event(shown)))).unwrap();
    for part in [
        r#"{"@context":"https://schema.org/","@type":"TheaterEvent","@id":"https://promenade.example/v1/"#,
        r#""startDate":"2026-07-18T19:30:00+01:00","endDate":"2026-07-18T22:00:00+01:00","eventStatus":"https://schema.org/EventScheduled""#,
        r#""offers":{"@type":"AggregateOffer","lowPrice":12.00,"highPrice":24.50,"priceCurrency":"GBP","availability":"https://schema.org/LimitedAvailability""#,
        r#""address":{"@type":"PostalAddress","streetAddress":"Station Road","addressLocality":"Clacton-on-Sea","addressRegion":"Tendring","postalCode":"CO15 1SE","addressCountry":"GB"},"geo":{"@type":"GeoCoordinates","latitude":51.789,"longitude":1.153}"#,
        r#""organizer":{"@type":"Organization","name":"Princes \"</script>\" Theatre"}"#,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let winter = self::item(r#""schedule":{"starts":"2026-01-18T19:30"},"category":"other""#);
    let text = String::from_utf8(shown(&winter, event)).unwrap();
    assert!(text.contains(r#""startDate":"2026-01-18T19:30:00+00:00""#), "{text}");
}

#[test]
fn a_feed_of_what_was_published_is_atom() {
    let item = item(SERIES[0]);
    let about = atom::About {
        title: "What's <new>",
        url: "https://promenade.example/v1/events.atom?a=1&b=2",
        about_url: "https://promenade.example/v1/collections/events",
        author: "Sandhaven",
        licence_url: "https://example.org/licence",
        updated: item.updated_at,
    };
    let text = String::from_utf8(shown(&item, |shown| atom::feed(&about, [*shown]))).unwrap();
    for part in [
        "<title>What&#39;s &lt;new&gt;</title>",
        "href=\"https://promenade.example/v1/events.atom?a=1&amp;b=2\" type=\"application/atom+xml\"/>",
        "<entry>\n<id>https://promenade.example/v1/collections/events/items/swan-lake</id>",
        "<author><name>Princes &quot;&lt;/script&gt;&quot; Theatre</name></author>",
        "<category term=\"theatre\"/>",
        "<updated>2026-05-28T20:26:40Z</updated>",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
