//! Every document of the corpus, through the door: each of its entries is an event afterwards, or somebody is told why not.
//!
//! What a calendar's entries are is found here line by line, with nothing of the readers'.
use super::*;
use crate::support::{SANDHAVEN, services};
use promenade::catalogue::FeedFormat;
use promenade::formats::feed::{format_of, read as read_document};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// A VEVENT of a calendar, as its lines have it.
struct Entry {
    uid: Option<String>,
    lines: RangeInclusive<usize>,
}

/// The VEVENTs of a calendar; what is within one belongs to it.
fn entries(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes);
    // Lines that were folded, at the number of the first; some stand empty in between.
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (n, line) in (1..)
        .zip(text.split('\n').map(|line| line.trim_end_matches('\r')))
        .filter(|(_, line)| !line.is_empty())
    {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            (_, _) => lines.push((n, line.to_owned())),
        }
    }
    let (mut found, mut open): (Vec<Entry>, Option<Entry>) = (Vec::new(), None);
    for (n, line) in lines {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let name = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
        match (&*name, value.trim().eq_ignore_ascii_case("VEVENT"), &mut open) {
            ("BEGIN", true, _) => open = Some(Entry { uid: None, lines: n..=n }),
            ("END", true, _) => {
                found.extend(open.take().map(|entry| Entry { lines: *entry.lines.start()..=n, ..entry }));
            }
            ("UID", _, Some(entry)) => drop(entry.uid.get_or_insert(value.trim().to_owned())),
            (_, _, _) => {}
        }
    }
    found
}

/// The lines that a note names: where it stands, and those in its words.
fn lines_of(note: &FeedNote) -> BTreeSet<usize> {
    let said = format!("{} {}", note.at, note.what);
    let numbers = said.match_indices("line ").map(|(at, word)| &said[at + word.len()..]);
    numbers.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

/// Every file of the folder and those in it, by name.
fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path);
        }
    }
    into.sort();
}

#[expect(clippy::print_stdout, reason = "what the corpus came to is worth a line")]
#[tokio::test]
async fn every_entry_of_the_corpus_is_an_event_afterwards_or_named_in_a_note() {
    let Ok(corpus) = std::env::var("PROMENADE_CORPUS") else { return };
    let mut all = Vec::new();
    files(Path::new(&corpus), &mut all);
    // One database is enough: what is asked is what becomes of a document.
    let service = services(SANDHAVEN, NOON).await.remove(0);
    let (mut read, mut whole, mut events, mut lost) = (0, 0, 0, Vec::new());
    for (number, path) in all.iter().enumerate() {
        let name = path.strip_prefix(&corpus).unwrap().display();
        let bytes = std::fs::read(path).unwrap();
        let Some(format) = format_of(&bytes, None) else { continue };
        let id = FeatureId::new(&format!("corpus-{number}")).unwrap();
        let source = FeedSource { id, format, ..source(&service) };
        let content = match read_document(format, &bytes, &origin(&source)) {
            Ok(content) => content,
            Err(note) => {
                assert!(!note.at.is_empty() && !note.what.is_empty(), "{name}: {note:?}");
                whole += 1;
                continue;
            }
        };
        read += 1;
        let said = [&content.refused[..], &content.altered].concat();
        assert!(said.iter().all(|note| !note.at.is_empty() && !note.what.is_empty()), "{name}: {said:?}");
        let came: BTreeSet<&str> = content.items.iter().map(|item| &*item.external_id).collect();
        if format == FeedFormat::Ics {
            // A date whose series is not there is an event by itself, known by the UID and its RECURRENCE-ID.
            let has = |uid: &str| {
                came.iter().any(|id| {
                    id.strip_prefix(uid).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
                })
            };
            let told: BTreeSet<usize> = said.iter().flat_map(lines_of).collect();
            for entry in entries(&bytes) {
                let is_in = entry.uid.as_deref().is_some_and(has);
                let is_told = told.range(entry.lines.clone()).next().is_some();
                if !is_in && !is_told {
                    lost.push(format!("{name}: lines {:?} of {:?}: {said:?}", entry.lines, entry.uid));
                }
            }
        } else {
            let is_something = !content.items.is_empty() || !content.removed.is_empty() || !said.is_empty();
            assert!(is_something, "{name}: nothing comes of it, and nothing is said");
        }

        let whole = TakeInFeed { forced: true, ..take(&source, &service, content.clone()) };
        let outcome = asked(&service, FeedCommand::TakeIn(whole)).await.unwrap();
        let FeedOutcome::Taken { taken, notes } = outcome else { panic!("{name}: {outcome:?}") };
        let mut reading = service.store.read().await.unwrap();
        let mut missing = Vec::new();
        for item in &content.items {
            let id = item.feature.id();
            match reading.feature(Collection::Events, id).await.unwrap() {
                Some(stored) => assert_eq!(stored.feature.name(), item.feature.name(), "{name}: {id}"),
                None => missing.push(item),
            }
        }
        reading.close().await.unwrap();
        for item in &missing {
            assert!(notes.iter().any(|note| note.at == item.at), "{name}: {} is lost: {notes:?}", item.at);
        }
        let came = content.items.len() - missing.len();
        assert_eq!(usize::try_from(taken.added).unwrap(), came, "{name}: {taken:?}");
        events += came;
    }
    assert!(lost.is_empty(), "{lost:#?}");
    println!("{read} documents came to {events} events; {whole} were refused as a whole");
    assert!(100 < read && 100 < events, "{read} documents, {events} events");
}
