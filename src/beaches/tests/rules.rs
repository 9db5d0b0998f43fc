//! The rule's sentences one by one, a table each. In the vectors' tide there is room for 2,823 people at 09:00, and for
//! 1,058 at 15:00 and whenever the tide is not known.
use super::*;

fn told(when: &str, reports: &[Report]) -> String {
    tell(when, &Policy::default(), None, reports, &[])
}

/// Level, estimate, reports used, freshness, confidence, reasons, and the time of `valid_until`.
fn tell(
    when: &str,
    policy: &Policy,
    hours: Option<&str>,
    reports: &[Report],
    overrides: &[Override],
) -> String {
    let status = status(time(when), policy, &beach(hours), &tide(), reports, overrides);
    let level = if status.level == status.computed_level {
        status.level.name().to_owned()
    } else {
        format!("{} over {}", status.level.name(), status.computed_level.name())
    };
    let estimate = status.estimate.map_or("-".to_owned(), |people| people.to_string());
    let reasons: Vec<&str> = status.reasons.iter().map(|reason| reason.name()).collect();
    let until = status.valid_until.format("%d %H:%M:%S%.3f").to_string();
    let until = until.trim_start_matches("18 ").trim_end_matches(":00.000");
    let count = status.report_count;
    let (freshness, confidence) = (status.freshness.name(), status.confidence.name());
    format!("{level} {estimate} of {count} {freshness} {confidence} [{}] until {until}", reasons.join(" "))
}

#[test]
fn silence_is_unknown_and_a_report_lasts_two_hours() {
    let reports = [count("a", "10:00", 800)];
    for (when, want) in [
        ("09:59:59.999", "unknown - of 0 none low [] until 23:00"),
        ("10:00", "green 800 of 1 fresh medium [] until 11:00"),
        ("10:59:59.999", "green 800 of 1 fresh medium [] until 11:00"),
        ("11:00", "green 800 of 1 ageing low [] until 12:00"),
        ("11:59:59.999", "green 800 of 1 ageing low [] until 12:00"),
        ("12:00", "unknown - of 0 none low [] until 23:00"),
    ] {
        assert_eq!(told(when, &reports), want, "{when}");
    }
    // Nothing ever decays to green: a crowd that was red stays so while it ages, however far the tide falls.
    let falling = [
        TurningPoint { at: time("09:00"), height_m: 4.2 },
        TurningPoint { at: time("15:00"), height_m: 0.4 },
    ];
    let falling = Tide::new(None, falling.to_vec()).unwrap();
    let red = [count("a", "10:00", 1_200)];
    let level = |when| status(time(when), &Policy::default(), &beach(None), &falling, &red, &[]).level;
    assert_eq!(
        ["10:00", "10:59", "11:00", "11:59", "12:00"].map(level).map(Level::name),
        ["red", "red", "red", "red", "unknown"]
    );
}

#[test]
fn an_outlier_waits_until_somebody_confirms_it() {
    // Three times 2,823 is 8,469.
    let outlier = count("a", "09:00", 8_470);
    let confirmed = Report { confirmed: true, ..outlier.clone() };
    let second = |when: &str, people| count("b", when, people);
    let own = count("a", "09:10", 6_000);
    let cases: Vec<(&str, Vec<Report>, &str, &str)> = vec![
        ("at the factor", vec![count("a", "09:00", 8_469)], "09:00", "8469 of 1"),
        ("over it", vec![outlier.clone()], "09:00", "- of 0"),
        ("a supervisor", vec![confirmed], "09:00", "8470 of 1"),
        ("half of it", vec![outlier.clone(), second("09:30", 4_235)], "09:30", "4235 of 2"),
        ("half of it, not yet", vec![outlier.clone(), second("09:30", 4_235)], "09:29:59.999", "- of 0"),
        ("less than half", vec![outlier.clone(), second("09:30", 4_234)], "09:30", "4234 of 1"),
        ("31 minutes", vec![outlier.clone(), second("09:30:00.001", 4_235)], "09:31", "4235 of 1"),
        ("30 minutes before", vec![second("08:30", 4_235), outlier.clone()], "09:00", "8470 of 2"),
        ("their own", vec![outlier.clone(), own], "09:10", "6000 of 1"),
        ("another outlier", vec![outlier.clone(), second("09:00", 8_470)], "09:00", "8470 of 2"),
        (
            "an awaiting one displaces nothing",
            vec![count("a", "08:50", 100), outlier.clone()],
            "09:00",
            "100 of 1",
        ),
        (
            "one who was withdrawn",
            vec![outlier.clone(), Report { withdrawn: true, ..second("09:05", 5_000) }],
            "09:10",
            "- of 0",
        ),
        (
            "one that is superseded",
            vec![outlier.clone(), second("09:05", 5_000), second("09:06", 10)],
            "09:10",
            "10 of 2",
        ),
    ];
    for (name, reports, when, want) in cases {
        let told = told(when, &reports);
        assert!(told.contains(&format!(" {want} ")), "{name}: {told}");
    }
}

