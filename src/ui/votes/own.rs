//! The operator's own ballot while it is being written: all answers in an order, some of them tied, some
//! with a score.

use std::collections::BTreeMap;

use crate::core::TaskId;
use crate::core::ladder::{Contest, OperatorBallot, POINTS_MAX};

/// What a score is given first by [`OwnBallot::nudge`].
const MIDDLE: u8 = 5;

/// The ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnBallot {
    pub(crate) task: TaskId,
    /// The candidates, the best first; whether each is tied with the one above it.
    pub(crate) places: Vec<(usize, bool)>,
    /// The row that is chosen: a place, or below the last one how sure the operator is.
    pub(crate) chosen: usize,
    /// Points of those candidates that were given some.
    scores: BTreeMap<usize, u8>,
    /// In tenths.
    sure: Option<u8>,
    /// Whether the last key was a digit on this row.
    typed: bool,
}

impl OwnBallot {
    /// A ballot on which nothing was moved yet; `None` where there is nothing to rank.
    pub(crate) fn of(contest: &Contest) -> Option<Self> {
        let count = contest.sides().len();
        (count >= 2).then(|| Self::blank(contest.task(), count))
    }

    fn blank(task: TaskId, count: usize) -> Self {
        Self {
            task,
            places: (0..count).map(|at| (at, false)).collect(),
            chosen: 0,
            scores: BTreeMap::new(),
            sure: None,
            typed: false,
        }
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.places.len() + 1
    }

    /// Chooses a row.
    pub(crate) fn go(&mut self, row: usize) {
        (self.chosen, self.typed) = (row.min(self.places.len()), false);
    }

    /// The points of a row: of an answer, or how sure the operator is.
    pub(crate) fn points(&self, row: usize) -> Option<u8> {
        match self.places.get(row) {
            Some((candidate, _)) => self.scores.get(candidate).copied(),
            None => self.sure,
        }
    }

    fn give(&mut self, points: Option<u8>) {
        match (self.places.get(self.chosen), points) {
            (Some((candidate, _)), Some(points)) => {
                self.scores.insert(*candidate, points);
            }
            (Some((candidate, _)), None) => {
                self.scores.remove(candidate);
            }
            (None, points) => self.sure = points,
        }
    }

    /// Takes a digit: the points of the chosen row, where a nought after a one makes ten.
    pub(crate) fn digit(&mut self, digit: u8) {
        let ten = self.typed && digit == 0 && self.points(self.chosen) == Some(1);
        self.give(Some(if ten { POINTS_MAX } else { digit }));
        self.typed = true;
    }

    /// Gives the chosen row a point more or less; below nought it has none.
    pub(crate) fn nudge(&mut self, up: bool) {
        let points = match (self.points(self.chosen), up) {
            (None, _) => Some(MIDDLE),
            (Some(points), true) => Some((points + 1).min(POINTS_MAX)),
            (Some(points), false) => points.checked_sub(1),
        };
        self.give(points);
        self.typed = false;
    }

    /// The ballot as it is cast.
    pub(crate) fn cast(&self) -> OperatorBallot {
        OperatorBallot {
            ranking: self.ranking(),
            scores: self.scores.clone(),
            sure: self.sure,
        }
    }

    /// Moves the chosen one up or down. Ties stay at their places.
    pub(crate) fn shift(&mut self, up: bool) {
        if self.chosen >= self.places.len() {
            return;
        }
        self.typed = false;
        let other = if up {
            self.chosen.checked_sub(1)
        } else {
            Some(self.chosen + 1)
        };
        let Some(other) = other.filter(|other| *other < self.places.len()) else {
            return;
        };
        let candidate = |at: usize| self.places.get(at).map(|it| it.0);
        if let (Some(one), Some(two)) = (candidate(self.chosen), candidate(other)) {
            for (at, which) in [(self.chosen, two), (other, one)] {
                if let Some(place) = self.places.get_mut(at) {
                    place.0 = which;
                }
            }
            self.chosen = other;
        }
    }

    /// Ties the chosen one with the one above it, or parts them.
    pub(crate) fn tie(&mut self) {
        if self.chosen > 0
            && let Some(place) = self.places.get_mut(self.chosen)
        {
            place.1 = !place.1;
        }
    }

    /// The rank of each place, from 1; tied ones share it.
    pub(crate) fn ranks(&self) -> Vec<usize> {
        let mut rank = 0;
        let ranks = self.places.iter().map(|(_, tied)| {
            rank += usize::from(!tied);
            rank
        });
        ranks.collect()
    }

    /// Levels of candidates, the best first.
    fn ranking(&self) -> Vec<Vec<usize>> {
        let mut levels: Vec<Vec<usize>> = Vec::new();
        for (candidate, tied) in &self.places {
            match levels.last_mut() {
                Some(level) if *tied => level.push(*candidate),
                Some(_) | None => levels.push(vec![*candidate]),
            }
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::OwnBallot;
    use crate::core::TaskId;

    fn ballot(count: usize) -> OwnBallot {
        OwnBallot::blank(TaskId(1), count)
    }

    #[test]
    fn answers_are_moved_and_tied() {
        let mut it = ballot(3);
        it.shift(true);
        it.shift(false);
        it.shift(false);
        it.shift(false);
        assert_eq!(
            (it.ranking(), it.chosen),
            (vec![vec![1], vec![2], vec![0]], 2)
        );
        it.tie();
        assert_eq!(it.ranking(), [vec![1], vec![2, 0]]);
        assert_eq!(it.ranks(), [1, 2, 2]);
        it.shift(true);
        assert_eq!(it.ranking(), [vec![1], vec![0, 2]]);
        it.chosen = 0;
        it.tie();
        assert_eq!(it.ranking(), [vec![1], vec![0, 2]]);
    }
    #[test]
    fn points_are_typed_and_moved_and_stay_with_their_answer() {
        let mut it = ballot(2);
        for digit in [7, 1, 0] {
            it.digit(digit);
        }
        assert_eq!(it.points(0), Some(10));
        it.nudge(true);
        it.shift(false);
        assert_eq!((it.points(0), it.points(1)), (None, Some(10)));
        it.go(0);
        it.digit(1);
        it.go(0);
        it.digit(0);
        assert_eq!(it.points(0), Some(0));
        it.nudge(false);
        assert_eq!(it.points(0), None);
        it.go(9);
        it.shift(true);
        it.tie();
        it.nudge(true);
        it.digit(8);
        let cast = it.cast();
        assert_eq!(cast.ranking, [[1], [0]]);
        assert_eq!(cast.scores, [(0, 10)].into());
        assert_eq!(cast.sure, Some(8));
    }
}
