//! How much of a difference between two rows is luck: a paired bootstrap (Efron and Tibshirani, 1993).
//!
//! The two are held against each other item by item, under the same seed. The items are then drawn anew,
//! with replacement, each with what became of it under all seeds: so an item that stands in every seed
//! is not counted as so many items. The interval is that of the middle 95 % of the mean differences.
//! The draw is the same in every run.

use super::course::Course;
use crate::core::hash::Dice;

/// How often the items are drawn, where they are not very many …
const DRAWS: usize = 2_000;
/// … and how often at least.
const DRAWS_LEAST: usize = 200;
/// How many items are drawn in all, at most.
const WORK_MOST: usize = 200_000_000;
/// What is left out at each end.
const TAIL: f64 = 0.025;

/// By how much a row is better than another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    /// The mean difference of accuracy.
    pub(super) mean: f64,
    /// Where the middle 95 % begins …
    pub(super) low: f64,
    /// … and ends.
    pub(super) high: f64,
}

/// The difference of a row to a base on the items that are wanted, by their places in the records; `None`
/// where no item is judged in both.
pub(super) fn difference(
    row: &[Course],
    base: &[Course],
    wanted: impl Fn(usize) -> bool,
) -> Option<Difference> {
    let items = row.iter().map(|course| course.marks.len()).max()?;
    // Of each item the sum of its differences, and under how many seeds there is one.
    let mut each: Vec<(f64, f64)> = Vec::new();
    for place in (0..items).filter(|place| wanted(*place)) {
        let mark = |course: &Course| course.marks.get(place).copied().map(f64::from);
        let pairs = row.iter().zip(base);
        let differences = pairs.filter_map(|(one, other)| Some(mark(one)? - mark(other)?));
        let known = differences.filter(|difference| !difference.is_nan());
        let (sum, n) = known.fold((0.0, 0.0), |(sum, n), one| (sum + one, n + 1.0));
        if n > 0.0 {
            each.push((sum, n));
        }
    }
    let mean = |drawn: &mut dyn Iterator<Item = (f64, f64)>| {
        let (sum, n) = drawn.fold((0.0, 0.0), |(sum, n), (s, m)| (sum + s, n + m));
        if n > 0.0 { sum / n } else { 0.0 }
    };
    let whole = each.len();
    let draws = (WORK_MOST / whole.max(1)).clamp(DRAWS_LEAST, DRAWS);
    let mut dice = Dice::new(0);
    let mut means: Vec<f64> = (0..draws)
        .map(|_| {
            let mut drawn = (0..whole).filter_map(|_| each.get(below(&mut dice, whole)).copied());
            mean(&mut drawn)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    (whole > 0).then(|| Difference {
        mean: mean(&mut each.iter().copied()),
        low: at(&means, TAIL),
        high: at(&means, 1.0 - TAIL),
    })
}

/// A number below another one, each as likely as the others but for parts in 2^32.
fn below(dice: &mut Dice, most: usize) -> usize {
    let high = dice.roll() >> 32;
    usize::try_from((high * most as u64) >> 32).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a short list"
)]
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (share * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::difference;
    use crate::cli::backtest::course::Course;

    fn course(marks: impl IntoIterator<Item = f32>) -> Course {
        Course {
            marks: marks.into_iter().collect(),
            ..Course::default()
        }
    }

    fn every(count: u16, every: u16) -> Course {
        course((0..count).map(|turn| f32::from(u8::from(turn % every == 0))))
    }

    #[test]
    fn a_difference_that_is_none_has_nothing_in_its_interval_but_itself() {
        let one = [every(100, 2)];
        let same = difference(&one, &one, |_| true).unwrap();
        assert_eq!((same.mean, same.low, same.high), (0.0, 0.0, 0.0));
    }

    #[test]
    fn the_interval_is_as_wide_as_theory_says_and_the_same_each_time() {
        // Differences of 0 and 1, a quarter of them 1: a standard deviation of .433 over √400.
        let (row, base) = ([every(400, 2)], [every(400, 4)]);
        let told = difference(&row, &base, |_| true).unwrap();
        assert!((told.mean - 0.25).abs() < 1e-12);
        assert!(
            (told.high - told.low - 2.0 * 1.96 * 0.02165).abs() < 0.01,
            "{told:?}"
        );
        assert_eq!(difference(&row, &base, |_| true), Some(told));
        // The same items under more seeds are no more items.
        let (rows, bases) = (vec![row[0].clone(); 9], vec![base[0].clone(); 9]);
        let more = difference(&rows, &bases, |_| true).unwrap();
        assert!((more.high - more.low - (told.high - told.low)).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_known_of_both_is_not_compared() {
        let row = [course([1.0, f32::NAN, 1.0])];
        let base = [course([0.0, 0.0, f32::NAN])];
        let told = difference(&row, &base, |_| true).unwrap();
        assert!((told.mean - 1.0).abs() < 1e-12);
        assert_eq!(difference(&row, &base, |place| place > 0), None);
        assert_eq!(difference(&[], &[], |_| true), None);
    }
}
