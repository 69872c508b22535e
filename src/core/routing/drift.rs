//! Whether a member does better or worse than it did: models are changed behind their names.
//!
//! Owns one two-sided test for a member. Each side is a cumulative sum of log-likelihood ratios (E. S.
//! Page, "Continuous inspection schemes", 1954) of a share of results that stands, as expected, against
//! one that is better or worse by [`SHIFT`]. A sum starts again at nothing whenever it would fall below,
//! so that good and bad luck long ago do not count, and a change is told once it passes [`ALARM`].

use serde::{Deserialize, Serialize};

/// The change that is looked for, as a share of results.
const SHIFT: f64 = 0.35;
/// How much more likely a change must be, as a logarithm: a false alarm in some ten thousand results.
const ALARM: f64 = 10.5;
/// How many results a member must have before it can be said to differ from itself.
const LEAST: f64 = 30.0;
/// Neither share is taken to be nearer to certainty than this.
const EDGE: f64 = 0.02;

/// The two sums.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Watch {
    better: f64,
    worse: f64,
}

impl Watch {
    /// Sees a result: what share was expected to stand, on how many results that rests, how far this
    /// one stood, and its weight. `Some(true)` once the member does better for sure, `Some(false)` once
    /// it does worse; the sums begin again then.
    pub fn see(&mut self, expected: f64, n: f64, value: f64, weight: f64) -> Option<bool> {
        if n < LEAST {
            return None;
        }
        let expected = expected.clamp(0.05, 0.95);
        let ratio = |share: f64| {
            let share = share.clamp(EDGE, 1.0 - EDGE);
            let good = (share / expected).ln();
            let bad = ((1.0 - share) / (1.0 - expected)).ln();
            weight * (value * good + (1.0 - value) * bad)
        };
        self.better = (self.better + ratio(expected + SHIFT)).max(0.0);
        self.worse = (self.worse + ratio(expected - SHIFT)).max(0.0);
        if self.better.max(self.worse) <= ALARM {
            return None;
        }
        let better = self.better > self.worse;
        *self = Self::default();
        Some(better)
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use crate::core::hash::Dice;

    /// How many results of a share pass before a change from the expected share is told.
    fn until(expected: f64, share: f64, most: usize, seed: u64) -> Option<(usize, bool)> {
        let mut watch = Watch::default();
        let mut dice = Dice::new(seed);
        (0..most).find_map(|turn| {
            let drawn = f64::from(u32::try_from(dice.roll() >> 32).unwrap()) / f64::from(u32::MAX);
            let value = f64::from(u8::from(drawn < share));
            Some((turn, watch.see(expected, 100.0, value, 1.0)?))
        })
    }

    #[test]
    fn luck_is_no_change_and_a_change_is_told_soon() {
        let false_alarms = (0..40).filter(|seed| until(0.7, 0.7, 2_000, *seed).is_some());
        assert_eq!(false_alarms.count(), 0);
        for seed in 0..40 {
            let (turns, better) = until(0.85, 0.5, 400, seed).unwrap();
            assert!(!better && turns < 120, "{turns}");
            let (turns, better) = until(0.5, 0.85, 400, seed).unwrap();
            assert!(better && turns < 120, "{turns}");
        }
    }

    #[test]
    fn who_has_few_results_cannot_differ_from_them() {
        let mut watch = Watch::default();
        assert!((0..200).all(|_| watch.see(0.9, 29.0, 0.0, 1.0).is_none()));
    }
}
