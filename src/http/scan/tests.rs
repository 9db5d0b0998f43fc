use super::*;
use proptest::prelude::*;

fn fault(text: impl AsRef<[u8]>) -> Option<String> {
    scan(text.as_ref(), Bounds::Document).err().map(|fault| fault.to_string())
}

#[test]
fn what_is_json_within_bounds_is_taken() {
    for text in [
        "{}",
        "[]",
        " \t\r\n[ 1 , -0 , 0.5 , 1e9 , -1.5E-7 , 2e+3 ] ",
        "null",
        "true",
        "false",
        "\"\"",
        "0",
        r#"{"a":{"b":[{"c":null}]},"":"é\u00e9\ud83c\udfd6🏖\"\\\/\b\f\n\r\t"}"#,
        "\"\u{7f}\"",
        "12345678901234567890123456789012345678901234567890",
        "1e999",
        // The same name twice is for the reader of the document to refuse.
        r#"{"a":1,"a":2}"#,
    ] {
        assert_eq!(fault(text), None, "{text}");
    }
}

#[test]
fn what_is_not_json_is_refused_with_what_was_expected_and_where() {
    for (text, want) in [
        ("", "expected a value at byte 0"),
        ("  ", "expected a value at byte 2"),
        ("{} {}", "expected the end at byte 3"),
        ("[1,]", "expected a value at byte 3"),
        ("[1 2]", "expected `,` or `]` at byte 3"),
        ("[", "expected a value at byte 1"),
        ("[1", "expected `,` or `]` at byte 2"),
        ("{\"a\"}", "expected `:` at byte 4"),
        ("{\"a\":1,}", "expected a name in double quotes at byte 7"),
        ("{a:1}", "expected a name in double quotes at byte 1"),
        ("{'a':1}", "expected a name in double quotes at byte 1"),
        ("{\"a\":1", "expected `,` or `}` at byte 6"),
        ("}", "expected a value at byte 0"),
        ("nul", "expected a value at byte 0"),
        ("nulll", "expected the end at byte 4"),
        ("NaN", "expected a value at byte 0"),
        ("Infinity", "expected a value at byte 0"),
        ("-", "expected a digit at byte 1"),
        ("+1", "expected a value at byte 0"),
        (".5", "expected a value at byte 0"),
        ("1.", "expected a digit at byte 2"),
        ("1e", "expected a digit at byte 2"),
        ("01", "expected the end at byte 1"),
        ("0x10", "expected the end at byte 1"),
        ("1_0", "expected the end at byte 1"),
        ("[1]// why", "expected the end at byte 3"),
        ("\"a", "expected the end of a string at byte 2"),
        ("\"a\nb\"", "expected a control character to be escaped at byte 2"),
        ("\"\0\"", "expected a control character to be escaped at byte 1"),
        (r#""\x""#, "expected an escape that JSON has at byte 2"),
        (r#""\u12g4""#, "expected four hexadecimal digits at byte 5"),
        (r#""\u12"#, "expected four hexadecimal digits at byte 5"),
        (r#""\ud83c""#, "expected both halves of a character at byte 1"),
        (r#""\ud83c\u0041""#, "expected both halves of a character at byte 1"),
        (r#""\ud83c\n""#, "expected both halves of a character at byte 1"),
        (r#""\udfd6""#, "expected both halves of a character at byte 1"),
        ("\u{feff}{}", "a byte order mark, which JSON does not have at byte 0"),
        ("{}\u{feff}", "expected the end at byte 2"),
        ("[\u{a0}1]", "expected a value at byte 1"),
    ] {
        assert_eq!(fault(text).as_deref(), Some(want), "{text}");
    }
    for (bytes, at) in
        [(b"\"\xff\"".as_slice(), 1), (b"\"a\xc3\"", 2), (b"\"\xed\xa0\x80\"", 1), (b"\xff\xfe{", 0)]
    {
        assert_eq!(fault(bytes), Some(format!("bytes that are not UTF-8 at byte {at}")));
    }
}

#[test]
fn the_bounds_are_where_they_are_said_to_be() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let mixed = |depth: usize| format!("{}0{}", "{\"a\":[".repeat(depth), "]}".repeat(depth));
    let list = |count: usize| format!("[{}]", vec!["0"; count].join(","));
    let members = |count: usize| {
        format!("{{{}}}", (0..count).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(","))
    };
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes));
    for (good, bad, want) in [
        (deep(32), deep(33), "more than 32 arrays and objects in each other at byte 32"),
        (mixed(16), mixed(17), "more than 32 arrays and objects in each other at byte 96"),
        (list(1_000), list(1_001), "more than 1000 entries at byte 2001"),
        (members(1_000), members(1_001), "more than 1000 entries at byte 7891"),
        (text(4_096), text(4_097), "a string of more than 4096 bytes at byte 0"),
        (
            format!("[{}]", text(4_096)),
            format!("[{}]", text(4_097)),
            "a string of more than 4096 bytes at byte 1",
        ),
        (
            format!("{{{}:0}}", text(4_096)),
            format!("{{{}:0}}", text(4_097)),
            "a string of more than 4096 bytes at byte 1",
        ),
    ] {
        assert_eq!(fault(good), None);
        assert_eq!(fault(bad).as_deref(), Some(want));
    }
    assert!(fault("[".repeat(1_000_000)).is_some(), "the stack is not the text's to fill");
}

#[test]
fn only_the_coordinates_of_a_feature_may_be_long() {
    let positions = format!("[{}]", vec!["[1,51]"; 5_000].join(","));
    let feature = |member: &str| format!("{{\"geometry\":{{\"{member}\":[{positions}]}}}}");
    let is_taken = |text: &str, bounds| scan(text.as_bytes(), bounds).is_ok();
    assert!(is_taken(&feature("coordinates"), Bounds::Feature));
    for (text, bounds) in [
        (feature("coordinates"), Bounds::Document),
        (feature("coordinate"), Bounds::Feature),
        (feature("coordinates "), Bounds::Feature),
        (feature("co\\u006frdinates"), Bounds::Feature),
        (format!("{{\"coordinates\":[],\"a\":{positions}}}"), Bounds::Feature),
    ] {
        assert!(!is_taken(&text, bounds), "{text:.60}");
    }
}

proptest! {
    /// Whatever serde_json reads as JSON is JSON here, and nothing else is.
    #[test]
    fn it_agrees_with_another_reader_on_what_json_is(text in r#"[\[\]{}:,"\\/tfnrulaes0-9eE+\-. \u{e9}]{0,24}"#) {
        let read = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        let known = read.is_ok();
        prop_assert_eq!(scan(text.as_bytes(), Bounds::Document).is_ok(), known, "{}", text);
    }

    #[test]
    fn it_takes_what_another_writer_wrote(text in ".{0,200}", number in any::<f64>(), list in prop::collection::vec(any::<i64>(), 0..9)) {
        let number = if number.is_finite() { number } else { 0.0 };
        let written = serde_json::to_string(&(text, number, list)).unwrap();
        prop_assert_eq!(scan(written.as_bytes(), Bounds::Document), Ok(()), "{}", written);
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let fault = scan(&bytes, Bounds::Feature).err();
        prop_assert!(fault.is_none_or(|fault| fault.at <= bytes.len()));
    }
}
