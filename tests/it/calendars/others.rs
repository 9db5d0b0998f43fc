//! Calendars that others made, and what an implementation that is not ours makes of them.
use super::{FIXTURES, calendars, differences, origin, python, told};
use promenade::features::Event;
use promenade::formats::ics;
use std::collections::BTreeMap;

/// The years that are compared.
const YEARS: std::ops::Range<i32> = 1990..2036;

/// Where the two differ: the file, the UID, and why.
const EXPLAINED: &[(&str, &str, &str)] = &[
    (
        "event_with_recurrence.ics",
        "19960401T010000 A recurring event with exdates",
        "times without a zone beside an EXDATE in UTC: they take all of it as UTC, we leave the times on the area's wall",
    ),
    (
        "market.ics",
        "walk@town.example",
        "an UNTIL that is a day, of times: we take all of the day, they its midnight",
    ),
    (
        "theatre.ics",
        "late@theatre.example",
        "a time that the clocks skip: COUNT goes on past it, as RFC 5545 says; they show it an hour later, and count it",
    ),
];

#[test]
fn what_recurs_is_on_the_dates_that_others_read() {
    let files = calendars();
    let [from, to] = [YEARS.start, YEARS.end].map(|year| year.to_string());
    let theirs = python(&[&from, &to], &files);
    let mut by_event: BTreeMap<(&str, &str), Vec<&Vec<String>>> = BTreeMap::new();
    let mut unread = Vec::new();
    for line in &theirs {
        match line[1].as_str() {
            "unread" => unread.push(line[0].as_str()),
            uid => by_event.entry((&line[0], uid)).or_default().push(line),
        }
    }
    let (mut compared, mut of_corpus, mut differing) = (0, 0, Vec::new());
    for path in &files {
        let file = path.to_str().unwrap();
        let Ok(content) = ics::read(&std::fs::read(path).unwrap(), &origin()) else { continue };
        for item in &content.items {
            let recurs = Event::of(&item.feature).unwrap().schedule().recurs();
            if !recurs || unread.contains(&file) {
                continue;
            }
            let their = by_event.get(&(file, item.external_id.as_str()));
            let found = differences(&told(&item.feature, YEARS), their.map_or(&[][..], Vec::as_slice));
            compared += 1;
            of_corpus += usize::from(!path.starts_with(FIXTURES));
            let name = path.file_name().unwrap().to_str().unwrap();
            if !found.is_empty()
                && !EXPLAINED.iter().any(|(file, uid, _)| *file == name && *uid == item.external_id)
            {
                let few = &found[..found.len().min(6)];
                differing.push(format!("{name} {}: {} {few:#?}", item.external_id, found.len()));
            }
        }
    }
    assert!(differing.is_empty(), "of {compared}:\n{}", differing.join("\n"));
    assert_eq!(compared - of_corpus, 23, "series of the project's own calendars");
    let has_corpus = std::env::var_os("PROMENADE_CORPUS").is_some();
    assert_eq!(30 < of_corpus, has_corpus, "{of_corpus} series of the corpus");
}
