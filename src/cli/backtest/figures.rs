//! The figures of a row: counted over the tasks of each seed, and then over the seeds.

use crate::core::routing::replay::Outcome;

/// In how many bins of equal width what was said is held against what was so.
const BINS: usize = 10;

/// What came of one task, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scored {
    /// The part of it that is right; nothing where that is not known.
    pub(super) right: Option<f64>,
    /// How sure that was said to be, where anything was.
    pub(super) sure: Option<f64>,
    pub(super) calls: f64,
    pub(super) seconds: Option<f64>,
    pub(super) cost: Option<f64>,
}

impl Scored {
    /// As a replay came to it.
    #[expect(clippy::cast_precision_loss, reason = "some hundred calls at most")]
    pub(super) fn of(outcome: &Outcome) -> Self {
        Self {
            right: outcome.right.map(|right| f64::from(u8::from(right))),
            sure: Some(outcome.sure),
            calls: outcome.calls as f64,
            seconds: outcome.seconds,
            cost: outcome.cost,
        }
    }
}

/// A sum that is known only where all of its parts are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sum(Option<f64>);

impl Default for Sum {
    fn default() -> Self {
        Self(Some(0.0))
    }
}

impl Sum {
    fn add(&mut self, more: Option<f64>) {
        self.0 = self.0.zip(more).map(|(sum, more)| sum + more);
    }

    fn over(self, n: f64) -> Option<f64> {
        self.0.filter(|_| n > 0.0).map(|sum| sum / n)
    }
}

/// Said, right, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bin {
    said: f64,
    right: f64,
    n: f64,
}

/// The tasks of one seed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tally {
    pub(super) right: f64,
    pub(super) judged: f64,
    items: f64,
    calls: f64,
    seconds: Sum,
    cost: Sum,
    /// Right, of how many, in the first half of the stream and in the last.
    halves: [(f64, f64); 2],
    bins: [Bin; BINS],
}

impl Tally {
    /// Adds what came of a task of the first or the last half.
    pub(super) fn add(&mut self, scored: Scored, is_late: bool) {
        self.items += 1.0;
        self.calls += scored.calls;
        self.seconds.add(scored.seconds);
        self.cost.add(scored.cost);
        let Some(right) = scored.right else { return };
        self.judge(right);
        let [first, last] = &mut self.halves;
        let half = if is_late { last } else { first };
        half.0 += right;
        half.1 += 1.0;
        if let Some(sure) = scored.sure
            && let Some(bin) = self.bins.get_mut(bin(sure))
        {
            bin.said += sure;
            bin.right += right;
            bin.n += 1.0;
        }
    }

    /// Adds how right a task was, and nothing else.
    pub(super) fn judge(&mut self, right: f64) {
        self.right += right;
        self.judged += 1.0;
    }

    fn accuracy(&self) -> Option<f64> {
        share(self.right, self.judged)
    }

    /// The expected calibration error: by how much what is said differs from what is so, on average.
    fn ece(&self) -> Option<f64> {
        let n: f64 = self.bins.iter().map(|bin| bin.n).sum();
        let off: f64 = self
            .bins
            .iter()
            .map(|bin| (bin.said - bin.right).abs())
            .sum();
        share(off, n)
    }
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share between 0 and 1"
)]
fn bin(share: f64) -> usize {
    ((share.clamp(0.0, 1.0) * BINS as f64) as usize).min(BINS - 1)
}

/// The figures of a row, as means over the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figures {
    /// The part of the judged tasks that is right.
    pub(super) accuracy: Option<f64>,
    /// The standard deviation of that over the seeds; nothing for a single one.
    pub(super) spread: Option<f64>,
    pub(super) calls: Option<f64>,
    pub(super) cost: Option<f64>,
    pub(super) seconds: Option<f64>,
    pub(super) ece: Option<f64>,
    pub(super) first_half: Option<f64>,
    pub(super) last_half: Option<f64>,
    /// The part of the tasks of which it is known whether they are right.
    pub(super) judged: Option<f64>,
}

impl Figures {
    /// Over the seeds of a row.
    pub(super) fn of<'a>(seeds: &(impl Iterator<Item = &'a Tally> + Clone)) -> Self {
        let over = |of: &dyn Fn(&Tally) -> Option<f64>| {
            let values: Vec<f64> = seeds.clone().filter_map(of).collect();
            mean(&values)
        };
        let accuracies: Vec<f64> = seeds.clone().filter_map(Tally::accuracy).collect();
        // A price that one seed does not know is not known.
        let known = |of: &dyn Fn(&Tally) -> Option<f64>| {
            let values: Option<Vec<f64>> = seeds.clone().map(of).collect();
            values.and_then(|values| mean(&values))
        };
        Self {
            accuracy: mean(&accuracies),
            spread: deviation(&accuracies),
            calls: over(&|it| share(it.calls, it.items)),
            cost: known(&|it| it.cost.over(it.items)),
            seconds: known(&|it| it.seconds.over(it.items)),
            ece: over(&Tally::ece),
            first_half: over(&|it| share(it.halves[0].0, it.halves[0].1)),
            last_half: over(&|it| share(it.halves[1].0, it.halves[1].1)),
            judged: over(&|it| share(it.judged, it.items)),
        }
    }
}

/// The mean; nothing of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    share(values.iter().sum(), number(values.len()))
}

fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    share(squares, number(values.len()) - 1.0).map(f64::sqrt)
}

#[expect(clippy::cast_precision_loss, reason = "seeds are few")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{Figures, Scored, Tally};

    fn scored(right: f64, sure: f64, cost: Option<f64>) -> Scored {
        Scored {
            right: Some(right),
            sure: Some(sure),
            calls: 2.0,
            seconds: None,
            cost,
        }
    }

    fn near(value: Option<f64>, wanted: f64) -> bool {
        value.is_some_and(|value| (value - wanted).abs() < 1e-12)
    }

    #[test]
    fn what_is_said_is_held_against_what_is_so() {
        let mut tally = Tally::default();
        for turn in 0..10 {
            tally.add(scored(f64::from(u8::from(turn < 6)), 0.85, None), turn >= 5);
        }
        for _ in 0..10 {
            tally.add(scored(0.0, 0.05, None), true);
        }
        let figures = Figures::of(&[&tally].into_iter());
        assert!(near(figures.accuracy, 0.3));
        // A half of .25 and a half of .05.
        assert!(near(figures.ece, 0.15));
        assert!(near(figures.first_half, 1.0) && near(figures.last_half, 1.0 / 15.0));
        assert!(near(figures.calls, 2.0));
        assert_eq!(
            (figures.spread, figures.cost, figures.seconds),
            (None, None, None)
        );
    }

    #[test]
    fn what_one_task_does_not_say_is_not_known_and_nothing_is_divided_by_nothing() {
        let mut priced = Tally::default();
        priced.add(scored(1.0, 0.5, Some(0.5)), false);
        priced.add(scored(1.0, 0.5, Some(1.5)), false);
        let mut other = Tally::default();
        other.add(scored(0.0, 0.5, Some(1.0)), false);
        let both = Figures::of(&[&priced, &other].into_iter());
        assert!(near(both.cost, 1.0) && near(both.accuracy, 0.5));
        assert!(near(both.spread, 0.5_f64.sqrt()));
        assert_eq!(both.last_half, None);
        other.add(scored(0.0, 0.5, None), false);
        assert_eq!(Figures::of(&[&priced, &other].into_iter()).cost, None);
        assert_eq!(Figures::of(&[].into_iter()), Figures::default());
        assert_eq!(
            Figures::of(&[&Tally::default()].into_iter()),
            Figures::default()
        );
    }
}
