//! Which of our kinds of events others mean by their words for them. Both ways: what is written is read as it was.
use crate::text;

/// The kind that `word` means, whatever its case; none when it may mean anything.
pub(super) fn named(word: &str) -> Option<&'static str> {
    // No word of these is longer, however often it may be folded.
    if 60 < word.len() {
        return None;
    }
    let word = text::folded(word);
    KINDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(kind, _)| *kind)
}

/// How `kind` is written for people.
pub(super) fn written(kind: &str) -> String {
    let mut words = kind.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Each kind but `other`, with the words for it, folded.
const KINDS: &[(&str, &[&str])] = &[
    ("comedy", &["comedy", "stand up", "stand up comedy", "improv"]),
    ("community", &["community", "charity", "fundraiser", "fundraising", "volunteering", "coffee morning"]),
    ("exhibition", &["exhibition", "exhibitions", "art", "arts", "gallery", "museum", "visual arts"]),
    ("family", &["family", "families", "children", "kids", "childrens", "family friendly", "half term"]),
    ("festival", &["festival", "festivals", "carnival", "fete", "fair", "fireworks", "parade"]),
    ("film", &["film", "films", "cinema", "movie", "movies", "screening"]),
    ("library", &["library", "libraries", "mobile library"]),
    ("market", &["market", "markets", "car boot", "car boot sale", "craft fair", "farmers market"]),
    ("music", &["music", "live music", "concert", "concerts", "gig", "gigs", "opera", "choir", "jazz"]),
    ("sport", &["sport", "sports", "running", "run", "cycling", "football", "cricket", "golf", "tennis"]),
    ("talk", &["talk", "talks", "lecture", "lectures", "workshop", "workshops", "author talk"]),
    (
        "theatre",
        &[
            "theatre",
            "theater",
            "play",
            "plays",
            "drama",
            "musical",
            "musicals",
            "pantomime",
            "panto",
            "dance",
            "ballet",
        ],
    ),
    ("tour", &["tour", "tours", "guided tour", "guided walk", "walk", "walks", "walking tour"]),
    (
        "water_sport",
        &[
            "water sport",
            "water sports",
            "watersports",
            "sailing",
            "regatta",
            "swimming",
            "rowing",
            "surfing",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::field::Kind;
    use crate::features::schema::{self, event_at};
    use crate::ids::Collection;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        let Kind::Choice(kinds) = schema::fields(Collection::Events)[event_at::CATEGORY].kind else {
            panic!("a choice")
        };
        for kind in kinds {
            let read = named(&written(kind)).unwrap_or("other");
            assert_eq!(read, *kind);
        }
        assert_eq!(KINDS.len() + 1, kinds.len());
    }

    #[test]
    fn other_words_for_it_are_known() {
        for (word, kind) in [
            ("Live-Music", Some("music")),
            (" PANTO ", Some("theatre")),
            ("Farmers’ Market", Some("market")),
            ("http://schemas.google.com/g/2005#event", None),
            ("", None),
        ] {
            assert_eq!(named(word), kind, "{word}");
        }
    }
}
