//! What holds for all input: 300 cases each, 100,000 with `PROMENADE_LONG=1`.
#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers made here")]
use super::oracle::{Case, Decided, MIN, Said, Seen};
use super::*;
use crate::hours::{Calendar, OpeningHours};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) fn cases() -> ProptestConfig {
    let cases = if std::env::var_os("PROMENADE_LONG").is_some() { 100_000 } else { 300 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// London midnights as milliseconds: in summer and winter, and where the clocks change.
fn midnight() -> impl Strategy<Value = i64> {
    let days =
        ["2026-07-17T23:00:00Z", "2026-12-01T00:00:00Z", "2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z"];
    select(days.map(|day| at(day).timestamp_millis()).to_vec())
}

/// Milliseconds after midnight, mostly whole tens of minutes or next to them, mostly by day.
fn moment() -> impl Strategy<Value = i64> {
    let minutes = prop_oneof![4 => 9 * 6..15 * 6_i64, 1 => -6..156_i64].prop_map(|tens| tens * 10 * MIN);
    let off = prop_oneof![4 => Just(0_i64), 2 => select(vec![-1, 1]), 2 => (-5..5_i64).prop_map(|m| m * MIN)];
    (minutes, off).prop_map(|(minutes, off)| minutes + off)
}

fn seen() -> impl Strategy<Value = Seen> {
    let crowd = prop_oneof![
        6 => (0..1_500_u32, any::<bool>()).prop_map(Ok),
        1 => (0..9_000_u32, any::<bool>()).prop_map(Ok),
        1 => (0..3_u8).prop_map(Err),
    ];
    let late = prop_oneof![5 => Just(0_i64), 1 => 0..400 * MIN, 1 => select(vec![-1, 7 * 1_440 * MIN, 7 * 1_440 * MIN + 1])];
    let facts = (prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (0..1_000_u16, 0..5_u8, select(vec![10, 10, 9, 6]), crowd, moment(), late, facts).prop_map(
        |(id, author, role, crowd, observed, late, (withdrawn, confirmed))| Seen {
            id: format!("{author}-{id}-{observed}"),
            author,
            role,
            crowd,
            observed,
            received: observed + late,
            withdrawn,
            confirmed,
        },
    )
}

fn decided() -> impl Strategy<Value = Decided> {
    let says = (option::of(0..3_u8), option::of(0..3_u8));
    (says, moment(), -10..300_i64, 0..3_i64, option::weighted(0.3, moment())).prop_map(
        |((level, access), start, long, created, cancelled)| {
            (level, access, start, start + long * MIN, created, cancelled)
        },
    )
}

fn policy_values() -> impl Strategy<Value = [i64; 10]> {
    let thresholds = select(vec![(500, 900), (500, 900), (333, 667), (750, 900), (285, 285), (0, 1_200)]);
    let levels = (thresholds, select(vec![100, 100, 0, 55, 600]));
    let spans =
        // With a half-life of a minute the naive would lose the weights of a whole day to the limits of binary numbers.
        (select(vec![30, 30, 5, 240]), select(vec![60, 60, 20, 0, 180]), select(vec![120, 120, 60, 1_440]));
    let rest = (
        select(vec![250, 250, 0]),
        select(vec![30, 30, 5, 12]),
        select(vec![85, 85, 40, 90, 139]),
        select(vec![60, 0, 15]),
    );
    (levels, spans, rest).prop_map(
        |(((amber, red), band), (half, fresh, expire), (conflict, outlier, m2, grace))| {
            [amber, red, band, conflict, outlier, m2, half, fresh, expire, grace]
        },
    )
}

fn tides() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let gaps = vec(prop_oneof![6 => 340..400_i64, 1 => 479..483_i64], 1..6);
    (-100..700_i64, gaps, vec(10..450_i32, 6)).prop_map(|(first, gaps, heights)| {
        let mut when = first * MIN;
        let mut points = vec![(when, f64::from(heights[5]) / 100.0)];
        for (gap, height) in gaps.into_iter().zip(heights) {
            when += gap * MIN;
            points.push((when, f64::from(height) / 100.0));
        }
        points
    })
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let profile = select(vec![
        ((0.4, 24_000.0), (4.2, 9_000.0)),
        ((0.0, 9_000.0), (5.0, 9_000.0)),
        ((1.0, 5.0), (3.0, 12_345.6)),
    ]);
    let hours = select(vec![
        None,
        None,
        Some("10:00-17:00"),
        Some("Mo-Fr 09:00-11:00"),
        Some("22:00-01:30"),
        Some("24/7"),
    ]);
    (midnight(), policy_values(), profile, hours, tides(), vec(seen(), 0..12), vec(decided(), 0..4), moment())
        .prop_map(|(midnight, values, (low, high), hours, tide, mut reports, overrides, now)| {
            let [amber, red, hysteresis, conflict, outlier, m2, half_life, fresh, expire, grace] = values;
            for (number, report) in reports.iter_mut().enumerate() {
                // Of different reports no two have one id.
                report.id = format!("{}-{number}", report.id);
                report.observed += midnight;
                report.received += midnight;
            }
            let shifted = |(level, access, start, end, created, cancelled): Decided| {
                (level, access, start + midnight, end + midnight, created, cancelled.map(|at| at + midnight))
            };
            Case {
                amber,
                red,
                hysteresis,
                conflict,
                outlier,
                m2,
                half_life,
                fresh,
                expire,
                grace,
                low,
                high,
                hours,
                tide: tide.into_iter().map(|(at, height)| (at + midnight, height)).collect(),
                reports,
                overrides: overrides.into_iter().map(shifted).collect(),
                now: now + midnight,
            }
        })
}

/// The case in the types of the rule.
pub(super) struct Typed {
    pub(super) policy: Policy,
    pub(super) beach: Beach,
    pub(super) tide: Tide,
    pub(super) reports: Vec<Report>,
    pub(super) overrides: Vec<Override>,
}

pub(super) fn typed(case: &Case) -> Typed {
    let tenths = |value: i64| Decimal::tenths(value as i32);
    let minutes = |value: i64| if value == 0 { Decimal::ZERO } else { Decimal::whole(value as i32) };
    let values = PolicyValues {
        m2_per_person: tenths(case.m2),
        amber_percent: tenths(case.amber),
        red_percent: tenths(case.red),
        hysteresis_percent: tenths(case.hysteresis),
        half_life_min: minutes(case.half_life),
        fresh_min: minutes(case.fresh),
        expire_min: minutes(case.expire),
        conflict_percent: tenths(case.conflict),
        outlier_factor: tenths(case.outlier),
        patrol_grace_min: minutes(case.grace),
        ..PolicyValues::default()
    };
    let hours = |text| OpeningHours::parse(text, &london()).expect("hours");
    let profile = Profile::new(case.low, case.high).expect("a profile");
    let points = case.tide.iter().map(|&(at, height_m)| TurningPoint { at: instant(at), height_m });
    let report = |seen: &Seen| Report {
        id: seen.id.clone(),
        received_at: instant(seen.received),
        observed_at: instant(seen.observed),
        author: seen.author.to_string(),
        role: match seen.role {
            10 => Role::Patrol,
            9 => Role::Warden,
            _ => Role::Staff,
        },
        crowd: match seen.crowd {
            Ok((count, estimated)) => {
                Crowd::Count(count, if estimated { Method::Estimated } else { Method::Counted })
            }
            Err(band) => Crowd::Band([Band::Quiet, Band::Busy, Band::Full][usize::from(band)]),
        },
        withdrawn: seen.withdrawn,
        confirmed: seen.confirmed,
    };
    let decided = |&(level, access, start, end, created, cancelled): &Decided| Override {
        level: level.map(|level| [Colour::Green, Colour::Amber, Colour::Red][usize::from(level)]),
        access: access.map(|access| [Access::Open, Access::Restricted, Access::Closed][usize::from(access)]),
        starts_at: instant(start),
        expires_at: instant(end),
        created_at: instant(created),
        cancelled_at: cancelled.map(instant),
    };
    Typed {
        policy: Policy::new("case", values).expect("a policy"),
        beach: Beach {
            profile: Some(profile),
            patrol_hours: case.hours.map(hours),
            calendar: Calendar::clone(&london()),
        },
        tide: Tide::new(None, points.collect()).expect("a table"),
        reports: case.reports.iter().map(report).collect(),
        overrides: case.overrides.iter().map(decided).collect(),
    }
}

impl Typed {
    fn status(&self, now: i64) -> Status {
        self.of(now, &self.reports)
    }

    pub(super) fn of(&self, now: i64, reports: &[Report]) -> Status {
        status(instant(now), &self.policy, &self.beach, &self.tide, reports, &self.overrides)
    }
}

pub(super) fn five(status: &Status) -> (u8, u8, u8, u8, usize) {
    let access = [Access::Open, Access::Restricted, Access::Closed];
    let access = access.iter().position(|one| *one == status.access).expect("one of them");
    let freshness = match status.freshness {
        Freshness::Fresh => 0,
        Freshness::Ageing => 1,
        Freshness::None => 2,
    };
    (status.level as u8, status.computed_level as u8, access as u8, freshness, status.report_count)
}

fn said(status: &Status) -> Said {
    Said {
        five: five(status),
        estimate: status.estimate,
        capacity: status.capacity.expect("a profile"),
        valid_until: status.valid_until.timestamp_millis(),
        confidence: 2 - status.confidence as u8,
        conflict: status.reasons.contains(&Reason::ConflictingReports),
        expected: status.expected_change.map(|change| (change.level as u8, change.at.timestamp_millis())),
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_naive_say_the_same(case in case()) {
        prop_assert_eq!(said(&typed(&case).status(case.now)), case.said());
    }

    #[test]
    fn order_copies_and_batches_do_not_matter(case in case(), seed in vec(any::<prop::sample::Index>(), 0..20)) {
        let typed = typed(&case);
        let mut reports = typed.reports.clone();
        for index in seed {
            if !reports.is_empty() {
                let one = index.index(reports.len());
                let copy = reports[one].clone();
                reports.swap(0, one);
                reports.push(copy);
            }
        }
        prop_assert_eq!(typed.of(case.now, &reports), typed.status(case.now));
        reports.reverse();
        prop_assert_eq!(typed.of(case.now, &reports), typed.status(case.now));
    }

    #[test]
    fn more_people_never_lower_anything(mut case in case(), which in any::<prop::sample::Index>(), more in 0..3_000_u32) {
        // Confirmed, so that the same reports are used.
        case.reports.iter_mut().for_each(|report| report.confirmed = true);
        let before = typed(&case).status(case.now);
        if !case.reports.is_empty() {
            let which = which.index(case.reports.len());
            if let Ok((count, _)) = &mut case.reports[which].crowd {
                *count += more;
            }
        }
        let after = typed(&case).status(case.now);
        prop_assert_eq!(after.report_count, before.report_count);
        prop_assert!(before.estimate <= after.estimate, "{:?} {:?}", before, after);
        prop_assert!(before.computed_level <= after.computed_level, "{:?} {:?}", before, after);
    }

    #[test]
    fn green_is_what_somebody_saw_lately(case in case()) {
        let typed = typed(&case);
        let mut replay = Replay::new(&typed.policy, &typed.beach, &typed.tide, &typed.reports, &[]);
        // `now` may be of the day before that of the reports, or of the day after.
        let midnight = london().midnight(london().date(instant(case.now))).timestamp_millis();
        let mut instants: Vec<i64> = (-160..320).map(|tens| midnight + tens * 10 * MIN).collect();
        instants.extend(case.reports.iter().map(|report| report.observed));
        instants.sort_unstable();
        let mut before = Level::Unknown;
        let mut day = london().date(instant(case.now));
        for at in instants {
            let status = replay.status(instant(at));
            let level = status.computed_level;
            let date = london().date(instant(at));
            if std::mem::replace(&mut day, date) != date {
                before = Level::Unknown;
            }
            if level == Level::Green {
                prop_assert!(0 < status.report_count);
                prop_assert!(before == Level::Green || status.freshness == Freshness::Fresh, "{}", at);
            }
            if status.freshness == Freshness::Ageing {
                prop_assert!(before <= level, "{:?} after {:?}", status, before);
            }
            before = level;
        }
    }

    #[test]
    fn a_status_is_valid_until_it_is_not(case in case(), between in 0.0..1.0_f64) {
        let typed = typed(&case);
        let now = typed.status(case.now);
        let until = now.valid_until.timestamp_millis();
        prop_assert!(case.now < until);
        let seen: Vec<Report> = typed.reports.iter().filter(|report| report.observed_at <= instant(case.now)).cloned().collect();
        let within = case.now + ((until - case.now) as f64 * between) as i64;
        for same in [within, until - 1] {
            prop_assert_eq!(five(&typed.of(same, &seen)), five(&now), "{}", same);
        }
        let midnight = london().local(now.valid_until).time() == chrono::NaiveTime::MIN;
        prop_assert!(midnight || five(&typed.of(until, &seen)) != five(&now));
    }

    #[test]
    fn an_unknown_tide_never_makes_room(case in case()) {
        let typed = typed(&case);
        let nothing = Tide::default();
        let without = status(instant(case.now), &typed.policy, &typed.beach, &nothing, &typed.reports, &typed.overrides);
        prop_assert!(without.capacity <= typed.status(case.now).capacity);
    }

    #[test]
    fn one_of_three_equal_weights_does_not_decide(two in (0..5_000_u32, 0..5_000_u32), wrong in 0..1_000_000_u32) {
        let reports = [two.0, two.1, wrong].into_iter().zip(["a", "b", "c"]);
        let reports: Vec<Report> = reports.map(|(people, author)| Report { confirmed: true, ..count(author, "10:00", people) }).collect();
        let status = status(time("10:00"), &Policy::default(), &beach(None), &tide(), &reports, &[]);
        let people = u32::try_from(status.estimate.expect("an estimate")).expect("few");
        prop_assert!((two.0.min(two.1)..=two.0.max(two.1)).contains(&people));
    }
}
