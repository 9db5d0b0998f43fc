//! The vectors by which the rule was specified.
use super::*;
use crate::beaches::estimate::{Weighed, upper_weighted_median};
use crate::beaches::level::step;

#[test]
fn the_tide_leaves_an_area_for_so_many_people() {
    let (policy, beach, tide) = (Policy::default(), beach(None), tide());
    for (when, height, area, capacity) in [
        ("09:00", "0.40", 24_000.0, 2_823),
        ("10:00", "0.65", 22_995.0, 2_705),
        ("11:00", "1.35", 20_250.0, 2_382),
        ("12:00", "2.30", 16_500.0, 1_941),
        ("13:00", "3.25", 12_750.0, 1_500),
        ("14:00", "3.95", 10_005.0, 1_177),
        ("15:00", "4.20", 9_000.0, 1_058),
        ("15:00:00.001", "-", 9_000.0, 1_058),
        ("08:59:59.999", "-", 9_000.0, 1_058),
    ] {
        let status = status(time(when), &policy, &beach, &tide, &[], &[]);
        let told = status.tide.height_m.map_or("-".to_owned(), |height| format!("{height:.2}"));
        assert_eq!(
            (told.as_str(), status.usable_area_m2.map(f64::round), status.capacity),
            (height, Some(area), Some(capacity)),
            "{when}"
        );
        let reasons: &[Reason] = if height == "-" { &[Reason::TideUnknown] } else { &[] };
        assert_eq!(status.reasons, reasons, "{when}");
    }
}

#[test]
fn a_rising_tide_reddens_a_standing_crowd() {
    let whens: Vec<String> =
        (9..15).flat_map(|hour| [format!("{hour:02}:00"), format!("{hour:02}:30")]).collect();
    let reports: Vec<Report> = whens.iter().map(|when| count("patrol-1", when, 1_200)).collect();
    let (policy, beach, tide) = (Policy::default(), beach(None), tide());
    let told = whens.iter().map(|when| {
        let status = status(time(when), &policy, &beach, &tide, &reports, &[]);
        format!("{when} {} {:.3}", status.level.name(), status.ratio().expect("an estimate"))
    });
    let want = [
        "09:00 green 0.425",
        "09:30 green 0.430",
        "10:00 green 0.444",
        "10:30 green 0.468",
        "11:00 amber 0.504",
        "11:30 amber 0.553",
        "12:00 amber 0.618",
        "12:30 amber 0.701",
        "13:00 amber 0.800",
        "13:30 red 0.911",
        "14:00 red 1.020",
        "14:30 red 1.103",
    ];
    assert_eq!(told.collect::<Vec<_>>(), want);
}

#[test]
fn a_beach_at_the_line_does_not_flicker() {
    let policy = Policy::default();
    let mut level = Level::Unknown;
    let told = [30, 49, 50, 45, 41, 39, 89, 90, 85, 80, 79, 89, 91, 35].map(|people| {
        level = step(&policy, level, Freshness::Fresh, people, 100);
        level.name()[..1].to_uppercase()
    });
    assert_eq!(told.join(" "), "G G A A A G A R R R A A R G");
}

#[test]
fn the_upper_weighted_median_is_not_led_astray_by_one() {
    for (numbers, want) in [
        (&[(400, 1.0), (900, 1.0)][..], Some(900)),
        (&[(400, 1.0), (900, 0.25)], Some(400)),
        (&[(400, 1.0), (420, 1.0), (2_000, 1.0)], Some(420)),
        (&[(1, 0.1), (2, 0.2), (3, 0.3)], Some(3)),
        (&[(7, 1.0), (7, 1.0), (3, 1.0)], Some(7)),
        (&[(5, 0.6)], Some(5)),
        (&[], None),
    ] {
        let weighed = numbers.iter().map(|&(people, weight)| Weighed { people, weight });
        assert_eq!(upper_weighted_median(weighed.collect()), want, "{numbers:?}");
    }
    // 400 now and 900 an hour ago, two half-lives.
    let reports = [count("a", "10:00", 900), count("b", "11:00", 400)];
    let status = status(time("11:00"), &Policy::default(), &beach(None), &tide(), &reports, &[]);
    assert_eq!((status.estimate, status.report_count), (Some(400), 2));
}