#[test]
fn the_newest_of_an_author_counts_and_copies_count_once() {
    let first = count("a", "10:00", 500);
    let later = count("a", "10:20", 700);
    let same_time = Report { id: "zz".to_owned(), ..count("a", "10:20", 900) };
    let late = Report { received_at: time("10:00") + chrono::TimeDelta::days(7), ..first.clone() };
    let too_late =
        Report { received_at: late.received_at + chrono::TimeDelta::milliseconds(1), ..first.clone() };
    let foreseen = Report { received_at: time("09:59:59.999"), ..first.clone() };
    let withdrawn = Report { withdrawn: true, ..later.clone() };
    for (name, reports, want) in [
        ("newest", vec![later.clone(), first.clone()], "700 of 1"),
        ("of one time the greater id", vec![same_time, later.clone(), first.clone()], "900 of 1"),
        ("copies", vec![first.clone(), first.clone(), count("b", "10:00", 100), first.clone()], "500 of 2"),
        ("withdrawn", vec![first.clone(), withdrawn.clone()], "500 of 1"),
        ("a copy says withdrawn", vec![later, first.clone(), withdrawn], "500 of 1"),
        ("seven days on the way", vec![late], "500 of 1"),
        ("more", vec![too_late.clone()], "- of 0"),
        ("a refused copy is as if never sent", vec![too_late, first], "500 of 1"),
        ("before it was seen", vec![foreseen], "- of 0"),
    ] {
        let told = told("10:30", &reports);
        assert!(told.contains(&format!(" {want} ")), "{name}: {told}");
    }
}

#[test]
fn roles_methods_and_bands_weigh_as_said() {
    let with = |role, crowd, author: &str| Report { role, crowd, ..count(author, "09:00", 0) };
    let counted = |people| Crowd::Count(people, Method::Counted);
    let estimated = |people| Crowd::Count(people, Method::Estimated);
    for (name, reports, want) in [
        (
            "patrol before warden",
            vec![with(Role::Patrol, counted(100), "a"), with(Role::Warden, counted(900), "b")],
            100,
        ),
        (
            "two staff before a patrol",
            vec![
                with(Role::Patrol, counted(100), "a"),
                with(Role::Staff, counted(900), "b"),
                with(Role::Staff, counted(901), "c"),
            ],
            900,
        ),
        (
            "counted before estimated",
            vec![with(Role::Patrol, counted(100), "a"), with(Role::Patrol, estimated(900), "b")],
            100,
        ),
        (
            "estimated before a band",
            vec![with(Role::Patrol, estimated(100), "a"), with(Role::Patrol, Crowd::Band(Band::Full), "b")],
            100,
        ),
        // 25, 70 and 95 percent of 2,823.
        ("quiet", vec![with(Role::Patrol, Crowd::Band(Band::Quiet), "a")], 705),
        ("busy", vec![with(Role::Patrol, Crowd::Band(Band::Busy), "a")], 1_976),
        ("full", vec![with(Role::Patrol, Crowd::Band(Band::Full), "a")], 2_681),
    ] {
        let status = status(time("09:00"), &Policy::default(), &beach(None), &tide(), &reports, &[]);
        assert_eq!(status.estimate, Some(want), "{name}");
    }
    // 33.3 percent of 2,823, halved: 470.0295; and of a third decimal place that decides.
    let odd = policy(&[("amber_percent", "33.3"), ("red_percent", "67")]);
    let quiet = [with(Role::Patrol, Crowd::Band(Band::Quiet), "a")];
    assert_eq!(status(time("09:00"), &odd, &beach(None), &tide(), &quiet, &[]).estimate, Some(470));
}

