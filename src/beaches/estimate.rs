//! How many people there are, when several have counted: the upper weighted median. Knows no beach.

/// A number of people, and how much it weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weighed {
    pub(super) people: i64,
    pub(super) weight: f64,
}

/// The largest number such that it and those over it hold at least half of all the weight, to 10⁻⁹ of it.
///
/// Of three equal weights one that is wrong cannot take it outside the other two, and raising a number never lowers
/// it. `None` when there are none.
pub(super) fn upper_weighted_median(mut numbers: Vec<Weighed>) -> Option<i64> {
    // By weight too, so that the sums do not depend on the order in which reports came.
    numbers.sort_by(|a, b| b.people.cmp(&a.people).then(b.weight.total_cmp(&a.weight)));
    let total: f64 = numbers.iter().map(|number| number.weight).sum();
    let mut held = 0.0;
    for number in &numbers {
        held += number.weight;
        if total / 2.0 - total * 1e-9 <= held {
            return Some(number.people);
        }
    }
    // The sums are made in one order, so the last reaches the total.
    numbers.last().map(|number| number.people)
}
