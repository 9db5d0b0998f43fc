//! Documents of events, by the command line.
use super::{AREA, refused, sandhaven};
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
