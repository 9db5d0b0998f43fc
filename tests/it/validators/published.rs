//! What was just published, by a reader of feeds that is not ours.
use super::*;
use std::collections::BTreeSet;

#[test]
fn the_feed_of_what_was_published_is_read_by_others_as_it_is_meant() {
    let stage = Stage::set();
    let read: Value =
        serde_json::from_str(&said_by_python("published.py", &[stage.url("/v1/events.atom")])).unwrap();
    assert_eq!((&read["version"], &read["encoding"]), (&json!("atom10"), &json!("utf-8")), "{read}");
    assert_eq!(read["missing"], json!([]));
    assert_eq!((&read["title"], &read["author"]), (&json!("What is on in Sandhaven"), &json!("Sandhaven")));
    assert_eq!(read["links"]["self"], stage.url("/v1/events.atom"));
    let entries = read["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 50);
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), entries.len(), "each has an id of its own");
    let last: Vec<&str> = entries.iter().map(|entry| entry["published"].as_str().unwrap()).collect();
    assert!(last.is_sorted_by(|a, b| b <= a), "{last:?}");
    let named = |id: &str| entries.iter().find(|entry| entry["id"].as_str().unwrap().ends_with(id));
    let everything = named("/everything").unwrap();
    assert_eq!(everything["title"], "What is called everything & 1 < 2");
    assert_eq!(everything["summary"], "Sat 1 August 2026, 19:30\nA comedy.", "its next date, and what it is");
    assert_eq!(everything["author"], "Lantern & Friends");
    assert_eq!(everything["tags"], json!(["theatre"]));
    for hidden in ["/put-away", "/not-yet"] {
        assert_eq!(named(hidden), None, "{hidden}");
    }
}
