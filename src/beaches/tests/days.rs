//! A day that takes reports as they come, and a watch that goes on without it: the same as all told at once.
use super::oracle::MIN;
use super::properties::{Typed, case, cases, five, typed};
use super::*;
use proptest::prelude::*;
use proptest::sample::Index;

fn rule(typed: &Typed) -> Rule {
    let (policy, beach, tide) = (typed.policy.clone(), typed.beach.clone(), typed.tide.clone());
    Rule { policy: policy.into(), beach: beach.into(), tide: tide.into() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_day_may_be_asked_between_its_reports(case in case(), order in prop::collection::vec(any::<Index>(), 24)) {
        let typed = typed(&case);
        let mut day = Day::new(rule(&typed), london().date(instant(case.now)));
        let mut known: Vec<Report> = Vec::new();
        for index in order {
            if typed.reports.is_empty() {
                break;
            }
            // The same ones again, too; and first without what was said of them later.
            let report = index.get(&typed.reports);
            let first = Report { withdrawn: false, confirmed: false, ..report.clone() };
            let said = if known.contains(&first) { report.clone() } else { first };
            day.put(&said);
            known.retain(|known| known.id != said.id);
            known.push(said);
            let status = day.watch(case.now).status(&typed.overrides, instant(case.now));
            prop_assert_eq!(status, typed.of(case.now, &known));
        }
    }

    #[test]
    fn a_watch_goes_on_by_itself(case in case(), later in 0..1_800_i64) {
        let typed = typed(&case);
        let seen: Vec<Report> = typed.reports.iter().filter(|report| report.observed_at <= instant(case.now)).cloned().collect();
        let mut day = Day::new(rule(&typed), london().date(instant(case.now)));
        for report in &seen {
            day.put(report);
        }
        let watch = day.watch(case.now);
        let then = case.now + later * MIN + later;
        prop_assert_eq!(watch.status(&typed.overrides, instant(then)), typed.of(then, &seen));
        prop_assert_eq!(
            watch.status(&typed.overrides, instant(case.now - 1)),
            typed.of(case.now, &seen),
            "what is known is of an instant, and not of one before"
        );
    }

    #[test]
    fn who_has_lost_the_database_knows_no_level(case in case(), later in 0..1_800_i64) {
        let typed = typed(&case);
        let mut day = Day::new(rule(&typed), london().date(instant(case.now)));
        for report in &typed.reports {
            day.put(report);
        }
        let then = instant(case.now + later * MIN);
        let known = typed.of(then.timestamp_millis(), &[]);
        let status = day.watch(case.now).blind().status(&typed.overrides, then);
        prop_assert_eq!((status.level, status.computed_level), (Level::Unknown, Level::Unknown));
        prop_assert_eq!(status.access, known.access, "closed stays closed");
        prop_assert!(status.reasons.contains(&Reason::NoContact));
        prop_assert_eq!((status.report_count, status.estimate), (0, None));
    }

    #[test]
    fn nothing_is_known_under_a_policy_that_is_over(case in case(), after in 0..600_i64, later in 0..1_800_i64) {
        let typed = typed(&case);
        let mut day = Day::new(rule(&typed), london().date(instant(case.now)));
        for report in &typed.reports {
            day.put(report);
        }
        let (over, then) = (instant(case.now + (1 + after) * MIN), instant(case.now + later * MIN));
        let whole = day.watch(case.now);
        let (status, without) = (whole.clone().ending(Some(over)).status(&[], then), whole.status(&[], then));
        if over <= then {
            prop_assert_eq!(five(&status), (0, 0, 0, 2, 0));
        } else {
            prop_assert_eq!(five(&status), five(&without));
            prop_assert_eq!(status.valid_until, without.valid_until.min(over));
        }
    }
}

#[test]
fn a_beach_without_a_profile_has_no_level_but_may_be_closed() {
    let typed = Beach { profile: None, ..beach(None) };
    let reports = [count("a", "10:00", 1_200), count("b", "10:05", 40_000)];
    let closed = Override {
        level: None,
        access: Some(Access::Closed),
        starts_at: time("10:00"),
        expires_at: time("11:00"),
        created_at: time("10:00"),
        cancelled_at: None,
    };
    let status = status(time("10:10"), &Policy::default(), &typed, &tide(), &reports, &[closed]);
    assert_eq!((status.level, status.access), (Level::Unknown, Access::Closed));
    assert_eq!((status.capacity, status.usable_area_m2, status.estimate), (None, None, None));
    assert_eq!(status.reasons, [Reason::ProfileUnknown]);
    assert_eq!(status.valid_until, time("11:00"));
}

#[test]
fn the_counts_that_await_confirmation_are_named() {
    let rule = Rule { policy: Policy::default().into(), beach: beach(None).into(), tide: tide().into() };
    let mut day = Day::new(rule, london().date(time("10:00")));
    let large = count("a", "10:00", 9_000);
    day.put(&large);
    assert_eq!(day.awaiting().collect::<Vec<_>>(), [large.id.as_str()]);
    let half = count("b", "10:30", 4_500);
    day.put(&half);
    assert_eq!(day.awaiting().count(), 0, "another author saw half of it within 30 minutes");
    day.put(&Report { withdrawn: true, ..half });
    assert_eq!(day.awaiting().count(), 1);
    day.put(&Report { confirmed: true, ..large });
    assert_eq!(day.awaiting().count(), 0);
}
