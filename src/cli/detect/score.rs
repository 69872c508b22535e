//! How well the detector tells conflicts: precision, recall and F1 over pairs of answers, by kind of
//! item and by what was read.
//!
//! A pair is in conflict when exactly one of its answers is right, and in agreement when both are; two
//! wrong answers say nothing and are left out. A pair counts as found when the detector does not say
//! that both can hold: a doubt or a missing answer is no agreement.

use std::collections::BinaryHeap;

use crate::core::conflict::verdict::Verdict;
use crate::core::hash::{fnv, spread};

/// A pair that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Drawn {
    /// Its place in the draw.
    lot: u64,
    conflict: bool,
    found: bool,
}

/// The pairs of one kind. The draw takes those with the lowest lots, and a lot depends on the seed, the
/// item and the two members alone: so the same pairs are drawn whatever the order of the records.
#[derive(Debug)]
pub(super) struct Pairs {
    most: usize,
    drawn: BinaryHeap<Drawn>,
}

impl Pairs {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            drawn: BinaryHeap::new(),
        }
    }

    /// Draws a pair; it is compared only if it is taken.
    pub(super) fn draw(
        &mut self,
        lot: u64,
        right: (bool, bool),
        verdict: impl FnOnce() -> Verdict,
    ) {
        if right == (false, false) || self.most == 0 {
            return;
        }
        if self.drawn.len() >= self.most {
            if self.drawn.peek().is_some_and(|last| last.lot <= lot) {
                return;
            }
            self.drawn.pop();
        }
        self.drawn.push(Drawn {
            lot,
            conflict: right.0 != right.1,
            found: match verdict() {
                Verdict::Agree | Verdict::Complementary => false,
                Verdict::Conflict | Verdict::Doubt(_) | Verdict::Silent => true,
            },
        });
    }

    pub(super) fn score(&self) -> Score {
        let count = |conflict, found| {
            let is = |one: &&Drawn| one.conflict == conflict && one.found == found;
            self.drawn.iter().filter(is).count()
        };
        Score {
            pairs: self.drawn.len(),
            hits: count(true, true),
            misses: count(true, false),
            false_alarms: count(false, true),
        }
    }
}

/// The lot of a pair.
pub(super) fn lot(seed: u64, item: &str, a: &str, b: &str) -> u64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let parts = [item, a, b].into_iter();
    let bytes = parts.flat_map(|part| part.bytes().chain([0xff]));
    spread(fnv(spread(seed), bytes))
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Score {
    pub(super) pairs: usize,
    hits: usize,
    misses: usize,
    false_alarms: usize,
}

impl Score {
    /// The share of found conflicts that are some; `None` when none was found.
    pub(super) fn precision(self) -> Option<f64> {
        share(self.hits, self.hits + self.false_alarms)
    }

    /// The share of conflicts that were found; `None` when there is none.
    pub(super) fn recall(self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    /// The harmonic mean of both.
    pub(super) fn f1(self) -> Option<f64> {
        share(
            2 * self.hits,
            2 * self.hits + self.misses + self.false_alarms,
        )
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            hits: self.hits + other.hits,
            misses: self.misses + other.misses,
            false_alarms: self.false_alarms + other.false_alarms,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs are small")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::{Pairs, Score, lot};
    use crate::core::conflict::verdict::{Doubt, Verdict};

    #[test]
    fn two_wrong_answers_are_left_out_and_a_doubt_is_no_agreement() {
        let mut pairs = Pairs::new(10);
        pairs.draw(1, (true, false), || Verdict::Conflict);
        pairs.draw(2, (true, false), || Verdict::Doubt(Doubt::Wording));
        pairs.draw(3, (true, false), || Verdict::Agree);
        pairs.draw(4, (true, true), || Verdict::Silent);
        pairs.draw(5, (true, true), || Verdict::Agree);
        pairs.draw(6, (false, false), || Verdict::Conflict);
        let score = pairs.score();
        assert_eq!(
            score,
            Score {
                pairs: 5,
                hits: 2,
                misses: 1,
                false_alarms: 1
            }
        );
        let rounded = |share: Option<f64>| share.map(|share| (share * 1000.0).round());
        assert_eq!(rounded(score.precision()), Some(667.0));
        assert_eq!(rounded(score.recall()), Some(667.0));
        assert_eq!(rounded(score.f1()), Some(667.0));
        assert_eq!(Pairs::new(0).score().f1(), None);
    }

    #[test]
    fn the_same_pairs_are_drawn_in_any_order() {
        let lots: Vec<u64> = (0..100)
            .map(|at| lot(7, &format!("item {at}"), "a", "b"))
            .collect();
        let drawn = |lots: &[u64]| {
            let mut pairs = Pairs::new(10);
            for lot in lots {
                pairs.draw(*lot, (true, false), || Verdict::Conflict);
            }
            let mut kept: Vec<u64> = pairs.drawn.iter().map(|one| one.lot).collect();
            kept.sort_unstable();
            kept
        };
        let backwards: Vec<u64> = lots.iter().rev().copied().collect();
        assert_eq!(drawn(&lots), drawn(&backwards));
        assert_eq!(lot(7, "x", "a", "b"), lot(7, "x", "b", "a"));
        assert_ne!(lot(7, "x", "a", "b"), lot(8, "x", "a", "b"));
    }
}
