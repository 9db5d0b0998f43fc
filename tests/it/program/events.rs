//! Documents of events, by the command line.
use super::{AREA, done, refused, sandhaven};
use crate::support::program::{Server, run};
use std::fs;

#[test]
fn what_cannot_be_taken_in_ends_with_1_and_says_why() {
    let folder = sandhaven();
    fs::write(folder.path().join("whatson.ics"), "no calendar").unwrap();
    fs::write(folder.path().join("whatson.txt"), "no calendar").unwrap();
    fs::write(folder.path().join("latin.ics"), b"caf\xe9").unwrap();
    for beside_a_server in [false, true] {
        let _server = beside_a_server.then(|| Server::start(folder.path(), &["--area", AREA]));
        let import = |arguments: &[&'static str], says: &[&str]| {
            refused(folder.path(), &[&["import", "events"], arguments].concat(), 1, says);
        };
        import(&["nowhere.ics", "--feed", "pier"], &["reading nowhere.ics"]);
        import(&["whatson.ics", "--feed", "pier"], &["whatson.ics: "]);
        import(&["latin.ics", "--feed", "pier"], &["latin.ics: "]);
        import(&["whatson.ics", "--feed", "The Pier"], &["`The Pier`"]);
        import(&["whatson.ics", "--feed", "pier", "--organisation", "The Theatre"], &["`The Theatre`"]);
        import(&["whatson.txt", "--feed", "new"], &["say with --format how it is written"]);
        import(&["http://pier.sandhaven.example/", "--feed", "pier"], &["not with https://"]);
        import(&["https://127.0.0.1/x.ics", "--feed", "pier"], &["`127.0.0.1` is not a name in the DNS"]);
        import(
            &["https://other.example/x.ics", "--feed", "pier"],
            &["no feed of the area is at other.example", "--allow-host other.example"],
        );
    }
    let usage = run(folder.path(), &["import", "events", "whatson.ics"]);
    assert_eq!(usage.code, 2, "{usage:?}");
    let both = run(folder.path(), &["import", "events", "whatson.ics", "--feed", "a", "--whole", "--part"]);
    assert_eq!(both.code, 2, "{both:?}");
}

/// A calendar with a show a night from 1 August 2099 on, and with one that has no beginning.
fn calendar(shows: usize, is_sound: bool) -> String {
    let show = |n: usize| {
        format!(
            "BEGIN:VEVENT\r\nUID:show-{n}\r\nSUMMARY:Show {n}\r\nDTSTART;TZID=Europe/London:209908{:02}T193000\r\nEND:VEVENT\r\n",
            n + 1
        )
    };
    let shows: String = (0..shows).map(show).collect();
    let bad = if is_sound { "" } else { "BEGIN:VEVENT\r\nUID:bad\r\nSUMMARY:Bad\r\nEND:VEVENT\r\n" };
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//test//EN\r\n{shows}{bad}END:VCALENDAR\r\n")
}

#[test]
fn a_calendar_is_taken_in_once_and_what_looks_broken_only_by_force() {
    for beside_a_server in [false, true] {
        let folder = sandhaven();
        let write = |text: &str| fs::write(folder.path().join("whatson.ics"), text).unwrap();
        let server = beside_a_server.then(|| Server::start(folder.path(), &["--area", AREA]));
        let import = ["import", "events", "whatson.ics", "--feed", "pier"];
        let forced = [&import[..], &["--force"]].concat();
        write(&calendar(8, true));
        let said = done(folder.path(), &import);
        assert!(said.starts_with("taken in: 8 events added, 0 changed, 0 archived, 0 unchanged; "), "{said}");
        let said = done(folder.path(), &import);
        assert!(
            said.starts_with("nothing has changed: 0 events added, 0 changed, 0 archived, 8 unchanged; "),
            "{said}"
        );
        write(&calendar(8, false));
        refused(
            folder.path(),
            &import,
            1,
            &["whatson.ics: nothing was taken in", "1 of 9 entries", "--force"],
        );
        let forced_through = run(folder.path(), &forced);
        assert_eq!(forced_through.code, 0, "{forced_through:?}");
        assert!(forced_through.err.contains("refused: whatson.ics: line "), "{forced_through:?}");
        assert!(
            forced_through.out.contains("8 unchanged; ")
                && forced_through.out.contains("1 entries were refused")
        );
        write(&calendar(1, true));
        refused(folder.path(), &import, 1, &["whatson.ics: nothing was taken in", "more than 30 %"]);
        let part = done(folder.path(), &[&import[..], &["--part"]].concat());
        assert!(part.contains("0 archived, 1 unchanged"), "{part}");
        assert!(done(folder.path(), &forced).contains("7 archived, 1 unchanged"));
        if let Some(server) = server {
            let shown = server.body("/v1/collections/events/items?organisation=theatre");
            assert!(shown.contains("Show 0") && !shown.contains("Show 1"), "{shown}");
        }
    }
}
