//! Properties of the search for the next change, over expressions drawn from a small grammar.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::super::OpeningHours;
use super::{clacton, utc};

fn any_hours() -> impl Strategy<Value = String> {
    let days = prop::sample::select(vec![
        "",
        "Mo-Su ",
        "Sa,Su ",
        "Fr-Mo ",
        "We[1,-1] ",
        "PH ",
        "PH,Su ",
        "Mar-Oct ",
        "Oct 20-Apr 2 ",
        "easter -2 days-Oct 31 ",
        "week 12-44/2 ",
        "2026 ",
        "Mar 29 ",
        "Oct 25 ",
        "Nov-Mar Sa ",
    ]);
    let times = prop::sample::select(vec![
        "",
        "01:30-03:00",
        "00:45-01:15,01:20-01:40",
        "22:00-02:00",
        "08:00-24:00",
        "18:00-25:30",
        "10:00-10:00",
        "00:00-24:00",
        "sunrise-sunset",
        "08:00-(dusk+01:00)",
        "23:59-00:01",
    ]);
    let kind = prop::sample::select(vec!["", " open", " off", " unknown", " \"maybe\"", " open \"note\""]);
    let rule = (days, times, kind).prop_map(|(days, times, kind)| {
        let rule = format!("{days}{times}{kind}");
        if rule.is_empty() { "24/7".to_owned() } else { rule }
    });
    let separator = prop::sample::select(vec!["; ", ", ", " || "]);
    (rule.clone(), prop::collection::vec((separator, rule), 0..4)).prop_map(|(first, rest)| {
        rest.into_iter().fold(first, |text, (separator, rule)| text + separator + &rule)
    })
}

proptest! {
    #[test]
    fn until_is_when_the_answer_changes_and_not_before(
        text in any_hours(),
        // Half from all of 2026, half from the days around a change of the clocks.
        seconds in prop_oneof![
            2 => 0..365 * 86_400_i64,
            1 => 86 * 86_400..89 * 86_400_i64,
            1 => 296 * 86_400..299 * 86_400_i64,
        ],
        between in 0.0..1.0_f64,
    ) {
        let Ok(rules) = OpeningHours::parse(&text, &clacton()) else {
            return Ok(());
        };
        let at = utc("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
        let state = rules.state(at);
        let end = state.until.unwrap_or(at + OpeningHours::HORIZON - TimeDelta::days(2));
        prop_assert!(end > at, "{text} at {at}: {state:?}");
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a pick, not a measure")]
        let within = at + TimeDelta::seconds(((end - at).num_seconds() as f64 * between) as i64);
        for same in [within, end - TimeDelta::seconds(1)] {
            if same >= at {
                prop_assert_eq!(rules.state(same).open, state.open, "{} at {} and {}", text, at, same);
            }
        }
        if let Some(until) = state.until {
            prop_assert_ne!(rules.state(until).open, state.open, "{} at {}, {}", text, at, until);
        }
    }
}
