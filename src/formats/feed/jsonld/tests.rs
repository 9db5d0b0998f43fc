//! Documents as they are found, and what is read from them.
use super::read;
use crate::formats::feed::tests::origin;
use crate::formats::json::fields_document;

/// What is read of the members of an event, besides its id and its name: the fields, and the notes.
fn said(members: &str) -> String {
    let text =
        format!(r#"{{"@context":"http://schema.org","@type":"Event","@id":"x","name":"X",{members}}}"#);
    let content = read(text.as_bytes(), &origin()).unwrap();
    let items =
        content.items.iter().map(|item| format!("{} {}", item.external_id, fields_document(&item.feature)));
    let refused = content.refused.iter().map(|note| format!("! {} {}", note.at, note.what));
    let altered = content.altered.iter().map(|note| format!("~ {} {}", note.at, note.what));
    items.chain(refused).chain(altered).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_document_says_of_an_event_is_taken_or_noted() {
    for (members, wants) in [
        (
            r#""startDate":"2026-07-18","endDate":"2026-07-19""#,
            &[r#"{"starts":"2026-07-18","ends":"2026-07-20"}"#][..],
        ),
        (r#""startDate":"2026-07-18T19:30","duration":"PT90M""#, &[r#""ends":"2026-07-18T21:00""#]),
        (
            r#""startDate":"2026-07-18T19:30","endDate":"2026-07-18T01:00""#,
            &["~ /endDate is before the start"],
        ),
        (r#""startDate":"soon""#, &["! the document startDate `soon` is no date"]),
        (r#""startDate":null"#, &["! the document startDate is missing"]),
        (r#""startDate":"2026-07-18","eventStatus":"EventCancelled""#, &[r#""event_status":"cancelled""#]),
        (r#""startDate":"2026-07-18","eventStatus":"Maybe""#, &["~ /eventStatus `Maybe` is no status"]),
        (
            r#""startDate":"2026-07-25T20:00","previousStartDate":"2026-07-18T19:30","eventStatus":"https://schema.org/EventRescheduled""#,
            &[
                r#""starts":"2026-07-18T19:30"}"#,
                r#""occurrence":"2026-07-18T19:30""#,
                r#""starts":"2026-07-25T20:00""#,
            ],
        ),
        (r#""startDate":"2026-07-18","location":"Town Hall""#, &[r#""venue":{"name":"Town Hall"}"#]),
        (
            r#""startDate":"2026-07-18","location":[{"@type":"VirtualLocation","url":"https://a.example"}]"#,
            &[r#""name":"Online""#],
        ),
        (
            r#""startDate":"2026-07-18","location":[{"name":"A"},{"name":"B"}]"#,
            &[r#""name":"A"}"#, "~ /location/1 is another place"],
        ),
        (
            r#""startDate":"2026-07-18","location":{"name":"A","geo":{"latitude":"91","longitude":0}}"#,
            &["~ /location/geo"],
        ),
        (
            r#""startDate":"2026-07-18","offers":[{"price":"£5.50"},{"price":12,"priceCurrency":"GBP"}]"#,
            &[r#"{"from_pence":550,"to_pence":1200,"currency":"GBP"}"#],
        ),
        (r#""startDate":"2026-07-18","offers":{"price":7}"#, &["~ /offers has prices without priceCurrency"]),
        (
            r#""startDate":"2026-07-18","offers":{"price":7,"priceCurrency":"USD"}"#,
            &["~ /offers/priceCurrency is neither"],
        ),
        (r#""startDate":"2026-07-18","offers":{"price":"free"}"#, &[r#""free":true"#]),
        (
            r#""startDate":"2026-07-18","isAccessibleForFree":true,"offers":{"price":1,"priceCurrency":"GBP"}"#,
            &["~ /isAccessibleForFree", "from_pence"],
        ),
        (r#""startDate":"2026-07-18","image":"https://a.example/x.png""#, &["~ /image has no words"]),
        (
            r#""startDate":"2026-07-18","image":[{"url":"https://a.example/x.png","caption":"A band"}]"#,
            &[r#""alt":"A band""#],
        ),
        (r#""startDate":"2026-07-18","typicalAgeRange":"7-11""#, &[r#""ages":{"from":7,"to":11}"#]),
        (r#""startDate":"2026-07-18","typicalAgeRange":"18+""#, &[r#""ages":{"from":18}"#]),
        (
            r#""startDate":"2026-07-18","description":"<p>Fish &amp; chips</p>""#,
            &[r#""description":"Fish & chips""#, "~ /description has markup"],
        ),
        (r#""startDate":"2026-07-18","keywords":"boats, water sport""#, &[r#""category":"water_sport""#]),
        (
            r#""schema:startDate":"2026-07-18","http://schema.org/url":"https://a.example/""#,
            &[r#""url":"https://a.example/""#],
        ),
        (
            r#""eventSchedule":{"startDate":"2026-07-17","startTime":"10:00","endTime":"01:00","repeatFrequency":"P1W","byDay":"https://schema.org/Saturday","exceptDate":"2026-07-25"}"#,
            &[
                r#"{"starts":"2026-07-18T10:00","ends":"2026-07-19T01:00","rrule":"FREQ=WEEKLY;BYDAY=SA","exdates":["2026-07-25"]}"#,
            ],
        ),
        (
            r#""eventSchedule":{"startDate":"2026-07-17","repeatFrequency":"PT1H"}"#,
            &["! /eventSchedule/0 repeatFrequency `PT1H`"],
        ),
        (
            r#""subEvent":[{"startDate":"2026-07-18T10:00"},{"startDate":"2026-07-19T10:00","eventStatus":"EventCancelled"}]"#,
            &[
                r#""rdates":["2026-07-19T10:00"]"#,
                r#""occurrence":"2026-07-19T10:00","event_status":"cancelled""#,
            ],
        ),
        (
            r#""subEvent":[{"name":"One","startDate":"2026-07-18"},{"name":"Two","startDate":"2026-07-19"}]"#,
            &[
                "x#2026-07-18 {\"name\":\"One\"",
                "x#2026-07-19 {\"name\":\"Two\"",
                "~ the document has subEvents that differ",
            ],
        ),
    ] {
        let found = said(members);
        for want in wants {
            assert!(found.contains(want), "{members}\n{want}\n{found}");
        }
    }
}

#[test]
fn events_are_found_where_documents_have_them() {
    let event = r#"{"@type":["Thing","TheaterEvent"],"name":"X","url":"https://a.example/x","startDate":"2026-07-18"}"#;
    for (text, want) in [
        (format!("[{event}]"), Ok(1)),
        (format!(r#"{{"@context":{{"@vocab":"http://schema.org/"}},"@graph":[{event},{{"@type":"WebSite"}}]}}"#), Ok(1)),
        (format!(r#"{{"@type":"ItemList","itemListElement":[{{"@type":"ListItem","item":{event}}}]}}"#), Ok(1)),
        (format!(r#"{{"@type":"Place","events":[{event}]}}"#), Ok(1)),
        (format!("<p>\n<script type='application/ld+json'>{event}</script><script type='application/ld+json'>{{</script>"), Ok(1)),
        (r#"{"@context":{"s":"https://schema.org/"},"@type":"s:Event","s:name":"X","s:startDate":"2026-07-18"}"#.to_owned(), Ok(1)),
        (r#"{"@type":"ItemList","itemListElement":[]}"#.to_owned(), Ok(0)),
        ("[]".to_owned(), Ok(0)),
        (r#"{"@type":"Person"}"#.to_owned(), Err("has no event: there is Person")),
        (format!(r#"{{"@context":"https://www.w3.org/ns/activitystreams","@graph":[{event}]}}"#), Err("is about other things")),
        ("<html>".to_owned(), Err("is HTML, and has no script")),
        ("{".to_owned(), Err("cannot be read as JSON")),
        ("{} {}".to_owned(), Err("cannot be read as JSON")),
    ] {
        match (read(text.as_bytes(), &origin()), want) {
            (Ok(content), Ok(items)) => assert_eq!(content.items.len(), items, "{text} {content:?}"),
            (Err(note), Err(what)) => assert!(note.what.starts_with(what), "{text} {note:?}"),
            (found, _) => panic!("{text} {found:?}"),
        }
    }
    let dates = format!("[{event},{event},{}]", event.replace("07-18", "07-25"));
    let content = read(dates.as_bytes(), &origin()).unwrap();
    let ids: Vec<&str> = content.items.iter().map(|item| item.external_id.as_str()).collect();
    assert_eq!(
        ids,
        ["https://a.example/x", "https://a.example/x#2026-07-25"],
        "dates that share a page are dates"
    );
}
