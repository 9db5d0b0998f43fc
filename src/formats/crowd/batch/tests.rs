use super::*;

const ID: &str = "0198f1d2-7b3c-7c1e-8a55-0242ac120002";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The one report of a batch, of these members besides its id and beach.
fn one(members: &str) -> Result<SentReport, Unreadable> {
    let text = format!(
        r#"{{"sent_at":"2026-07-18T12:00:00Z","reports":[{{"id":"{ID}","beach":"beach-a","observed_at":"2026-07-18T11:50:00Z",{members}}}]}}"#
    );
    read_batch(text.as_bytes()).unwrap().reports.remove(0)
}

#[test]
fn a_report_is_a_count_or_a_band_and_the_count_wins() {
    for (members, want) in [
        (r#""count":420,"method":"counted""#, Crowd::Count(420, Method::Counted)),
        (r#""count":0,"method":"estimated","band":null"#, Crowd::Count(0, Method::Estimated)),
        (r#""count":1000000,"method":"counted","band":"full""#, Crowd::Count(1_000_000, Method::Counted)),
        (r#""band":"quiet""#, Crowd::Band(Band::Quiet)),
        (r#""band":"full","method":"estimated","count":null"#, Crowd::Band(Band::Full)),
    ] {
        let id = ReportId::new(ID).unwrap();
        let beach = FeatureId::new("beach-a").unwrap();
        let observed_at = at("2026-07-18T11:50:00Z");
        assert_eq!(one(members), Ok(SentReport { id, beach, observed_at, crowd: want }), "{members}");
    }
}

#[test]
fn what_no_count_can_be_is_refused_with_its_place() {
    for (members, pointer) in [
        (r#""count":-1,"method":"counted""#, "/count"),
        (r#""count":1e9,"method":"counted""#, "/count"),
        (r#""count":1000000000,"method":"counted""#, "/count"),
        (r#""count":1000001,"method":"counted""#, "/count"),
        (r#""count":3.7,"method":"counted""#, "/count"),
        (r#""count":7.0,"method":"counted""#, "/count"),
        (r#""count":"12","method":"counted""#, "/count"),
        (r#""count":true,"method":"counted""#, "/count"),
        (r#""count":[12],"method":"counted""#, "/count"),
        (r#""count":12"#, "/method"),
        (r#""count":12,"method":"guessed""#, "/method"),
        (r#""count":12,"method":"counted","band":"packed""#, "/band"),
        (r#""band":"Full""#, "/band"),
        (r#""band":"full","method":"Counted""#, "/method"),
        (r#""method":"counted""#, ""),
        (r#""count":null,"band":null"#, ""),
        (r#""band":"full","colour":"red""#, "/colour"),
        (r#""band":"full","band":"full""#, ""),
    ] {
        let refused = one(members).unwrap_err();
        assert_eq!(refused.error.pointer, format!("/reports/0{pointer}"), "{members}: {}", refused.error);
        assert_eq!(refused.id, ReportId::new(ID).ok(), "{members}");
    }
}

#[test]
fn one_that_cannot_be_read_keeps_none_of_the_others_back() {
    let good = format!(r#"{{"id":"{ID}","beach":"a","observed_at":"2026-07-18T11:50:00Z","band":"busy"}}"#);
    let long = format!(r#"{{"{}":1,"id":"{ID}"}}"#, "x".repeat(4_000));
    let listed = format!(r#" ["{ID}","a","2026-07-18T11:50:00Z",7,"counted","busy"]"#);
    let text = format!(
        r#"{{"reports":[{good},null,7,[],{{}},"{ID}",{{"id":"{}"}},{long},{listed},{good}],"sent_at":"9999-12-31T23:59:60.5Z"}}"#,
        ID.to_uppercase()
    );
    let batch = read_batch(text.as_bytes());
    assert_eq!(batch.unwrap_err().pointer, "/sent_at", "a leap second after the end of the calendar");
    let batch = read_batch(text.replace(":60.5Z", ":59.5Z").as_bytes()).unwrap();
    assert_eq!(batch.sent_at, at("9999-12-31T23:59:59.5Z"));
    let read: Vec<_> = batch.reports.iter().map(Result::is_ok).collect();
    assert_eq!(read, [true, false, false, false, false, false, false, false, false, true]);
    for (n, report) in batch.reports.iter().enumerate().filter(|(_, report)| report.is_err()) {
        let unreadable = report.as_ref().unwrap_err();
        assert!(unreadable.error.pointer.starts_with(&format!("/reports/{n}")), "{}", unreadable.error);
        assert!(unreadable.error.cause.len() < 300, "{}", unreadable.error.cause.len());
        assert_eq!(unreadable.id.is_some(), n == 7, "{n}");
    }
}

#[test]
fn an_instant_of_a_phone_may_be_of_any_year_and_is_of_whole_milliseconds() {
    for (text, want) in [
        ("2026-07-18T11:50:00+01:00", Some("2026-07-18T10:50:00Z")),
        ("2026-07-18T11:50:00.0019Z", Some("2026-07-18T11:50:00.001Z")),
        ("1969-12-31T23:59:59.9999Z", Some("1969-12-31T23:59:59.999Z")),
        ("2016-12-31T23:59:60Z", Some("2017-01-01T00:00:00Z")),
        ("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00Z")),
        ("9999-12-31T23:59:59.999Z", Some("9999-12-31T23:59:59.999Z")),
        ("9999-12-31T23:59:59-00:01", None),
        ("0001-01-01T00:00:00+00:01", None),
        ("2026-07-18 11:50", None),
        ("2026-07-18T11:50:00", None),
        ("1784376000", None),
        ("", None),
    ] {
        assert_eq!(instant("/x", text).ok(), want.map(at), "{text}");
    }
}

#[test]
fn what_is_around_the_reports_is_taken_as_a_whole_or_not_at_all() {
    let report = format!(r#"{{"id":"{ID}","beach":"a","observed_at":"2026-07-18T11:50:00Z","band":"busy"}}"#);
    let many = |count: usize| {
        let all = vec![report.as_str(); count].join(",");
        format!(r#"{{"sent_at":"2026-07-18T12:00:00Z","reports":[{all}]}}"#)
    };
    for count in [1, Batch::MOST] {
        assert_eq!(read_batch(many(count).as_bytes()).unwrap().reports.len(), count);
    }
    for (text, pointer) in [
        ("[]".to_owned(), ""),
        (format!(r#"["2026-07-18T12:00:00Z",[{report}]]"#), ""),
        ("{}".to_owned(), "/sent_at"),
        (r#"{"sent_at":"2026-07-18T12:00:00Z"}"#.to_owned(), "/reports"),
        (r#"{"reports":[1]}"#.to_owned(), "/sent_at"),
        (r#"{"sent_at":null,"reports":[1]}"#.to_owned(), "/sent_at"),
        (r#"{"sent_at":1784376000,"reports":[1]}"#.to_owned(), "/sent_at"),
        (r#"{"sent_at":"yesterday","reports":[1]}"#.to_owned(), "/sent_at"),
        (r#"{"sent_at":"2026-07-18T12:00:00Z","reports":null}"#.to_owned(), "/reports"),
        (r#"{"sent_at":"2026-07-18T12:00:00Z","reports":{}}"#.to_owned(), "/reports"),
        (r#"{"sent_at":"2026-07-18T12:00:00Z","reports":[1],"token":"x"}"#.to_owned(), "/token"),
        (many(0), "/reports"),
        (many(Batch::MOST + 1), "/reports"),
    ] {
        assert_eq!(read_batch(text.as_bytes()).unwrap_err().pointer, pointer, "{text}");
    }
}
