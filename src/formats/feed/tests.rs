//! Documents of every notation: none makes a reader panic, and those of the corpus are read or refused with a reason.
use super::{Origin, format_of, read, rpde, table};
use crate::catalogue::{FeedContent, FeedFormat};
use crate::features::schema::event_at as at;
use crate::ids::FeatureId;
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

pub(in crate::formats::feed) fn origin() -> Origin {
    Origin {
        feed: FeatureId::new("theatre").unwrap(),
        organisation: None,
        time_zone: "Europe/London".to_owned(),
    }
}

fn notes(content: &FeedContent) -> Vec<String> {
    let refused = content.refused.iter().map(|note| format!("! {}: {}", note.at, note.what));
    let altered = content.altered.iter().map(|note| format!("~ {}: {}", note.at, note.what));
    refused.chain(altered).collect()
}

const DOCUMENTS: [&str; 4] = [
    r#"{"@context":"https://schema.org","@graph":[{"@type":"MusicEvent","@id":"1","name":"A <b>band</b>","startDate":"2026-07-18T19:30+01:00","endDate":"2026-07-18","location":{"@type":"Place","name":"Hall","address":"1 Street","geo":{"latitude":"51.8","longitude":1.1}},"offers":[{"price":"£5","availability":"InStock"}],"eventSchedule":{"@type":"Schedule","startDate":"2026-07-18","startTime":"19:30","repeatFrequency":"P1W","byDay":["Saturday","2MO"],"exceptDate":"2026-07-25","endDate":"2026-12-01","repeatCount":9},"subEvent":[{"startDate":"2026-07-18T19:30","eventStatus":"EventRescheduled","previousStartDate":"2026-07-11"},{"@id":"2"}],"typicalAgeRange":"7-11","image":{"url":"https://a.example/x.jpg","caption":"x"}}]}"#,
    r#"{"next":"https://a.example/?a=1","license":"https://a.example/l","items":[{"state":"updated","kind":"ScheduledSession","id":7,"modified":1,"data":{"@type":"ScheduledSession","superEvent":{"@type":"SessionSeries","name":"Yoga"},"startDate":"2026-07-18T18:30:00Z","duration":"PT1H"}},{"state":"deleted","kind":"Event","id":"8","modified":2}]}"#,
    "id,name,starts,ends,rrule,lat,lon,price_from_pence,price_currency\n1,Fair,2026-07-18,2026-07-20,FREQ=YEARLY,51.8,1.1,500,GBP\n",
    "<html><script type=\"application/ld+json\">{\"@type\":\"Event\",\"name\":\"x\",\"startDate\":\"2026-07-18\"}</script>",
];

#[test]
fn rows_of_a_table_are_events_or_refused_with_line_and_column() {
    let text = "id,name,starts,lat,lon,free,publication,colour\n\
        a,\"Fair,\nin the square\",2026-07-18,51.8,1.1,yes,draft,red\n\
        b,,2026-07-18,,,,,\n\
        c,Play,tomorrow,,,,,\n\
        d,Play,2026-07-18T19:30,51.8,,,,\n\
        ,Play,2026-07-18,,,,,\n\
        a,Another,2026-07-18,,,,,\n\
        e,Short\n";
    let content = table::read(text.as_bytes(), &origin()).unwrap();
    let items: Vec<&str> = content.items.iter().map(|item| item.external_id.as_str()).collect();
    assert_eq!(items, ["a"]);
    assert_eq!(content.items[0].feature.fields().text(at::PUBLICATION), Some("published"));
    let notes = notes(&content);
    for want in [
        "! line 4: name is missing",
        "! line 5, column starts: `tomorrow` is not a day",
        "! line 6, column lat: give lat and lon",
        "! line 7, column id: is missing",
        "! line 8: has the id `a` of line 2",
        "! line 9: has 2 cells",
        "~ line 1, column colour: is not a column",
        "~ line 1, column publication: is the feed's to say",
    ] {
        assert!(notes.iter().any(|note| note.starts_with(want)), "{want}: {notes:#?}");
    }
    for (text, want) in [
        ("id,name\n", "is missing among the columns"),
        ("id;name;starts\n", "has semicolons"),
        ("<html>", "is HTML"),
        ("", "is missing among the columns"),
    ] {
        let note = table::read(text.as_bytes(), &origin()).unwrap_err();
        assert!(note.what.contains(want), "{note:?}");
    }
}

