//! When the things of a collection are: each for some stretches of time. Knows things by number only.
use super::During;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::Range;

/// A stretch of time: from, and until when, not including it. One that ends as it begins holds at that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
}

/// An immutable index of things by their stretches of time. Each is known by the number it was given in.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The stretches of each thing, in order, behind one another.
    spans: Vec<Span>,
    /// Where those of each thing begin in `spans`, and where the last end.
    starts: Vec<u32>,
    /// Every stretch of [`SHORT`] at most by its beginning, with the thing's number.
    short: Vec<(Span, u32)>,
    /// The others.
    long: Vec<(Span, u32)>,
    is_one_each: bool,
    /// Every end, in order.
    ends: Vec<DateTime<Utc>>,
}

/// The longest stretch of which it is enough to know where it begins to find it fast.
const SHORT: TimeDelta = TimeDelta::days(2);

impl Span {
    pub(super) fn meets(self, during: During) -> bool {
        let begun = during.to.is_none_or(|to| self.from <= to);
        begun && during.from.is_none_or(|from| from < self.until || from <= self.from)
    }
}

impl Timeline {
    /// The index of things, each with its stretches in order.
    pub(super) fn new<'a>(things: impl Iterator<Item = &'a [Span]>) -> Self {
        let mut out = Self { starts: vec![0], is_one_each: true, ..Self::default() };
        for (key, spans) in (0_u32..).zip(things) {
            for span in spans {
                let list = if span.until - span.from <= SHORT { &mut out.short } else { &mut out.long };
                list.push((*span, key));
                out.ends.push(span.until);
            }
            out.is_one_each &= spans.len() <= 1;
            out.spans.extend_from_slice(spans);
            out.starts.push(u32::try_from(out.spans.len()).expect("fewer than four billion dates"));
        }
        out.short.sort_unstable_by_key(|(span, key)| (span.from, *key));
        out.long.sort_unstable_by_key(|(span, key)| (span.from, *key));
        out.ends.sort_unstable();
        out
    }

    /// The stretches of one thing.
    fn of(&self, key: u32) -> &[Span] {
        let at = |n: u32| self.starts[n as usize] as usize;
        &self.spans[at(key)..at(key + 1)]
    }

    /// Whether no thing has more than one stretch.
    pub(super) fn is_one_each(&self) -> bool {
        self.is_one_each
    }

    /// Whether all of a thing is over at `now`.
    pub(super) fn is_over(&self, key: u32, now: DateTime<Utc>) -> bool {
        self.of(key).iter().all(|span| span.until <= now)
    }

    /// When the first stretch of a thing begins that meets `during`; none when none does.
    pub(super) fn first(&self, key: u32, during: During) -> Option<DateTime<Utc>> {
        self.of(key).iter().find(|span| span.meets(during)).map(|span| span.from)
    }

    /// How many stretches must be looked at to say which things meet `during`.
    pub(super) fn effort(&self, during: During) -> usize {
        Self::begun(&self.long, during, None).len() + Self::begun(&self.short, during, Some(SHORT)).len()
    }

    /// The things that meet `during`, in no order; one with several such stretches as often.
    pub(super) fn meeting(&self, during: During) -> impl Iterator<Item = u32> + '_ {
        let long = self.long[Self::begun(&self.long, during, None)].iter();
        let short = self.short[Self::begun(&self.short, during, Some(SHORT))].iter();
        long.chain(short).filter(move |(span, _)| span.meets(during)).map(|(_, key)| *key)
    }

    /// Those of `list`, of stretches that last at most `longest`, that may meet `during`.
    fn begun(list: &[(Span, u32)], during: During, longest: Option<TimeDelta>) -> Range<usize> {
        let to = during.to.map_or(list.len(), |to| list.partition_point(|(span, _)| span.from <= to));
        let earliest = during.from.zip(longest).and_then(|(from, longest)| from.checked_sub_signed(longest));
        let from = earliest.map_or(0, |earliest| list.partition_point(|(span, _)| span.from < earliest));
        from.min(to)..to
    }

    /// The first instant after `now` at which anything begins.
    pub(super) fn next_beginning(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let of = |list: &[(Span, u32)]| {
            list.get(list.partition_point(|(span, _)| span.from <= now)).map(|(span, _)| span.from)
        };
        [of(&self.short), of(&self.long)].into_iter().flatten().min()
    }

    /// How many stretches hold at `at`.
    pub(super) fn holding(&self, at: DateTime<Utc>) -> usize {
        let begun = |list: &[(Span, u32)]| list.partition_point(|(span, _)| span.from <= at);
        (begun(&self.short) + begun(&self.long)).saturating_sub(self.ends.partition_point(|end| *end <= at))
    }

    /// The first instant after `now` at which anything ends.
    pub(super) fn next_end(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.ends.get(self.ends.partition_point(|end| *end <= now)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn during(from: Option<i64>, to: Option<i64>) -> During {
        During { from: from.map(at), to: to.map(at) }
    }

    #[test]
    fn a_stretch_holds_from_its_beginning_until_before_its_end() {
        let span = Span { from: at(10), until: at(12) };
        for (from, to, want) in [
            (Some(8), Some(9), false),
            (Some(8), Some(10), true),
            (Some(11), Some(11), true),
            (Some(12), Some(13), false),
            (None, Some(9), false),
            (None, Some(10), true),
            (Some(11), None, true),
            (Some(12), None, false),
        ] {
            assert_eq!(span.meets(during(from, to)), want, "{from:?} {to:?}");
        }
        assert!(Span { from: at(10), until: at(10) }.meets(during(Some(10), Some(10))));
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_look_at_every_stretch_finds(
            things in prop::collection::vec(prop::collection::vec((0..2_000_i64, 0..200_i64), 0..5), 0..40),
            from in prop::option::of(0..2_200_i64),
            length in prop::option::of(0..300_i64),
        ) {
            let things: Vec<Vec<Span>> = things
                .into_iter()
                .map(|mut spans| {
                    spans.sort_unstable();
                    spans.into_iter().map(|(from, hours)| Span { from: at(from), until: at(from + hours) }).collect()
                })
                .collect();
            let during = during(from, length.map(|length| from.unwrap_or(0) + length));
            let timeline = Timeline::new(things.iter().map(Vec::as_slice));
            let mut found: Vec<u32> = timeline.meeting(during).collect();
            found.sort_unstable();
            found.dedup();
            let want: Vec<u32> = (0_u32..)
                .zip(&things)
                .filter(|(_, spans)| spans.iter().any(|span| span.meets(during)))
                .map(|(key, _)| key)
                .collect();
            prop_assert_eq!(&found, &want);
            prop_assert!(want.len() <= timeline.effort(during) || want.is_empty());
            for key in want {
                let first = things[key as usize].iter().find(|span| span.meets(during)).map(|span| span.from);
                prop_assert_eq!(timeline.first(key, during), first);
            }
            let now = at(from.unwrap_or(0));
            let next = things.iter().flatten().map(|span| span.until).filter(|end| now < *end).min();
            prop_assert_eq!(timeline.next_end(now), next);
        }
    }
}
