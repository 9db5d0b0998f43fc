//! Walls as texts.
use super::{wall, walls};
use crate::recurrence::Wall;
use chrono::NaiveDate;
use proptest::prelude::*;

#[test]
fn a_wall_is_read_in_three_forms_and_no_other() {
    for (text, compact) in [
        ("2026-07-18", "20260718"),
        ("2026-07-18T19:30", "20260718t1930"),
        ("2026-07-18T19:30:05", "20260718t193005"),
        ("1900-01-01T00:00", "19000101t0000"),
        ("2199-12-31T23:59:59", "21991231t235959"),
        ("2024-02-29", "20240229"),
    ] {
        let wall = wall(text);
        assert_eq!((wall.to_string(), wall.compact()), (text.to_owned(), compact.to_owned()));
        assert_eq!(Wall::from_compact(compact), Some(wall));
    }
    assert_eq!(wall("2026-07-18T19:30:00").to_string(), "2026-07-18T19:30");
    for text in [
        "",
        "2026-7-18",
        "2026-07-18T",
        "2026-07-18T19",
        "2026-07-18t19:30",
        "2026-07-18 19:30",
        "2026-07-18T19:30Z",
        "2026-07-18T19:30:05.5",
        "2026-07-18T19:30:60",
        "2026-07-18T24:00",
        "2026-02-29",
        "2026-13-01",
        "1899-12-31",
        "2200-01-01",
        "+2026-07-18",
        "2026-07-18T1９:30",
        "20260718",
        "2026-07-18T19:30T",
    ] {
        assert_eq!(Wall::parse(text), None, "{text}");
    }
    for text in
        ["2026-07-18", "2026071", "20260718t19", "20260718T1930", "20260718t193000", "20260230", "t1930"]
    {
        assert_eq!(Wall::from_compact(text), None, "{text}");
    }
}

#[test]
fn walls_are_ordered_as_a_diary_is() {
    let ordered = walls("2026-07-17T23:59 2026-07-18 2026-07-18T00:00 2026-07-18T00:00:01 2026-07-19");
    let mut sorted = ordered.clone();
    sorted.reverse();
    sorted.sort();
    assert_eq!(sorted, ordered);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(days in 0..109_000_u64, second in proptest::option::of(0..86_400_i64)) {
        let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(days);
        let midnight = day.and_hms_opt(0, 0, 0).unwrap();
        let wall = second.map_or(Wall::Day(day), |second| {
            Wall::Time(midnight + chrono::TimeDelta::seconds(second))
        });
        prop_assert_eq!(Wall::parse(&wall.to_string()), Some(wall));
        prop_assert_eq!(Wall::from_compact(&wall.compact()), Some(wall));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,20}", digits in "[0-9tT:.-]{0,20}") {
        for text in [text, digits] {
            let _ = (Wall::parse(&text), Wall::from_compact(&text));
        }
    }
}