#[test]
fn a_page_says_what_follows_and_what_is_gone() {
    let page = rpde::read_page(DOCUMENTS[1].as_bytes(), &origin(), "https://a.example/").unwrap();
    assert_eq!((page.items, page.is_last, page.content.removed.len()), (2, false, 1));
    assert_eq!(page.content.items[0].external_id, "7");
    assert_eq!(page.content.items[0].feature.name(), "Yoga");
    let same = rpde::read_page(DOCUMENTS[1].as_bytes(), &origin(), "https://a.example/?a=1").unwrap();
    assert!(same.is_last, "a page that names itself is asked for once");
    for (text, at) in [
        ("{}", "/next"),
        (r#"{"next":"","items":[]}"#, "/next"),
        (r#"{"next":"https://a.example","items":{}}"#, "/items"),
        ("[]", "the document"),
        ("<html>", "the document"),
        (r#"{"next":"https://a.example","items":["#, "the document"),
    ] {
        assert_eq!(rpde::read_page(text.as_bytes(), &origin(), "").unwrap_err().at, at, "{text}");
    }
    let text = r#"{"next":"https://a.example","items":[1,{"id":"a"},{"id":"b","state":"updated"},
        {"id":"c","state":"gone"},{"id":"d","state":"updated","data":{"@type":"Slot"},"kind":"Slot"},
        {"id":"e","state":"updated","data":{"@type":"ScheduledSession","superEvent":"https://x","startDate":"2026-07-18"}},
        {"id":"f","state":"deleted"},{"id":"f","state":"updated","data":{"@type":"Event","name":"F","startDate":"2026-07-18"}}]}"#;
    let page = rpde::read_page(text.as_bytes(), &origin(), "").unwrap();
    assert_eq!(page.content.refused.len(), 6, "{:#?}", page.content.refused);
    let of_another = page.content.refused.iter().find(|note| note.at.ends_with("/data/superEvent")).unwrap();
    assert!(
        of_another.what.starts_with("the event above it (https://x) is in another page or feed, "),
        "{of_another:?}"
    );
    assert_eq!((page.content.items.len(), page.content.removed.len()), (1, 0), "the later of two holds");
}

#[test]
fn documents_that_are_too_much_are_refused_at_once() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let wide = format!("[{}1]", "1,".repeat(4_000_000));
    let big = vec![b' '; super::MAX_BYTES + 1];
    for format in [FeedFormat::JsonLd, FeedFormat::Rpde] {
        for bytes in [deep.as_bytes(), wide.as_bytes(), &big] {
            assert!(read(format, bytes, &origin()).is_err());
        }
    }
    let events = (0..super::MAX_ITEMS + 5).fold("[".to_owned(), |mut all, number| {
        write!(all, r#"{{"@type":"Event","@id":"{number}","name":"x","startDate":"2026-07-18"}},"#).unwrap();
        all
    });
    let content = read(FeedFormat::JsonLd, format!("{events}1]").as_bytes(), &origin()).unwrap();
    assert_eq!((content.items.len(), content.refused.len()), (super::MAX_ITEMS, 1));
    let bad = "x,".repeat(3_000);
    let bad = format!(
        "[{}{{\"@type\":\"Event\",\"@id\":\"a\"}}]",
        bad.replace('x', r#"{"@type":"Event","@id":"a"}"#)
    );
    let content = read(FeedFormat::JsonLd, bad.as_bytes(), &origin()).unwrap();
    assert_eq!(content.refused.len(), super::MAX_NOTES);
    assert!(content.refused.last().unwrap().what.contains("2002 more"), "{:?}", content.refused.last());
}

#[test]
fn rules_that_are_searched_in_vain_use_up_what_one_document_may_ask() {
    let never = r#"{"@type":"Schedule","startDate":"2026-07-18","startTime":"19:30","repeatFrequency":"P1Y","byMonth":2,"byMonthDay":30}"#;
    let event = |id: usize| {
        format!(
            r#"{{"@type":"Event","@id":"{id}","name":"x","startDate":"2026-07-18","eventSchedule":{never}}}"#
        )
    };
    let events: Vec<String> = (0..500).map(event).collect();
    let content = read(FeedFormat::JsonLd, format!("[{}]", events.join(",")).as_bytes(), &origin()).unwrap();
    let notes = notes(&content);
    let out = notes.iter().filter(|note| note.contains("as a whole take too long")).count();
    assert!(
        content.items.is_empty() && 400 < out && out < 500,
        "{out} of {}: {:?}",
        notes.len(),
        notes.first()
    );
}

#[test]
fn every_document_of_the_corpus_is_read_or_refused_with_a_reason() {
    let Ok(corpus) = std::env::var("PROMENADE_CORPUS") else { return };
    let mut files = 0;
    for folder in ["jsonld", "openactive/data_models"] {
        for entry in std::fs::read_dir(Path::new(&corpus).join(folder)).unwrap() {
            let (path, mut said) = (entry.unwrap().path(), 0);
            let bytes = std::fs::read(&path).unwrap();
            let format = format_of(&bytes, None).unwrap();
            match read(format, &bytes, &origin()) {
                Ok(content) => {
                    said += content.items.len() + content.refused.len() + content.removed.len();
                    assert!(
                        0 < said || content.altered.iter().any(|note| note.what.contains("series")),
                        "{}",
                        path.display()
                    );
                    assert!(content.refused.iter().all(|note| !note.at.is_empty() && !note.what.is_empty()));
                }
                Err(note) => assert!(!note.at.is_empty() && !note.what.is_empty(), "{}", path.display()),
            }
            files += 1;
        }
    }
    assert!(30 < files, "{files}");
}

#[test]
fn each_item_of_a_full_page_is_an_event() {
    let items: Vec<String> = (0..1_000)
        .map(|id| {
            let data = r#"{"@type":"Event","name":"Fair","startDate":"2026-07-18T19:30","duration":"PT2H"}"#;
            format!(r#"{{"state":"updated","kind":"Event","id":{id},"modified":{id},"data":{data}}}"#)
        })
        .collect();
    let page = format!(r#"{{"next":"https://a.example/?after=999","items":[{}]}}"#, items.join(","));
    let read = rpde::read_page(page.as_bytes(), &origin(), "https://a.example/").unwrap();
    assert_eq!((read.content.items.len(), read.items, read.is_last), (1_000, 1_000, false));
    assert_eq!((read.content.refused, read.content.altered), (Vec::new(), Vec::new()));
    assert_eq!(read.content.items[999].external_id, "999");
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0..4_usize) {
        let _ = format_of(&bytes, None);
        let _ = read(FeedFormat::ALL[which], &bytes, &origin());
    }

    #[test]
    fn no_change_of_a_document_makes_a_reader_panic(
        which in 0..DOCUMENTS.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
        words in proptest::collection::vec("(2026-[01][0-9]-[0-3][0-9]|é|-|P9999D|\\[\\]|null|9e99|\"x\")", 0..3),
    ) {
        let mut bytes = DOCUMENTS[which].as_bytes().to_vec();
        for (index, byte, how) in changes {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                _ => for word in &words { bytes.splice(at..at, word.bytes()); },
            }
            if bytes.is_empty() {
                break;
            }
        }
        let _ = format_of(&bytes, None);
        for format in FeedFormat::ALL {
            let _ = read(format, &bytes, &origin());
        }
    }
}
