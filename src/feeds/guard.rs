//! Whether what a feed brings may be taken in unseen. A source that breaks seldom says so: it answers with a page for
//! people, with half of its events, with all of them under new ids. Then the last good stays, and somebody looks.
use crate::catalogue::{Alarm, AlarmKind};

/// What a run brings, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether it is a feed as a whole; a page of changes has no others to be held against.
    pub whole: bool,
    /// Whether anything was ever taken in.
    pub first: bool,
    /// Entries that can be taken in.
    pub items: u64,
    /// Entries that cannot.
    pub refused: u64,
    /// Entries of the last good run.
    pub before: u64,
    /// Events known so far that have dates to come.
    pub upcoming: u64,
    /// Of those, events that are gone now.
    pub gone: u64,
    /// Events with dates to come that were not known.
    pub fresh: u64,
}

/// Fewer than so many events may go at once, whatever share that is: a small feed is not broken when two are over.
const FEW: u64 = 5;
/// Growing to ten times is suspicious from so many entries on.
const MANY: u64 = 50;

/// What is suspicious about it, if anything.
///
/// Shares are of the events with dates to come, as of now: what is over leaves a feed without anybody being warned. More
/// than 30 % of them gone, five at least, is a feed that has shrunk, or one whose events have other ids. The first run has
/// nothing to be held against; more than 5 % that cannot be read is too much there too.
pub fn alarm(seen: &Seen) -> Option<Alarm> {
    let Seen { whole, first, items, refused, before, upcoming, gone, fresh } = *seen;
    let some = |kind, was, is, detail| Some(Alarm { kind, detail, was, is });
    let all = items + refused;
    if 5 * all < 100 * refused {
        let detail = format!("{refused} of {all} entries cannot be taken, more than 5 %");
        return some(AlarmKind::Refused, all, refused, detail);
    }
    if first {
        return None;
    }
    if whole && items == 0 && 0 < before {
        return some(AlarmKind::Empty, before, 0, format!("it is empty; it had {before} entries"));
    }
    let is_much = |lost: u64| FEW <= lost && 30 * upcoming < 100 * lost;
    let left = upcoming - gone.min(upcoming) + fresh;
    if is_much(upcoming.saturating_sub(left)) {
        let detail = format!("{left} events are to come; {upcoming} were, and more than 30 % are gone");
        return some(AlarmKind::Shrunk, upcoming, left, detail);
    }
    if is_much(gone) {
        let detail =
            format!("{gone} of {upcoming} events to come are gone, more than 30 %, and {fresh} are new");
        return some(AlarmKind::Replaced, upcoming, gone, detail);
    }
    if whole && 10 * before <= items && MANY <= items && 0 < before {
        let detail = format!("it has {items} entries, ten times the {before} it had, or more");
        return some(AlarmKind::Grown, before, items, detail);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlarmKind::{Empty, Grown, Refused, Replaced, Shrunk};

    #[test]
    fn what_is_suspicious_is_held_back_and_what_is_usual_is_not() {
        let usual = Seen {
            whole: true,
            first: false,
            items: 100,
            refused: 0,
            before: 100,
            upcoming: 80,
            gone: 0,
            fresh: 0,
        };
        let first = Seen { first: true, before: 0, upcoming: 0, fresh: 80, ..usual };
        let small = Seen { items: 8, before: 8, upcoming: 8, ..usual };
        let page = Seen { whole: false, items: 0, before: 28_500, upcoming: 20_000, ..usual };
        for (what, seen, want) in [
            ("as ever", usual, None),
            ("the first", first, None),
            ("the first, empty", Seen { items: 0, fresh: 0, ..first }, None),
            ("the first, large", Seen { items: 28_500, fresh: 28_000, ..first }, None),
            ("the first, 5 % refused", Seen { items: 95, refused: 5, ..first }, None),
            ("the first, more refused", Seen { items: 94, refused: 6, ..first }, Some(Refused)),
            ("5 % refused", Seen { items: 95, refused: 5, ..usual }, None),
            ("more refused", Seen { items: 94, refused: 6, ..usual }, Some(Refused)),
            ("all refused", Seen { items: 0, refused: 1, ..usual }, Some(Refused)),
            ("empty", Seen { items: 0, gone: 80, ..usual }, Some(Empty)),
            ("empty, and nothing was to come", Seen { items: 0, upcoming: 0, ..usual }, Some(Empty)),
            ("empty as before", Seen { items: 0, before: 0, upcoming: 0, ..usual }, None),
            ("30 % gone", Seen { gone: 24, ..usual }, None),
            ("more gone", Seen { gone: 25, ..usual }, Some(Shrunk)),
            ("gone and a few new", Seen { gone: 25, fresh: 1, ..usual }, Some(Replaced)),
            ("all have new ids", Seen { gone: 80, fresh: 80, ..usual }, Some(Replaced)),
            ("four of eight gone", Seen { gone: 4, ..small }, None),
            ("five of eight gone", Seen { gone: 5, ..small }, Some(Shrunk)),
            ("a season is announced", Seen { items: 300, fresh: 200, ..usual }, None),
            ("nine times", Seen { items: 999, fresh: 800, ..usual }, None),
            ("ten times", Seen { items: 1_000, fresh: 800, ..usual }, Some(Grown)),
            ("ten times of little", Seen { items: 49, before: 4, upcoming: 4, fresh: 45, ..usual }, None),
            (
                "fifty times of little",
                Seen { items: 50, before: 1, upcoming: 1, fresh: 49, ..usual },
                Some(Grown),
            ),
            ("an empty page", page, None),
            ("a page of new ones", Seen { items: 500, fresh: 500, ..page }, None),
            ("a page that takes away", Seen { gone: 6_000, ..page }, None),
            ("a page that takes away too much", Seen { gone: 6_001, ..page }, Some(Shrunk)),
            ("a page of rubbish", Seen { items: 1, refused: 499, ..page }, Some(Refused)),
        ] {
            assert_eq!(alarm(&seen).map(|alarm| alarm.kind), want, "{what}");
        }
    }
}
