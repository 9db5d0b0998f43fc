//! What `area.toml` says of feeds, and each mistake in it.
use crate::support::{SANDHAVEN, area_folder, files};
use chrono::TimeDelta;
use promenade::catalogue::FeedFormat;
use promenade::formats::area;

#[test]
fn the_manifest_names_the_feeds() {
    let facts = area_folder(SANDHAVEN).facts;
    let [pier, town] = &facts.feeds[..] else { panic!("{:?}", facts.feeds) };
    assert_eq!((pier.id.as_str(), pier.format), ("pier", FeedFormat::Ics));
    assert_eq!(pier.address.as_ref().unwrap().host(), "pier.sandhaven.example");
    assert_eq!(pier.every, TimeDelta::minutes(60));
    assert_eq!((town.address.as_ref(), town.organisation.as_ref()), (None, None));
}

#[test]
fn each_mistake_is_found_and_named() {
    let given = files(SANDHAVEN);
    let text = String::from_utf8(given["area.toml"].clone()).unwrap();
    let url = "url = \"https://pier.sandhaven.example/whatson.ics\"";
    for (from, to, field, what) in [
        ("id = \"pier\"", "id = \"Pier\"", "feeds.id", "`Pier` is not a slug"),
        (
            "id = \"pier\"",
            "id = \"a-slug-that-is-far-too-long-for-its-events\"",
            "feeds.id",
            "at most 31 characters",
        ),
        ("id = \"pier\"", "id = \"town\"", "feeds.id", "`town` stands twice"),
        ("What is on at the pier", " ", "feeds.name", "of `pier`"),
        (url, "url = \"http://pier.sandhaven.example/\"", "feeds.url", "not with https://"),
        (url, "url = \"https://10.0.0.1/whatson.ics\"", "feeds.url", "`10.0.0.1` is not a name"),
        (url, "url = \"https://[::1]/whatson.ics\"", "feeds.url", "is not a name"),
        (url, "url = \"https://me@pier.sandhaven.example/\"", "feeds.url", "user information"),
        (url, "url = \"https://pier.sandhaven.example:22/\"", "feeds.url", "the port `22`"),
        (url, "url = \"https://pier.sandhaven.example/#a\"", "feeds.url", "fragment"),
        (url, "", "feeds.every_minutes", "feeds with a url alone"),
        ("format = \"ics\"", "format = \"rss\"", "feeds.format", "`rss` is no format"),
        (
            "organisation = \"theatre\"",
            "organisation = \"The Theatre\"",
            "feeds.organisation",
            "`The Theatre`",
        ),
        ("every_minutes = 60", "every_minutes = 4", "feeds.every_minutes", "out of range"),
        ("every_minutes = 60", "every_minutes = 10081", "feeds.every_minutes", "out of range"),
        ("every_minutes = 60\n", "", "feeds.every_minutes", "is missing"),
        ("60\nattribution = \"invented\"", "60\nattribution = \"unheard\"", "feeds.attribution", "`unheard`"),
        ("every_minutes = 60", "every_minutes = 60\nevery = 1", "", "unknown field `every`"),
    ] {
        assert!(text.contains(from), "{from}");
        let mut files = given.clone();
        files.insert("area.toml".to_owned(), text.replacen(from, to, 1).into_bytes());
        let (folder, findings) = area::read(files);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(folder.is_none(), "{to}");
        let is = |line: &String| line.contains(field) && line.contains(what);
        assert!(lines.iter().any(is), "{to}: {lines:?}");
    }
}