#[test]
fn thresholds_are_compared_exactly() {
    // 0.7 · 1,000 is not 700 in binary numbers times a hundred.
    for (amber, people, want) in [
        ("28.3", 282, "green"),
        ("28.3", 283, "amber"),
        ("28.300000000000000001", 283, "green"),
        ("57.1", 571, "amber"),
        ("57.1", 570, "green"),
    ] {
        let policy = policy(&[("amber_percent", amber), ("m2_per_person", "9")]);
        // 9,000 m² with the tide unknown.
        let level =
            status(time("16:00"), &policy, &beach(None), &tide(), &[count("a", "16:00", people)], &[]).level;
        assert_eq!(level.name(), want, "{people} at {amber}");
    }
}

#[test]
fn the_patrols_day_ends_an_hour_after_its_hours() {
    let reports = [count("a", "16:30", 100), count("b", "06:00", 100)];
    let policy = Policy::default();
    // Until 17:00 in London, 16:00 in UTC.
    for (hours, when, want) in [
        (Some("10:00-17:00"), "06:00", "green 100 of 1 fresh low [tide_unknown] until 07:00"),
        (Some("10:00-17:00"), "16:59:59.999", "green 100 of 1 fresh low [tide_unknown] until 17:00"),
        (Some("10:00-17:00"), "17:00", "unknown - of 0 none low [tide_unknown] until 23:00"),
        (Some("Mo-Fr 10:00-17:00"), "17:00", "green 100 of 1 fresh low [tide_unknown] until 17:30"),
        (Some("10:00-sunset"), "17:00", "green 100 of 1 fresh low [tide_unknown] until 17:30"),
        (Some("09:00-12:00,14:00-16:00"), "16:30", "unknown - of 0 none low [tide_unknown] until 23:00"),
        (Some("24/7"), "17:00", "green 100 of 1 fresh low [tide_unknown] until 17:30"),
        (None, "17:00", "green 100 of 1 fresh low [tide_unknown] until 17:30"),
    ] {
        assert_eq!(tell(when, &policy, hours, &reports, &[]), want, "{hours:?} at {when}");
    }
}

fn decided(level: Option<Colour>, access: Option<Access>, from: &str, to: &str, created: &str) -> Override {
    Override {
        level,
        access,
        starts_at: time(from),
        expires_at: time(to),
        created_at: time(created),
        cancelled_at: None,
    }
}

#[test]
fn the_newest_override_in_force_decides_alone() {
    let red = decided(Some(Colour::Red), None, "10:00", "10:30", "09:00");
    let closed = decided(None, Some(Access::Closed), "10:10", "10:20", "09:30");
    let cancelled = Override { cancelled_at: Some(time("10:05")), ..red };
    let never = Override { cancelled_at: Some(time("09:00")), ..red };
    let reports = [count("a", "09:55", 100)];
    let ask = |when: &str, overrides: &[Override]| {
        let status = status(time(when), &Policy::default(), &beach(None), &tide(), &reports, overrides);
        let until = status.valid_until.format("%H:%M");
        format!(
            "{} {} {} until {until}",
            status.level.name(),
            status.access.name(),
            status.computed_level.name()
        )
    };
    for (when, overrides, want) in [
        ("09:59", vec![red], "green open green until 10:00"),
        ("10:00", vec![red], "red open green until 10:30"),
        ("10:30", vec![red], "green open green until 10:55"),
        ("10:00", vec![red, closed], "red open green until 10:10"),
        ("10:10", vec![closed, red], "green closed green until 10:20"),
        ("10:20", vec![red, closed], "red open green until 10:30"),
        ("10:00", vec![cancelled], "red open green until 10:05"),
        ("10:05", vec![cancelled], "green open green until 10:55"),
        ("10:00", vec![never], "green open green until 10:55"),
        // Of one time the later in the list.
        (
            "10:15",
            vec![red, Override { created_at: red.created_at, ..closed }],
            "green closed green until 10:20",
        ),
        ("10:15", vec![Override { created_at: red.created_at, ..closed }, red], "red open green until 10:30"),
        // What says the same as is shown anyway changes nothing.
        (
            "09:59",
            vec![decided(Some(Colour::Green), None, "10:00", "10:30", "09:00")],
            "green open green until 10:55",
        ),
    ] {
        assert_eq!(ask(when, &overrides), want, "{when}");
    }
    // With nobody counting there is the override all the same, and what is computed stays beside it.
    assert_eq!(
        tell(
            "16:00",
            &Policy::default(),
            None,
            &[],
            &[decided(Some(Colour::Red), None, "15:00", "16:30", "15:00")]
        ),
        "red over unknown - of 0 none low [tide_unknown] until 16:30"
    );
}
