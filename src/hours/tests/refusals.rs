//! What is not taken for opening hours, and what the error says.

use super::super::{HoursError, OpeningHours};
use super::{clacton, london};

#[test]
fn what_cannot_be_answered_for_certain_is_refused_by_name() {
    #[rustfmt::skip]
    let cases = [
        ("SH off", "school holidays"),
        ("Mo-Fr 09:00-17:00; PH,SH 10:00-16:00", "school holidays"),
        ("18:00+", "an open end"),
        ("10:00-18:00+", "an open end"),
        ("10:00-16:00/01:30", "points in time"),
        ("Feb 30", "a day its month never has"),
        ("Jan 31-30 off", "a day its month never has"),
        ("Jan Mo[1],Feb Mo[1],Mar Mo[1],Apr Mo[1],May Mo[1],Jun Mo[1] off", "a list of more than 4 numbered weekdays"),
        ("2026Jul-Aug 10:00-16:00", "a year joined to a month"),
        ("Mo 10:00-12:00 || unknown; Tu off", "a rule after a fallback"),
        ("(sunset+12:00)-25:00", "a time more than 3 hours from the sun's"),
        ("(dusk+02:00)-25:00", "hours that begin after a time of the sun and may end after midnight"),
    ];
    for (text, what) in cases {
        let expected = HoursError::Unsupported { text: text.to_owned(), what };
        assert_eq!(OpeningHours::parse(text, &clacton()).expect_err("a refusal"), expected);
    }
}

#[test]
fn what_is_not_in_the_grammar_is_refused_with_its_text() {
    let free = [
        "",
        "   ",
        "dawn till dusk",
        "Daily, 9am to 5pm",
        "See website",
        "Mo-Fr 09:00-17:00 \"open",
        "||",
        "25:00-26:00",
        "Mo-Fr 09:00",
        "week 54",
        "Feb 30-",
        "Mo-Fr 09:00–17:00",
    ];
    for text in free {
        match OpeningHours::parse(text, &london()) {
            Err(HoursError::Syntax { text: named, cause }) => {
                assert_eq!(named, text);
                assert!(!cause.contains('\n'), "{cause}");
            }
            Err(HoursError::Unsupported { what: "points in time", .. }) if text == "Mo-Fr 09:00" => {}
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[test]
fn a_text_has_255_characters_at_most_and_64_selectors() {
    let longest = format!("24/7 open \"{}\"", "é".repeat(243));
    assert_eq!(longest.chars().count(), 255);
    assert!(OpeningHours::parse(&longest, &london()).is_ok());
    let longer = format!("{longest} ");
    let error = OpeningHours::parse(&longer, &london()).expect_err("a refusal");
    assert_eq!(error, HoursError::TooLong { chars: 256 });
    let huge = "Mo 10:00-12:00; ".repeat(1000);
    let error = OpeningHours::parse(&huge, &london()).expect_err("a refusal");
    assert_eq!(error, HoursError::TooLong { chars: 16_000 });
    let many = ["Mo"; 40].join(";");
    let error = OpeningHours::parse(&many, &london()).expect_err("a refusal");
    assert_eq!(error, HoursError::TooComplex { text: many, selectors: 120 });
    let sunny = ["dawn-dusk off"; 4].join(", ");
    let error = OpeningHours::parse(&sunny, &clacton()).expect_err("a refusal");
    assert_eq!(error, HoursError::TooComplex { text: sunny, selectors: 68 });
}
